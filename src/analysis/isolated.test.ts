import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Plan } from '../model/index.ts';
import { withFiles } from './fixture.ts';
import { analyse, analyseIsolated } from './index.ts';
import { planSchema } from './schema.ts';

const files = { 'package.json': { scripts: { start: 'node a.js' } }, 'a.js': "require('http').createServer(f).listen(3000)" };

describe('analysis in a process of its own', () => {
  it('gives the same plan', async () => {
    await withFiles(files, async (directory) => {
      expect(await analyseIsolated(directory, { name: 'shop' })).toEqual(Plan.parse(await analyse(directory, { name: 'shop' })));
    });
  });

  it('throws its errors as they were', async () => {
    await withFiles({ 'a.txt': 'x' }, async (directory) => {
      await expect(analyseIsolated(directory)).rejects.toMatchObject({ code: 'analysis.nothing-to-run', next: expect.any(String), why: expect.any(String) });
      await expect(analyseIsolated(join(directory, '-rf'))).rejects.toMatchObject({ code: 'analysis.not-found' });
    });
  });

  it('is killed when it takes too long or nobody waits any more', async () => {
    await withFiles(files, async (directory) => {
      await expect(analyseIsolated(directory, {}, { timeout: 1 })).rejects.toMatchObject({ code: 'analysis.timeout', retryable: true });
      const controller = new AbortController();
      const running = analyseIsolated(directory, {}, { signal: controller.signal });
      controller.abort();
      await expect(running).rejects.toMatchObject({ code: 'analysis.aborted' });
      await expect(analyseIsolated(directory, {}, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'analysis.aborted' });
    });
  });

  it('executes nothing of what it reads', async () => {
    await withFiles({ ...files, 'next.config.js': "require('fs').writeFileSync(__dirname + '/ran', '')", 'setup.py': 'open("ran", "w")' }, async (directory) => {
      mkdirSync(join(directory, 'node_modules/yaml'), { recursive: true });
      writeFileSync(join(directory, 'node_modules/yaml/index.js'), "require('fs').writeFileSync('ran', '')");
      await analyseIsolated(directory);
      expect(existsSync(join(directory, 'ran'))).toBe(false);
    });
  });
});

describe('the published schema', () => {
  it('names every part of a plan', () => {
    const schema = planSchema() as { properties: Record<string, unknown>; $schema: string };
    expect(schema.$schema).toContain('json-schema.org');
    expect(Object.keys(schema.properties)).toEqual(['schemaVersion', 'app', 'services', 'edges', 'stores', 'findings', 'questions', 'skipped']);
  });
});
