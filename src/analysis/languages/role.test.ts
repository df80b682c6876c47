import { expect, it } from 'vitest';
import { planOf } from '../fixture.ts';

const hono = { 'package.json': { private: true, scripts: { start: 'node index.js' }, dependencies: { hono: '4', '@hono/node-server': '1' } }, 'index.js': "import { serve } from '@hono/node-server';\nserve({ fetch: app.fetch, port: 8787 });" };
const below = (directory: string, files: Record<string, string | object>) => Object.fromEntries(Object.entries(files).map(([path, content]) => [`${directory}/${path}`, content]));

it('takes what is kept in a directory called worker for one, though it answers health checks', async () => {
  const plan = await planOf({ 'package.json': { workspaces: ['apps/*'] }, ...below('apps/api', hono), ...below('apps/workers', hono) });
  expect(plan.services.map(({ path, kind, ports }) => [path, kind, ports.length])).toEqual([['apps/api', 'api', 1], ['apps/workers', 'worker', 0]]);
});

it('keeps a worker that looks as if it ended', async () => {
  const plan = await planOf({ 'package.json': { workspaces: ['apps/*'] }, ...below('apps/api', hono), 'apps/worker/package.json': { private: true, scripts: { start: 'tsx index.ts' } }, 'apps/worker/index.ts': "import { run } from './run';\nrun();\n" });
  expect(plan.services.map(({ path, kind }) => [path, kind])).toContainEqual(['apps/worker', 'worker']);
});

it('knows the workers that answer at the edge', async () => {
  const plan = await planOf({ ...below('apps/worker', hono), 'apps/worker/wrangler.toml': 'name = "x"' });
  expect(plan.services).toMatchObject([{ kind: 'api' }]);
});
