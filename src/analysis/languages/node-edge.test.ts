import { describe, expect, it } from 'vitest';
import { planOf } from '../fixture.ts';

const worker = { 'src/index.ts': "import { Hono } from 'hono';\nconst app = new Hono();\napp.get('/', (c) => c.text('hi'));\nexport default app;", 'wrangler.toml': 'name = "shop"\nmain = "src/index.ts"\n' };
const manifest = (scripts: Record<string, string>) => ({ 'package.json': { scripts, dependencies: { hono: '4' }, devDependencies: { wrangler: '4' } } });

describe('a Worker for the edge', () => {
  it('is run by Wrangler, where it listens', async () => {
    const plan = await planOf({ ...worker, ...manifest({ deploy: 'wrangler deploy' }) });
    expect(plan.services[0]).toMatchObject({ start: 'npx wrangler dev', ports: [{ port: 8787 }] });
  });

  it('is started by the script that has Wrangler run it', async () => {
    const plan = await planOf({ ...worker, ...manifest({ dev: 'wrangler dev src/index.ts' }) });
    expect(plan.services[0]?.start).toBe('npm run dev');
  });

  it('is a server as any other when it opens a port by itself', async () => {
    const plan = await planOf({ ...worker, ...manifest({ dev: 'wrangler dev' }), 'src/index.ts': "import { serve } from '@hono/node-server';\nserve({ fetch: app.fetch, port: 3004 });" });
    expect(plan.services[0]).toMatchObject({ ports: [{ port: 3004 }] });
    expect(plan.services[0]?.start).not.toContain('dev');
  });
});
