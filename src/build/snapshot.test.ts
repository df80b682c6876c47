import { execFileSync } from 'node:child_process';
import { appendFileSync, chmodSync, mkdirSync, readFileSync, renameSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { requires } from '../host/testing.ts';
import { fileStoreOf } from './filestore.ts';
import { neededPaths, snapshot } from './snapshot.ts';
import { pathsIn, planned, planOf, rejection, temporary, write } from './testing.ts';
import { artefactIdOf, overlay, subtree, treeHash, type Entry } from './tree.ts';

const home = temporary();
const paths = pathsIn(home);
let count = 0;
const tree = (files: Record<string, string>) => write(join(home, `tree-${count++}`), files);
const files = async (directory: string, keep: string[] = []) => (await snapshot(directory, { paths, keep })).entries.filter((entry) => entry.kind === 'file').map(({ path }) => path);

describe('what is taken', () => {
  it('leaves out version control, the machine\'s dependencies and what ignore files say, but for what builds need', async () => {
    const directory = tree({
      'server.js': '', 'node_modules/a/index.js': '', 'lib/node_modules/b.js': '', '.git/HEAD': '', '.gitignore': '*.log\n/dist\n*.lock\nsecret/\n!keep.log\n', 'a.log': '', 'keep.log': '', 'dist/x.js': '', 'lib/dist/y.js': '', 'yarn.lock': '',
      'secret/package.json': '{}', 'lib/.gitignore': 'local.js\n!../a.log', 'lib/local.js': '', '.stratoswarmignore': 'data\n', 'data/big': '', 'env/pyvenv.cfg': '', 'env/bin/python': '',
    });
    expect(await files(directory)).toEqual(['.gitignore', '.stratoswarmignore', 'keep.log', 'lib/.gitignore', 'lib/dist/y.js', 'server.js', 'yarn.lock']);
  });

  it('leaves out what a .dockerignore says where nothing else does, as what one image goes without may be what another service is made of', async () => {
    const source = { 'server.js': '', '.dockerignore': 'docs\n**/*.tmp\n', 'docs/a.md': '', 'lib/docs/b.md': '', 'lib/c.tmp': '' };
    expect(await files(tree(source))).toEqual(['.dockerignore', 'lib/docs/b.md', 'server.js']);
    expect(await files(tree({ ...source, '.gitignore': '*.tmp\n' }))).toEqual(['.dockerignore', '.gitignore', 'docs/a.md', 'lib/docs/b.md', 'server.js']);
  });

  it('keeps pages that were built before, although they are ignored', async () => {
    const directory = tree({ '.gitignore': 'build\n', 'site/build/index.html': '', 'site/build/a/b.css': '', 'other/build/x': '' });
    const plan = planOf([planned('site', { path: 'site', kind: 'static', start: null, staticDir: 'build' }), planned('root', { staticDir: '.' })]);
    expect(neededPaths(plan)).toEqual(['site/build']);
    expect(await files(directory, neededPaths(plan))).toEqual(['.gitignore', 'site/build/a/b.css', 'site/build/index.html']);
  });

  it('is the state before or after a change, when files move while they are read', async () => {
    const directory = tree(Object.fromEntries(Array.from({ length: 600 }, (_, n) => [`m${n}.txt`, String(n)])));
    write(directory, { 'z.txt': 'moved' });
    const taking = files(directory);
    await new Promise((resolve) => setImmediate(resolve));
    renameSync(join(directory, 'z.txt'), join(directory, 'a.txt'));
    const found = await taking;
    expect(found).toHaveLength(601);
    expect(found.filter((path) => path === 'a.txt' || path === 'z.txt')).toHaveLength(1);
  });

  it('does not use a .dockerignore that leaves out everything', async () => {
    expect(await files(tree({ 'app.js': '', '.dockerignore': '*\n!dist\n' }))).toEqual(['.dockerignore', 'app.js']);
  });

  it.skipIf(!requires('program:git'))('is what git would take, for any rules', async () => {
    const name = fc.constantFrom('a', 'b', 'c.log', 'dir', 'x.tmp');
    const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'));
    const rule = fc.tuple(fc.constantFrom('', '!', '/'), fc.oneof(path, fc.constantFrom('*.log', '**/b', 'dir/*', 'a/**', '*'))).map(([sign, pattern]) => sign + pattern).chain((text) => fc.constantFrom(text, `${text}/`));
    await fc.assert(fc.asyncProperty(fc.array(path, { maxLength: 8 }), fc.array(rule, { maxLength: 5 }), fc.array(rule.filter((text) => !text.startsWith('!')), { maxLength: 3 }), async (wanted, rules, inner) => {
      const directory = tree({ '.gitignore': `${rules.join('\n')}\n`, 'dir/.gitignore': `${inner.join('\n')}\n` });
      for (const file of wanted) {
        try {
          write(directory, { [file]: file });
        } catch {
          // Another path made a file where this needs a directory.
        }
      }
      execFileSync('git', ['init', '-q'], { cwd: directory });
      const expected = execFileSync('git', ['-c', 'core.excludesFile=/dev/null', 'ls-files', '--others', '--exclude-standard'], { cwd: directory }).toString().split('\n').filter(Boolean).sort();
      expect((await files(directory)).sort()).toEqual(expected);
    }), { numRuns: 80 });
  }, 120_000);
});

describe('what cannot be taken', () => {
  it('is a link out of the tree, by name', async () => {
    for (const [link, target] of [['up', '../../etc'], ['absolute', '/etc/passwd'], ['dangling', '../nowhere']] as const) {
      const directory = tree({ 'a/b.js': '' });
      symlinkSync(target, join(directory, link));
      expect(await rejection(snapshot(directory, { paths }))).toMatchObject({ code: 'source.link-outside', message: expect.stringContaining(link) as string });
    }
  });

  it('includes a link that leads out by way of another', async () => {
    const directory = tree({ 'a/b/c.js': '' });
    symlinkSync('../..', join(directory, 'a/b/top'));
    symlinkSync('a/b/top/..', join(directory, 'out'));
    expect(await rejection(snapshot(directory, { paths }))).toMatchObject({ code: 'source.link-outside' });
  });

  it('is more than the limits', async () => {
    const directory = tree({ a: '12345', b: '12345' });
    expect(await rejection(snapshot(directory, { paths, limits: { bytes: 9, entries: 10 } }))).toMatchObject({ code: 'source.too-large' });
    expect(await rejection(snapshot(directory, { paths, limits: { bytes: 99, entries: 1 } }))).toMatchObject({ code: 'source.too-large' });
  });

  it('is skipped with a note when it is a pipe', async () => {
    const directory = tree({ a: '' });
    execFileSync('mkfifo', [join(directory, 'pipe')]);
    expect(await snapshot(directory, { paths })).toMatchObject({ skipped: [{ file: 'pipe', why: 'is a named pipe' }] });
  });

  it('stops when it is told to', async () => {
    const stop = new AbortController();
    stop.abort(new Error('enough'));
    expect(await rejection(snapshot(tree({ a: '' }), { paths, signal: stop.signal }))).toMatchObject({ message: 'enough' });
  });
});

describe('its identity', () => {
  it('follows content, mode and links, and nothing else', async () => {
    const directory = tree({ 'a/one': 'x', two: 'y' });
    symlinkSync('two', join(directory, 'link'));
    const first = (await snapshot(directory, { paths })).hash;
    utimesSync(join(directory, 'two'), 1, 1);
    expect((await snapshot(directory, { paths })).hash).toBe(first);
    chmodSync(join(directory, 'two'), 0o755);
    const second = (await snapshot(directory, { paths })).hash;
    expect(second).not.toBe(first);
    renameSync(join(directory, 'two'), join(directory, 'three'));
    expect((await snapshot(directory, { paths })).hash).not.toBe(second);
  });

  it('notices a change that leaves size and time of the file as they were', async () => {
    const directory = tree({ a: 'one' });
    const { mtime } = statSync(join(directory, 'a'));
    const first = (await snapshot(directory, { paths })).hash;
    writeFileSync(join(directory, 'a'), 'two');
    utimesSync(join(directory, 'a'), mtime, mtime);
    expect((await snapshot(directory, { paths })).hash).not.toBe(first);
  });

  it('keeps the content although the file changes later', async () => {
    const directory = tree({ a: 'before' });
    const { entries } = await snapshot(directory, { paths });
    appendFileSync(join(directory, 'a'), ' and after');
    const out = join(home, 'restored');
    mkdirSync(out);
    await fileStoreOf(paths).copy(entries, out);
    expect(readFileSync(join(out, 'a'), 'utf8')).toBe('before');
  });

  const entry: fc.Arbitrary<Entry> = fc.oneof(
    fc.record({ kind: fc.constant('file' as const), path: fc.string({ minLength: 1 }).filter((path) => !path.includes('\0')), executable: fc.boolean(), hash: fc.constantFrom('a'.repeat(64), 'b'.repeat(64)), size: fc.nat() }),
    fc.record({ kind: fc.constant('link' as const), path: fc.string({ minLength: 1 }).filter((path) => !path.includes('\0')), target: fc.constantFrom('a', 'b') }),
  );
  const entries = fc.uniqueArray(entry, { selector: ({ path }) => path, maxLength: 8 });

  it('does not depend on the order of listing, and differs whenever trees differ', () => {
    fc.assert(fc.property(entries, entries, (one, other) => {
      expect(treeHash([...one].reverse())).toBe(treeHash(one));
      const plain = (list: readonly Entry[]) => JSON.stringify([...list].map((item) => ({ ...item, size: 0 })).sort((a, b) => (a.path < b.path ? -1 : 1)), (_, value: unknown) => value);
      expect(artefactIdOf(one) === artefactIdOf(other)).toBe(plain(one.map(ordered)) === plain(other.map(ordered)));
    }));
  });

  it('of layers over each other is that of what is seen', () => {
    fc.assert(fc.property(entries, entries, (below, above) => {
      const seen = overlay(below, above);
      expect(new Set(seen.map(({ path }) => path))).toEqual(new Set([...below, ...above].map(({ path }) => path)));
      for (const item of above) expect(seen).toContainEqual(item);
      expect(subtree(seen.map((item) => ({ ...item, path: `d/${item.path}` })), 'd')).toEqual(seen);
    }));
  });
});

function ordered(entry: Entry): Entry {
  return Object.fromEntries(Object.entries(entry).sort()) as unknown as Entry;
}
