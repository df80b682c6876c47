import { describe, expect, it } from 'vitest';
import { planOf } from '../fixture.ts';

describe('a health endpoint', () => {
  it.each([['next', 'pages/api/_health/index.js', '/api/_health'], ['next', 'app/api/health/route.ts', '/api/health'], ['nuxt', 'server/api/health.get.ts', '/api/health']])('of %s may have a file of its own: %s', async (framework, file, path) => {
    const plan = await planOf({ 'package.json': { dependencies: { [framework]: '14' }, scripts: { build: `${framework} build`, start: `${framework} start` } }, [file]: 'export default () => ({ status: 1 })\n' });
    expect(plan.services[0]!.health.path).toBe(path);
  });

  it('of Remix may be a route of its own', async () => {
    const plan = await planOf({ 'package.json': { dependencies: { '@remix-run/node': '2', '@remix-run/react': '2', '@remix-run/serve': '2' }, devDependencies: { '@remix-run/dev': '2' }, scripts: { build: 'remix build', start: 'remix-serve build' } }, 'app/root.tsx': '', 'app/routes/healthcheck.tsx': 'export const loader = () => new Response("OK");\n' });
    expect(plan.services[0]!.health.path).toBe('/healthcheck');
  });

  it('may be answered in place for all methods, which a step before other answers is not', async () => {
    const express = (code: string) => ({ 'package.json': { dependencies: { express: '5' }, scripts: { start: 'node web.js' } }, 'web.js': `const app = require('express')();\n${code}\napp.listen(3000);` });
    expect((await planOf(express("app.use('/ready', (request, response) => response.sendStatus(200));"))).services[0]!.health.path).toBe('/ready');
    expect((await planOf(express("app.use('/ready', (req, res, next) => next());\napp.use('/live', router);"))).services[0]!.health.path).toBeNull();
  });
});
