import { describe, expect, it } from 'vitest';
import { planOf } from '../fixture.ts';

describe('a health endpoint', () => {
  it.each([['next', 'pages/api/_health/index.js', '/api/_health'], ['next', 'app/api/health/route.ts', '/api/health'], ['nuxt', 'server/api/health.get.ts', '/api/health']])('of %s may have a file of its own: %s', async (framework, file, path) => {
    const plan = await planOf({ 'package.json': { dependencies: { [framework]: '14' }, scripts: { build: `${framework} build`, start: `${framework} start` } }, [file]: 'export default () => ({ status: 1 })\n' });
    expect(plan.services[0]!.health.path).toBe(path);
  });
});
