import { describe, expect, it } from 'vitest';
import { withFiles } from '../fixture.ts';
import { openTree } from '../tree/tree.ts';
import { Batch } from './batch.ts';
import { Readers } from './readers.ts';

const code = Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`f${String(i).padStart(2, '0')}.js`, `eval(req.query.a${i})`]));

/** What reading the files in two batches gave: for each the rules that it breaks, or why it was lost; nothing of a batch that was not read. */
async function readIn(directory: string, threads: number, megabytes: number) {
  const { root, files, directories } = openTree(directory);
  const batches = [new Batch(files.slice(0, 8)), new Batch(files.slice(8))];
  let done = 0;
  await new Readers({ root, walked: { files: [...files], directories: [...directories], skipped: [] } }, batches, { threads, megabytes, spent: new Int32Array(new SharedArrayBuffer(4)), done: () => done++ }).read();
  return { done, read: batches.map(({ result }) => result?.map((one) => ('why' in one ? one : one.weaknesses.map(({ rule }) => rule)))) };
}

describe('threads that read', () => {
  it('give every file of every batch', async () => {
    await withFiles(code, async (directory) => {
      expect(await readIn(directory, 2, 200)).toEqual({ done: 2, read: [Array.from({ length: 8 }, () => ['code-injection']), Array.from({ length: 4 }, () => ['code-injection'])] });
    });
  });

  it('lose the file that needs more memory than one has, and no other', async () => {
    await withFiles({ ...code, 'f03.js': `x = [${'a,\n'.repeat(340_000)}]` }, async (directory) => {
      const { done, read } = await readIn(directory, 1, 40);
      expect(done).toBe(2);
      expect(read.flat().filter((one) => !Array.isArray(one))).toEqual([{ path: 'f03.js', why: 'too much memory is needed to understand it' }]);
      expect(read.flat().filter((one) => Array.isArray(one) && one[0] === 'code-injection')).toHaveLength(11);
    });
  });

  it('leave everything to others when they cannot begin', async () => {
    await withFiles(code, async (directory) => {
      expect(await readIn(directory, 2, 8)).toEqual({ done: 0, read: [undefined, undefined] });
    });
  });
});
