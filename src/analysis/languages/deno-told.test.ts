import { describe, expect, it } from 'vitest';
import type { Files } from '../fixture.ts';
import { planOf } from '../fixture.ts';

const app = "import { Application } from 'https://deno.land/x/oak/mod.ts';\nawait new Application().listen({ port: 8000 });";

describe('how a program of Deno is run', () => {
  it.each<[string, Files, string]>([
    ['with all permissions, where nobody tells which', { 'index.ts': app }, 'deno run -A index.ts'],
    ['in JavaScript as well', { 'index.js': app }, 'deno run -A index.js'],
    ['with those that a README names', { 'index.ts': app, 'README.md': '```sh\ndenon.cmd run --allow-net --watch index.ts\n```\n' }, 'deno run --allow-net index.ts'],
    ['with those that a task names', { 'src/main.ts': app, 'deno.json': { tasks: { dev: 'deno run --watch --allow-net --allow-env=PORT src/main.ts' } } }, 'deno run --allow-net --allow-env=PORT src/main.ts'],
    ['as its task says, with the steps before it', { 'src/main.ts': app, 'deno.json': { tasks: { start: 'deno task migrate && deno run --watch -A src/main.ts', migrate: 'deno run -A migrate.ts' } } }, 'deno task start'],
    ['as its task says', { 'src/main.ts': app, 'deno.json': { tasks: { start: 'deno run -A src/main.ts' } } }, 'deno task start'],
    ['as the script of Velociraptor says', { 'src/app.ts': "import './server.ts'", 'src/server.ts': app, 'scripts.yaml': 'scripts:\n  start: "deno run --allow-net src/app.ts"\n  dev: "deno run --watch src/app.ts"\n' }, 'deno run --allow-net src/app.ts'],
    ['as the script of Denon says', { 'app.ts': app, 'scripts.json': '{\n  "scripts": {\n    "start": { "cmd": "deno run --allow-net app.ts" }\n  }\n}\n' }, 'deno run --allow-net app.ts'],
  ])('%s', async (_, files, start) => {
    const plan = await planOf(files);
    expect(plan.services[0]).toMatchObject({ framework: 'oak', packageManager: 'deno', start });
  });

  it.each<[string, Files, object]>([
    ['the server of its older standard library', { 'mod.js': "import { listenAndServe } from 'https://deno.land/std@0.111.0/http/server.ts';\nawait listenAndServe(':8081', () => new Response('{}'));\n" }, { kind: 'api', packageManager: 'deno', start: 'deno run -A mod.js', ports: [{ port: 8081 }] }],
    ['requests that a platform hands over, where it is told to be run with Deno', { 'mod.js': "addEventListener('fetch', (event) => event.respondWith(new Response('{}')));\n", 'README.md': '```sh\ndeno run https://example.org/shop/mod.js\n```\n' }, { kind: 'api', packageManager: 'deno', start: 'deno run -A mod.js' }],
    ['pages that it writes', { 'mod.tsx': "import { jsx, serve } from 'https://deno.land/x/sift/mod.ts';\nserve({ '/': () => jsx(<html><body>Hi</body></html>) });\n" }, { kind: 'web', language: 'typescript', start: 'deno run -A mod.tsx' }],
  ])('knows %s', async (_, files, expected) => {
    expect((await planOf(files)).services).toMatchObject([expected]);
  });

  it('takes the version from the image', async () => {
    const plan = await planOf({ 'index.ts': app, Dockerfile: 'FROM denoland/deno:alpine-2.1.4\nCMD ["run", "-A", "index.ts"]\n' });
    expect(plan.services[0]?.runtime).toEqual({ name: 'deno', version: '2.1.4' });
  });
});
