import { describe, expect, it } from 'vitest';
import type { Files } from '../fixture.ts';
import { planOf } from '../fixture.ts';

const app: Files = {
  'package.json': { scripts: { start: 'node index.js' }, dependencies: { express: '5', morgan: '1' } }, 'index.js': 'app.listen(3000)',
  'package-lock.json': '{ "packages": { "node_modules/express": {} } }', 'yarn.lock': 'express@5:\nmorgan@1:\n',
};

describe('two lockfiles in one package', () => {
  it.each<[string, Files, string]>([
    ['what the image installs with', { Dockerfile: 'FROM node:24\nRUN npm ci\nCMD ["node", "index.js"]\n', 'README.md': '`yarn install`\n' }, 'npm'],
    ['what is run on every change', { '.github/workflows/ci.yml': 'jobs:\n  test:\n    steps:\n      - run: npm ci\n', 'README.md': '`yarn install`\n' }, 'npm'],
    ['what people are told to type', { 'README.md': '```\nnpm install\nnpm run dev\n```\nor `yarn`\n' }, 'npm'],
    ['the lockfile that knows more of the dependencies', {}, 'yarn'],
  ])('are decided by %s', async (_, files, manager) => {
    const plan = await planOf({ ...app, ...files });
    expect(plan.services[0]?.packageManager).toBe(manager);
  });
});

describe('a package without a lockfile', () => {
  const server = 'require("http").createServer().listen(process.env.PORT || 3000)';

  it.each<[string, Record<string, string | object>, string, string]>([
    ['its README', { 'README.md': '```\nyarn install\nyarn start\n```\n' }, 'yarn', 'yarn install'],
    ['its image, before its README', { 'README.md': '```\nyarn install\n```\n', 'Dockerfile': 'FROM node:22\nRUN pnpm install\nCMD ["node", "index.js"]\n' }, 'pnpm', 'pnpm install'],
    ['a file of settings for Bun', { 'bunfig.toml': '[test]\n' }, 'bun', 'bun install'],
    ['nothing', {}, 'npm', 'npm install'],
  ])('is installed as %s says', async (_, files, manager, install) => {
    const plan = await planOf({ 'package.json': { name: 'shop', scripts: { start: 'node index.js' }, dependencies: { express: '5' } }, 'index.js': server, ...files });
    expect(plan.services[0]).toMatchObject({ packageManager: manager, install });
  });

  it('is started by Bun without a package.json, and listens where that does by itself', async () => {
    const plan = await planOf({ 'index.ts': 'const server = Bun.serve({\n  fetch(request) {\n    return new Response("hi");\n  },\n});\n' });
    expect(plan.services[0]).toMatchObject({ kind: 'api', runtime: { name: 'bun' }, packageManager: 'bun', start: 'bun index.ts', ports: [{ port: 3000 }] });
  });

  it('is installed and started by Bun when its code runs on that', async () => {
    const plan = await planOf({ 'package.json': { name: 'shop', module: 'index.ts', dependencies: { hono: '4' } }, 'index.ts': 'Bun.serve({ port: 3009, fetch: () => new Response("hi") })' });
    expect(plan.services[0]).toMatchObject({ packageManager: 'bun', install: 'bun install', start: 'bun index.ts', runtime: { name: 'bun' } });
  });
});

describe('a package without a lockfile', () => {
  it('below a workspace of pnpm that does not name it is installed by pnpm all the same', async () => {
    const plan = await planOf({ 'pnpm-workspace.yaml': "packages:\n  - 'libs/*'\n", 'chat/package.json': { scripts: { start: 'node index.js' }, dependencies: { express: '5' } }, 'chat/index.js': 'app.listen(3000)' });
    expect(plan.services).toMatchObject([{ path: 'chat', packageManager: 'pnpm' }]);
  });
});
