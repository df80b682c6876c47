import { describe, expect, it } from 'vitest';
import { planOf, type Files } from '../fixture.ts';

const loop = { 'go.mod': 'module shop\n\ngo 1.22\n', 'main.go': 'package main\n\nimport (\n\t"flag"\n\t"time"\n)\n\nfunc main() {\n\tflag.Parse()\n\tfor {\n\t\twork()\n\t\ttime.Sleep(time.Minute)\n\t}\n}\n' };
const questionOf = async (files: Files, hints?: Record<string, string>) => (await planOf(files, { hints })).questions[0];

describe('the question', () => {
  it('is which of two ports, when both are nearly as sure', async () => {
    const files = { 'package.json': { main: 'server.js' }, 'server.js': 'require("http").createServer(f).listen(read("port"));\n', Dockerfile: 'FROM node:22\nCOPY . .\nENV APP_PORT=8000\nEXPOSE 9000\nCMD ["node", "server.js"]\n' };
    const question = await questionOf(files);
    expect(question).toMatchObject({ id: 'port:web', text: 'On which port does web listen?', default: '8000' });
    expect(question!.options.map(({ value }) => value)).toEqual(['8000', '9000']);
    expect(question!.options[1]!.label).toContain('Dockerfile:4');
    const plan = await planOf(files, { hints: { 'port:web': '9000' } });
    expect(plan.services[0]).toMatchObject({ ports: [{ port: 9000 }], confidences: { ports: 1 } });
    expect(plan.questions).toEqual([]);
  });

  it('is what a service does, when that decides how it lives', async () => {
    const question = await questionOf(loop);
    expect(question).toMatchObject({ id: expect.stringMatching(/^kind:/), text: expect.stringMatching(/^What does .+ do\?$/) });
    expect(question!.options.map(({ value }) => value).toSorted()).toEqual(['cli', 'worker']);
    for (const kind of ['cli', 'worker']) {
      const plan = await planOf(loop, { hints: { [question!.id]: kind } });
      expect(plan.services[0]).toMatchObject({ kind, confidences: { kind: 1 } });
      expect(plan.questions).toEqual([]);
    }
  });

  it('is not asked between an API and pages, which are run alike', async () => {
    const files = { 'package.json': { main: 'a.js', dependencies: { express: '4', ejs: '3' } }, 'a.js': 'const app = require("express")();\napp.set("view engine", "ejs");\napp.get("/", (q, s) => s.json({}));\napp.listen(80);\n' };
    expect(await questionOf(files)).toBeUndefined();
  });

  it('is not asked between ways of starting the same program', async () => {
    const gleam = { 'gleam.toml': 'name = "shop"\n[dependencies]\nmist = "1"\n', 'src/shop.gleam': 'import mist\npub fn main() { mist.start_http_server(mist.new(h) |> mist.port(8000)) }\n', Dockerfile: 'FROM ghcr.io/gleam-lang/gleam:v1.0.0-erlang-alpine\nCOPY . .\nRUN gleam export erlang-shipment\nWORKDIR /app/build/erlang-shipment\nENTRYPOINT ["/app/entrypoint.sh"]\nCMD ["run"]\n' };
    expect(await questionOf(gleam)).toBeUndefined();
  });

  it('is about what is least sure, and never a second one', async () => {
    const files = { 'a/package.json': { name: 'a', private: true, main: 'server.js' }, 'a/server.js': 'require("http").createServer(f).listen(3000)', 'a/app.js': 'require("http").createServer(f).listen(3000)', ...Object.fromEntries(Object.entries(loop).map(([path, text]) => [`b/${path}`, text])) };
    const plan = await planOf(files);
    expect(plan.questions).toHaveLength(1);
    const [question] = plan.questions;
    expect((await planOf(files, { hints: { [question!.id]: question!.default } })).questions).toEqual([]);
  });

  it('takes no answer that is none', async () => {
    await expect(planOf(loop, { hints: { 'kind:web': 'banana' } })).rejects.toMatchObject({ code: 'hint.invalid' });
    await expect(planOf(loop, { hints: { 'port:web': '70000' } })).rejects.toMatchObject({ code: 'hint.invalid' });
  });
});
