import { describe, expect, it } from 'vitest';
import { planOf } from '../fixture.ts';

const server = { 'package.json': { main: 'a.js', engines: { node: '22' }, dependencies: { express: '4' } }, 'a.js': 'const app = require("express")();\napp.get("/healthz", (q, s) => s.end());\napp.listen(3000);\n' };

describe('confidence', () => {
  it('goes with each conclusion, and with nothing that was not concluded', async () => {
    const [service] = (await planOf(server)).services;
    expect(Object.keys(service!.confidences).sort()).toEqual(['build', 'framework', 'health', 'install', 'kind', 'language', 'packageManager', 'ports', 'runtime', 'start']);
    for (const confidence of Object.values(service!.confidences)) expect(confidence).toSatisfy((value: number) => value >= 0.5 && value < 1);
  });

  it('of a service is that of its weakest part', async () => {
    const [service] = (await planOf(server)).services;
    const { kind, start, ports } = service!.confidences;
    expect(service!.confidence).toBe(Math.min(kind!, start!, ports!));
    const [silent] = (await planOf({ ...server, 'a.js': 'require("express")().get("/", f)' })).services;
    expect(silent!.confidence).toBeLessThan(service!.confidence);
  });

  it('is full in what a person said, and counts in the whole', async () => {
    const plan = await planOf(server, { hints: { start: 'node a.js', port: '3000', kind: 'api' } });
    expect(plan.services[0]).toMatchObject({ confidence: 0.99, confidences: { start: 1, ports: 1, kind: 1 } });
    expect(plan.app.confidence).toBe(0.99);
  });

  it('is high in variables that code reads, and low in those that only a sample or an image tells of', async () => {
    const [service] = (await planOf({ ...server, 'a.js': 'f(process.env.READ, process.env.BOTH)', '.env.example': 'BOTH=1\nLISTED=1\n', Dockerfile: 'FROM node:22\nENV GIVEN=1\nCMD ["node", "a.js"]\n' })).services;
    const of = Object.fromEntries(service!.env.map(({ name, confidence }) => [name, confidence!]));
    expect(Object.keys(of).sort((a, b) => of[b]! - of[a]!)).toEqual(['BOTH', 'READ', 'LISTED', 'GIVEN']);
    expect([of['READ']! > 0.9, of['LISTED']! < 0.5]).toEqual([true, true]);
  });

  it('goes with each call', async () => {
    const caller = { 'package.json': { name: 'a', private: true, main: 'a.js' }, 'a.js': 'require("http").createServer(() => fetch("http://b:4000/x")).listen(3000)' };
    const callee = { 'package.json': { name: 'b', private: true, main: 'b.js' }, 'b.js': 'require("http").createServer(f).listen(4000)' };
    const below = (directory: string, files: Record<string, unknown>) => Object.fromEntries(Object.entries(files).map(([path, content]) => [`${directory}/${path}`, content as string]));
    const plan = await planOf({ ...below('a', caller), ...below('b', callee) });
    expect(plan.edges).toMatchObject([{ from: 'a', to: 'b', confidence: expect.toSatisfy((value: number) => value > 0.5 && value < 1) }]);
  });
});
