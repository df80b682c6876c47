import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { isAlive, processTable } from '../../host/proc.ts';
import { requires } from '../../host/testing.ts';
import { withFiles } from '../fixture.ts';
import { openTree } from '../tree/tree.ts';
import { Batch } from './batch.ts';
import { Readers } from './readers.ts';

const code = Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`f${String(i).padStart(2, '0')}.js`, `eval(req.query.a${i})`]));

/** What reading the files in two batches gave: for each the rules that it breaks, or why it was lost; nothing of a batch that was not read. */
async function readIn(directory: string, processes: number, megabytes: number) {
  const { root, files, directories } = openTree(directory);
  const batches = [new Batch(files.slice(0, 8)), new Batch(files.slice(8))];
  let done = 0;
  await new Readers({ root, walked: { files: [...files], directories: [...directories], skipped: [] } }, batches, { processes, megabytes, isSpent: () => false, done: () => done++ }).read();
  return { done, read: batches.map(({ result }) => result?.map((one) => ('why' in one ? one : one.weaknesses.map(({ rule }) => rule)))) };
}

/** A program that reads in two processes, says so when one of them has read a batch, and then does nothing any more. */
const stuck = (directory: string) => `const [{ writeSync }, { survey }, { openTree }] = await Promise.all(['node:fs', ${JSON.stringify(new URL('./survey.ts', import.meta.url).href)}, ${JSON.stringify(new URL('../tree/tree.ts', import.meta.url).href)}].map((path) => import(path)));
const tree = openTree(${JSON.stringify(directory)});
tree.admits = () => { writeSync(1, 'read'); Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0); };
await survey(tree, { processes: 2, least: 0 });`;

describe('processes that read', () => {
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

  it.skipIf(!requires('linux'))('end with whoever started them, also when that is killed', async () => {
    const many = Object.fromEntries(Array.from({ length: 600 }, (_, i) => [`f${i}.js`, 'f()']));
    await withFiles(many, async (directory) => {
      const parent = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', stuck(directory)], { stdio: ['ignore', 'pipe', 'inherit'] });
      try {
        await once(parent.stdout, 'data');
        const readers = processTable().filter(({ parent: of }) => of === parent.pid);
        expect(readers).toHaveLength(2);
        parent.kill('SIGKILL');
        await expect.poll(() => readers.filter(({ pid, start }) => isAlive(pid, start)), { timeout: 30_000, interval: 20 }).toEqual([]);
      } finally {
        parent.kill('SIGKILL');
      }
    });
  });
});
