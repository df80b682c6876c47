import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { labelledApps, withCopy } from './apps.ts';
import type { Summary } from './summary.ts';

let home: string;
beforeEach(() => { home = mkdtempSync(join(tmpdir(), 'bench-labelled-')); });
afterEach(() => rmSync(home, { recursive: true, force: true }));

function write(files: Readonly<Record<string, string | object>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(home, path)), { recursive: true });
    writeFileSync(join(home, path), typeof content === 'string' ? content : JSON.stringify(content));
  }
}

function run(...options: string[]): string {
  return execFileSync(process.execPath, ['--disable-warning=ExperimentalWarning', join(import.meta.dirname, 'run.ts'), home, ...options], { encoding: 'utf8', stdio: 'pipe' });
}

type Output = Summary & { results: { app: string; refused: string | null }[] };
const figures = (...options: string[]) => JSON.parse(run('--json', ...options)) as Output;
const accuracy = (output: Output, field: string) => output.answers.find((one) => one.field === field)?.accuracy.value;

const server = { 'package.json': { name: 'shop', private: true, scripts: { start: 'node server.js' }, dependencies: { express: '4' } }, 'server.js': 'require("express")().listen(process.env.PORT || 3000)' };
const app = (name: string, files: Readonly<Record<string, string | object>>) => Object.fromEntries(Object.entries(files).map(([path, content]) => [`${name}/${path}`, content]));

describe('the benchmark of analysis', () => {
  it('scores what is labelled and nothing else', () => {
    write({ ...app('right', server), 'right.label.json': { services: [{ language: 'javascript', start: 'node server.js', framework: 'Express.js', env: ['PORT'], ports: [3000] }] }, ...app('wrong', server), 'wrong/label.json': { services: [{ language: 'python', env: ['PORT', 'SECRET'] }] }, ...app('unlabelled', server) });
    const output = figures();
    expect(output).toMatchObject({ apps: 2, refused: 0 });
    expect([accuracy(output, 'language'), accuracy(output, 'start'), accuracy(output, 'framework'), accuracy(output, 'port')]).toEqual([0.5, 1, 1, 1]);
    expect(output.answers.map(({ field }) => field)).not.toContain('build');
    expect(output.overlaps.find(({ field }) => field === 'env')).toMatchObject({ n: 3, recall: { value: 2 / 3 }, precision: { value: 1 } });
  });

  it('counts a refusal as an answer that is missing', () => {
    write({ 'notes/a.txt': 'hello', 'notes.label.json': { services: [{ language: 'go' }] } });
    expect(figures()).toMatchObject({ refused: 1, answers: [{ field: 'language', coverage: 0, accuracy: { value: 0 } }], overlaps: [{ field: 'services', recall: { value: 0 } }] });
  });

  it('hides the files that it is told to mask', () => {
    write({ ...app('app', { ...server, Procfile: 'web: node server.js --special' }), 'app.label.json': { services: [{ start: 'node server.js --special' }] } });
    expect(accuracy(figures(), 'start')).toBe(1);
    expect(accuracy(figures('--mask', 'procfile'), 'start')).toBe(0);
  });

  it('hides no file that an app carries within itself', async () => {
    write({ ...app('app', { 'src/main/resources/orders-service.yml': 'server: { port: 8123 }', 'orders-service.yml': 'kind: Service' }), 'app.label.json': { services: [] } });
    await withCopy(labelledApps(home)[0]!, ['kubernetes'], async (directory) => {
      expect(readdirSync(directory, { recursive: true }).filter((name) => String(name).endsWith('.yml'))).toEqual(['src/main/resources/orders-service.yml']);
    });
  });

  it('lets neither the name of a directory nor the label leak', () => {
    write({ 'postgresql-django/index.html': '<h1>hi</h1>', 'postgresql-django/label.json': { kind: 'static', services: [{ kind: 'static' }] } });
    expect(run()).not.toContain('postgresql');
    expect(figures()).toMatchObject({ refused: 0, answers: [{ field: 'app.kind', accuracy: { value: 1 } }, { field: 'kind', accuracy: { value: 1 } }] });
  });

  it('prints each wrong answer when asked', () => {
    write({ ...app('app', server), 'app.label.json': { services: [{ language: ['go', 'rust'], env: ['TOKEN'] }] } });
    const lines = run('--wrong', 'all').split('\n');
    expect(lines).toContain('app . language: "javascript" is not "go" or "rust"');
    expect(lines).toContain('app . env: +PORT −TOKEN');
  });

  it('sets what the plan was sure of beside what was right', () => {
    write({ ...app('right', server), 'right.label.json': { services: [{ kind: 'api', env: ['PORT'] }] }, ...app('wrong', server), 'wrong.label.json': { services: [{ kind: 'job' }] } });
    const { calibration } = figures();
    expect(calibration.find(({ field }) => field === 'kind')).toMatchObject({ n: 2, right: 0.5, said: expect.toSatisfy((value: number) => value > 0.8) });
    expect(calibration.find(({ field }) => field === 'env')).toMatchObject({ n: 1, right: 1 });
  });

  it('refuses a label that it does not understand', () => {
    write({ ...app('app', server), 'app.label.json': { services: [{ langauge: 'go' }] } });
    expect(() => run()).toThrow(/langauge/);
  });
});
