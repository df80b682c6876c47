import { describe, expect, it } from 'vitest';
import { planOf } from '../fixture.ts';

const server = { name: '@shop/api', scripts: { start: 'node index.js' }, dependencies: { express: '5' } };
const shop = (root: object) => ({ 'package.json': root, 'server/package.json': server, 'server/index.js': "require('express')().listen(3000)" });

describe('a package whose start hands over to one below', () => {
  it.each([
    'npm --prefix server run start', 'npm start --prefix ./server', 'npm run start --prefix server', 'cd server && npm start', 'yarn --cwd server start', 'npm start -w server', 'npm run start --workspace=@shop/api', 'yarn workspace @shop/api start', 'pnpm --filter @shop/api start', 'npm run server:start',
  ])('is no service of its own: %s', async (start) => {
    const plan = await planOf(shop({ private: true, scripts: { start, 'server:start': 'cd server && npm run start', build: 'npm --prefix server run build' }, devDependencies: { concurrently: '9' } }));
    expect(plan.services.map(({ path, kind }) => [path, kind])).toEqual([['server', 'api']]);
  });

  it('is none either where another script by which things are started does so', async () => {
    const plan = await planOf(shop({ scripts: { server: 'npm run watch --prefix server', client: 'npm run dev --prefix client', watch: 'npm run server & npm run client' } }));
    expect(plan.services.map(({ path }) => path)).toEqual(['server']);
  });

  it('is one where it listens itself, or starts a file', async () => {
    const own = await planOf({ ...shop({ scripts: { start: 'node front.js' }, dependencies: { express: '5' } }), 'front.js': "require('express')().listen(8080)" });
    expect(own.services.map(({ path }) => path)).toContain('.');
  });
});

describe('the install of a member of a workspace', () => {
  it('is that of the whole workspace with npm, too', async () => {
    const root = { private: true, workspaces: ['server', 'shared'] };
    const locked = await planOf({ ...shop(root), 'package-lock.json': '{}', 'shared/package.json': { name: 'shared' } });
    expect(locked.services[0]!.install).toBe('npm --prefix .. ci');
    expect((await planOf(shop(root))).services[0]!.install).toBe('npm --prefix .. install');
    expect((await planOf({ 'package.json': server, 'index.js': "require('express')().listen(3000)" })).services[0]!.install).toBe('npm install');
  });
});
