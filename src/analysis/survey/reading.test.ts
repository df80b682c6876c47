import { describe, expect, it } from 'vitest';
import type { Files } from '../fixture.ts';
import { withFiles } from '../fixture.ts';
import { openTree } from '../tree/tree.ts';
import { joined, Reader } from './reading.ts';

const read = (files: Files, paths: readonly string[], isSpent = false) => withFiles(files, (directory) => {
  const { root, files: all, directories } = openTree(directory);
  const reader = new Reader({ root, walked: { files: [...all], directories: [...directories], skipped: [] } });
  return { readings: reader.read(paths, isSpent).readings, again: reader.read(paths, isSpent).readings };
});

describe('reading a batch', () => {
  it('gives of each file what it tells by itself, and what that took', async () => {
    const code = '// @stratoswarm: memory=1Gi\neval(req.query.a)';
    const { readings, again } = await read({ 'a.js': code, 'a.test.js': code, 'b.md': '# b', 'c.js': new Uint8Array([1, 0]) }, ['a.js', 'a.test.js', 'b.md', 'c.js']);
    expect(readings).toMatchObject([
      { facts: { path: 'a.js', language: 'javascript' }, weaknesses: [{ rule: 'code-injection' }], hints: [{ line: 1, text: 'memory=1Gi' }], skips: [], cost: { bytes: code.length, characters: code.length } },
      { facts: undefined, weaknesses: [], hints: [] },
      { facts: undefined, cost: { bytes: 3, steps: 0, characters: 0 } },
      { facts: null, skips: [{ file: 'c.js', why: 'binary' }] },
    ]);
    expect(again).toStrictEqual(readings);
  });

  it('gives the same in two halves as at once', async () => {
    const files = { 'a.js': '// @stratoswarm: memory=1Gi\neval(req.query.a)', 'b.md': '<!-- @stratoswarm: cpu=2 -->', 'c.js': new Uint8Array([1, 0]), 'd.py': 'import os\nos.system(input())\nx = os.environ["A"]\n', 'e.test.js': "const key = 'glpat-x7Kq9Lm2Vw4Zr8Tb5Nc1'" };
    await withFiles(files, (directory) => {
      const { root, files: all, directories } = openTree(directory);
      const reader = new Reader({ root, walked: { files: [...all], directories: [...directories], skipped: [] } });
      const [whole, facts, dangers] = (['all', 'facts', 'dangers'] as const).map((part) => reader.read(all, false, part).readings);
      expect(facts!.flatMap(({ secrets, weaknesses }) => [...secrets, ...weaknesses])).toEqual([]);
      expect(dangers!.flatMap(({ facts: told, hints }) => [told ?? [], hints].flat())).toEqual([]);
      const once = whole!.map((one) => ({ ...one, skips: new Set(one.skips.map(({ file }) => file)) }));
      expect(facts!.map((one, i) => joined(one, dangers![i]!)).map((one) => ({ ...one, skips: new Set(one.skips.map(({ file }) => file)) }))).toStrictEqual(once);
    });
  });

  it('is plain data that another process can be handed', async () => {
    const { readings } = await read({ 'a.py': 'import os\nx = os.environ["A"]\n', 'm.go': 'package main\nfunc main() {}' }, ['a.py', 'm.go']);
    expect(structuredClone(readings)).toStrictEqual(readings);
  });

  it('searches for weaknesses no more when everything is spent', async () => {
    const { readings } = await read({ 'a.js': 'eval(req.query.a)' }, ['a.js'], true);
    expect(readings).toMatchObject([{ weaknesses: [], skips: [{ file: 'a.js' }], facts: { path: 'a.js' } }]);
  });
});
