import { chmodSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Files } from '../fixture.ts';
import { withFiles } from '../fixture.ts';
import { openTree } from '../tree/tree.ts';
import { KeptReadings } from './kept.ts';
import type { KeptOptions } from './kept.ts';
import type { Listing } from './reading.ts';
import { Reader } from './reading.ts';

const web: Files = { 'web/A.java': 'class A { @GetMapping("/a") String a(@RequestParam String q) { return new Store().look(q); } }', 'lib/Store.java': 'class Store { String look(String q) { return jdbc.queryForObject("select " + q, String.class); } }', 'b.py': 'import os\nos.environ["B"]\n' };
const batch = ['web/A.java'];

/** Runs `work` with files and an empty directory to keep readings in. */
function withKept<T>(files: Files, work: (directory: string, options: KeptOptions) => T): Promise<T> {
  return withFiles(files, (directory) => withFiles({}, (kept) => work(directory, { directory: join(kept, 'readings'), version: '1' })));
}

function listingOf(directory: string): Listing {
  const { root, files, directories } = openTree(directory);
  return { root, walked: { files: [...files], directories: [...directories], skipped: [] } };
}

/** Reads the batch and keeps what that gave. */
function keep(directory: string, options: KeptOptions, { paths = batch, isSpent = false } = {}) {
  const kept = KeptReadings.open(options, listingOf(directory))!;
  const { readings, asked } = new Reader(listingOf(directory)).read(paths, isSpent);
  kept.keep(paths, readings, asked);
  kept.close();
  return readings;
}

const found = (directory: string, options: KeptOptions, paths = batch) => KeptReadings.open(options, listingOf(directory))?.find(paths);
const only = ({ directory }: KeptOptions) => join(directory, readdirSync(directory)[0]!);

describe('what was read before', () => {
  it('is known as long as nothing has changed, in another place as well', async () => {
    await withKept(web, async (directory, options) => {
      const readings = keep(directory, options);
      expect(readings[0]?.weaknesses).toMatchObject([{ rule: 'sql-injection' }]);
      expect(found(directory, options)).toStrictEqual(readings);
      await withFiles(web, (elsewhere) => { expect(found(elsewhere, options)).toStrictEqual(readings); });
    });
  });

  it.each<[string, Files]>([
    ['the file itself', { ...web, 'web/A.java': 'class A { }' }],
    ['a file that it calls', { ...web, 'lib/Store.java': 'class Store { String look(String q) { return q; } }' }],
    ['which file is called, by a nearer one', { ...web, 'web/Store.java': 'class Store { }' }],
    ['that the called file is gone', { 'web/A.java': web['web/A.java']!, 'b.py': web['b.py']! }],
  ])('is not, when what has changed is %s', async (_, changed) => {
    await withKept(web, async (directory, options) => {
      keep(directory, options);
      await withFiles(changed, (later) => { expect(found(later, options)).toBeUndefined(); });
    });
  });

  it('is known when files have changed, come or gone that it has nothing to do with', async () => {
    await withKept(web, async (directory, options) => {
      keep(directory, options);
      await withFiles({ ...web, 'b.py': '', 'web/C.java': 'class C { }' }, (later) => { expect(found(later, options)).toBeDefined(); });
    });
  });

  it('is not, when another version of the code has read it', async () => {
    await withKept(web, (directory, options) => {
      keep(directory, options);
      expect(found(directory, { ...options, version: '2' })).toBeUndefined();
    });
  });

  it('is not, when other files had used up what the search may take', async () => {
    await withKept(web, (directory, options) => {
      keep(directory, options, { isSpent: true });
      expect(found(directory, options)).toBeUndefined();
    });
  });

  it.each<[string, (bytes: Buffer) => Buffer]>([
    ['cut off', (bytes) => bytes.subarray(0, bytes.length / 2)],
    ['empty', () => Buffer.alloc(0)],
    ['different in one bit', (bytes) => { bytes[bytes.length - 9]! ^= 1; return bytes; }],
  ])('is not, when what was written is %s', async (_, damaged) => {
    await withKept(web, (directory, options) => {
      keep(directory, options);
      writeFileSync(only(options), damaged(readFileSync(only(options))));
      expect(found(directory, options)).toBeUndefined();
      keep(directory, options);
      expect(found(directory, options)).toBeDefined();
    });
  });
});

describe('where it is kept', () => {
  it('nobody else can read it, and where others may write nothing is kept or known', async () => {
    await withKept(web, (directory, options) => {
      keep(directory, options);
      expect([options.directory, only(options)].map((path) => statSync(path).mode & 0o777)).toEqual([0o700, 0o600]);
      chmodSync(options.directory, 0o777);
      expect(KeptReadings.open(options, listingOf(directory))).toBeUndefined();
    });
  });

  it('a file in its place keeps nobody from reading', async () => {
    await withKept(web, (directory, options) => {
      expect(KeptReadings.open({ ...options, directory: join(directory, 'b.py') }, listingOf(directory))).toBeUndefined();
    });
  });

  it('what was used least lately goes when all is too much', async () => {
    await withKept(web, (directory, options) => {
      const paths = Object.keys(web).map((path) => [path]);
      for (const one of paths) keep(directory, options, { paths: one });
      const all = readdirSync(options.directory).map((name) => join(options.directory, name));
      for (const file of all) utimesSync(file, 1, 1);
      expect(found(directory, options, ['web/A.java'])).toBeDefined();
      const most = all.reduce((sum, file) => sum + statSync(file).size, 0) - 1;
      keep(directory, { ...options, most }, { paths: ['b.py'] });
      expect(paths.filter((one) => found(directory, options, one)).flat()).toEqual(['web/A.java', 'b.py']);
    });
  });
});
