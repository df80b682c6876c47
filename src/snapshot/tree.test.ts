import { chmodSync, linkSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { captureTree } from './capture.ts';
import { layTree } from './lay.ts';
import { Objects, pieceSize } from './objects.ts';
import { entriesOf, keepTree, TreeEntry } from './tree.ts';

const places: string[] = [];
const place = () => {
  const path = mkdtempSync(join(tmpdir(), 'snapshot-tree-'));
  places.push(path);
  return path;
};
const now = () => BigInt(Date.now()) * 1_000_000n;
const long = () => now() + 10_000_000_000n;

afterEach(() => { for (const path of places.splice(0)) rmSync(path, { recursive: true, force: true }); });

/** Everything that can be seen of a tree. */
function seen(root: string, path = '.'): Record<string, unknown> {
  const absolute = join(root, path);
  const { mode, mtimeMs, nlink } = lstatSync(absolute);
  if (lstatSync(absolute).isSymbolicLink()) return { [path]: ['link', readlinkSync(absolute)] };
  if (lstatSync(absolute).isFile()) return { [path]: ['file', mode & 0o7777, Math.floor(mtimeMs), nlink, readFileSync(absolute).toString('base64')] };
  return Object.assign({ [path]: ['directory', mode & 0o7777, Math.floor(mtimeMs)] }, ...readdirSync(absolute).map((name) => seen(root, join(path, name))));
}

describe('a kept tree', () => {
  it('comes back as it was: content, permissions, times, links of both kinds', async () => {
    const name = fc.stringMatching(/^[a-zA-Z0-9._ ü-]{1,12}$/).filter((text) => text !== '.' && text !== '..');
    const node = fc.oneof(
      fc.record({ kind: fc.constant('file' as const), name, content: fc.uint8Array({ maxLength: 400 }), mode: fc.constantFrom(0o600, 0o644, 0o755, 0o440) }),
      fc.record({ kind: fc.constant('directory' as const), name, mode: fc.constantFrom(0o700, 0o755, 0o1777) }),
      fc.record({ kind: fc.constant('link' as const), name, target: fc.constantFrom('nowhere', '../up', '/etc/passwd', '.') }),
      fc.record({ kind: fc.constant('hard' as const), name }),
    );
    await fc.assert(fc.asyncProperty(fc.array(node, { maxLength: 25 }), fc.infiniteStream(fc.nat()), async (nodes, picks) => {
      const [source, store] = [place(), place()];
      const directories = ['.'];
      const files: string[] = [];
      for (const one of nodes) {
        const path = join(directories[picks.next().value! % directories.length]!, one.name);
        const absolute = join(source, path);
        if (lstatSync(absolute, { throwIfNoEntry: false })) continue;
        if (one.kind === 'file') {
          writeFileSync(absolute, one.content);
          chmodSync(absolute, one.mode);
          utimesSync(absolute, 1_600_000_000, 1_600_000_000 + (picks.next().value! % 1000));
          files.push(absolute);
        } else if (one.kind === 'directory') {
          mkdirSync(absolute);
          directories.push(path);
          chmodSync(absolute, one.mode);
        } else if (one.kind === 'link') symlinkSync(one.target, absolute);
        else if (files.length > 0) linkSync(files[picks.next().value! % files.length]!, absolute);
      }
      const objects = new Objects(store);
      const ref = keepTree(captureTree(source, objects, new Map(), now).entries, objects);
      const target = join(place(), 'again');
      layTree(entriesOf(ref, objects), target, objects);
      expect(seen(target)).toEqual(seen(source));
    }), { numRuns: 60 });
  });

  it('keeps names and targets of links that are not UTF-8, byte by byte', () => {
    const [source, store] = [place(), place()];
    const bytes = (...parts: (string | number)[]) => Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.of(part))));
    const names = [bytes('caf', 0xe9), bytes(0xff), bytes('💀', 0xc0, 0x80), bytes(0xed, 0xa0, 0x80), bytes('💀'), bytes('plain')];
    const inside = (directory: string, ...path: Buffer[]) => bytes(directory, ...path.flatMap((name) => ['/', ...name]));
    for (const name of names) {
      mkdirSync(inside(source, name));
      symlinkSync(name, inside(source, name, bytes('link')));
      for (const file of names) writeFileSync(inside(source, name, file), file);
    }
    const objects = new Objects(store);
    const captured = captureTree(source, objects, new Map(), now);
    expect(captured.skipped).toEqual([]);
    const target = join(place(), 'again');
    layTree(entriesOf(keepTree(captured.entries, objects), objects), target, objects);
    const sorted = (list: Buffer[]) => list.map((name) => name.toString('hex')).sort();
    expect(sorted(readdirSync(target, { encoding: 'buffer' }))).toEqual(sorted(names));
    for (const name of names) {
      expect(readlinkSync(inside(target, name, bytes('link')), { encoding: 'buffer' })).toEqual(name);
      for (const file of names) expect(readFileSync(inside(target, name, file))).toEqual(file);
    }
  });

  it('gives a file back its time to the microsecond', () => {
    const [source, store] = [place(), place()];
    const objects = new Objects(store);
    const times = Array.from({ length: 50 }, (_, i) => 1_795_331_538_700_123n + BigInt(i) * 1_234_567n);
    for (const [i, time] of times.entries()) {
      writeFileSync(join(source, `${i}`), '');
      utimesSync(join(source, `${i}`), 0, (Number(time) + 0.5) / 1e6);
    }
    const of = (directory: string) => times.map((_, i) => lstatSync(join(directory, `${i}`), { bigint: true }).mtimeNs / 1_000n);
    const target = join(place(), 'again');
    layTree(entriesOf(keepTree(captureTree(source, objects, new Map(), now).entries, objects), objects), target, objects);
    expect(of(target)).toEqual(of(source));
  });

  it('keeps large files in pieces, of which those that did not change are kept once, and no zeroes', () => {
    const [source, store] = [place(), place()];
    const content = Buffer.alloc(4 * pieceSize + 10, 0);
    content.fill('a', 0, pieceSize);
    content.fill('b', 3 * pieceSize, 4 * pieceSize);
    writeFileSync(join(source, 'data'), content);
    const objects = new Objects(store);
    const first = captureTree(source, objects, new Map(), now).entries.find((entry): entry is Extract<TreeEntry, { kind: 'file' }> => entry.kind === 'file')!;
    expect(first.pieces.map((piece) => piece === null)).toEqual([false, true, true, false, true]);
    const { written } = objects;
    content.fill('c', 3 * pieceSize, 4 * pieceSize);
    writeFileSync(join(source, 'data'), content);
    const second = captureTree(source, objects, new Map(), now).entries.find((entry): entry is Extract<TreeEntry, { kind: 'file' }> => entry.kind === 'file')!;
    expect(second.pieces[0]).toBe(first.pieces[0]);
    expect(second.pieces[3]).not.toBe(first.pieces[3]);
    expect(objects.written - written).toBeLessThan(1000);
    const target = join(place(), 'again');
    layTree([{ kind: 'directory', path: '.', mode: 0o755, uid: 0, gid: 0, mtime: 0 }, second], target, objects);
    expect(readFileSync(join(target, 'data')).equals(content)).toBe(true);
    expect(statSync(join(target, 'data')).blocks * 512).toBeLessThan(content.length);
  });

  it('is not read again where nothing changed, but is where it changed within the same size and second', () => {
    const [source, store] = [place(), place()];
    writeFileSync(join(source, 'still'), 'as it was');
    writeFileSync(join(source, 'moving'), 'before');
    const objects = new Objects(store);
    const first = captureTree(source, objects, new Map(), long);
    writeFileSync(join(source, 'moving'), 'after!');
    const second = captureTree(source, objects, first.known, long);
    expect([first.read, second.read]).toEqual([15, 6]);
    // What was written just before it was read may change again with the same times: it is not trusted.
    const fresh = captureTree(source, objects, new Map(), now);
    expect(fresh.known.size).toBe(0);
  });

  it('leaves out sockets and names them', async () => {
    const [source, store] = [place(), place()];
    const { createServer } = await import('node:net');
    const server = createServer().listen(join(source, 'here.sock'));
    await new Promise((resolve) => server.once('listening', resolve));
    const { skipped, entries } = captureTree(source, new Objects(store), new Map(), now);
    server.close();
    expect(skipped).toEqual([{ path: 'here.sock', why: 'a socket' }]);
    expect(entries.map(({ path }) => path)).toEqual(['.']);
  });

  it('keeps the rest of a directory in which a path is too long for any call, and names that path', () => {
    const [source, store] = [place(), place()];
    writeFileSync(join(source, 'data'), 'here');
    const [back, name] = [process.cwd(), 'd'.repeat(250)];
    process.chdir(source);
    for (let depth = 0; depth < 20; depth++) {
      mkdirSync(name);
      process.chdir(name);
    }
    process.chdir(back);
    const { entries, skipped } = captureTree(source, new Objects(store), new Map(), now);
    expect(entries.some(({ path }) => path === 'data')).toBe(true);
    expect(skipped.map(({ path, why }) => [path.startsWith(`${name}/`), why])).toEqual([[true, 'cannot be read (ENAMETOOLONG)']]);
  });

  it('is never laid outside of its directory, whatever its list says', () => {
    const store = new Objects(place());
    const owned = { mode: 0o700, uid: 0, gid: 0, mtime: 0 };
    const root = { kind: 'directory', path: '.', ...owned };
    const link = { kind: 'link', path: 'link', target: '/etc', ...owned };
    const read = (...entries: object[]) => [...entriesOf({ entries: [store.put(Buffer.from(entries.map((entry) => `${JSON.stringify(entry)}\n`).join('')))], files: 1, bytes: 0 }, store)];
    expect(read(root, link, { kind: 'directory', path: 'a', ...owned }, { kind: 'file', path: 'a/in', ...owned, size: 0, pieces: [] })).toHaveLength(4);
    for (const path of ['../out', '/etc/out', 'a/../../out', 'a//b', '', 'a\0b', './a', 'link/out', 'unsaid/out']) {
      expect(() => read(root, link, { kind: 'file', path, ...owned, size: 0, pieces: [] }), path).toThrow('the snapshot is damaged');
      expect(() => read(root, link, { kind: 'same', path: 'in', of: path }), path).toThrow('the snapshot is damaged');
    }
    expect(() => read({ ...link, path: '.' }, { kind: 'file', path: 'out', ...owned, size: 0, pieces: [] })).toThrow('the snapshot is damaged');
  });

  it('is refused when one byte of an object is another', () => {
    const [source, store] = [place(), place()];
    writeFileSync(join(source, 'data'), 'x'.repeat(5000));
    const objects = new Objects(store);
    const ref = keepTree(captureTree(source, objects, new Map(), now).entries, objects);
    for (const name of [...objects.names()]) {
      const kept = readFileSync(objects.path(name));
      for (let at = 0; at < kept.length; at += 7) {
        const flipped = Buffer.from(kept);
        flipped[at]! ^= 0x10;
        writeFileSync(objects.path(name), flipped);
        expect(() => layTree(entriesOf(ref, objects), join(place(), 'again'), objects)).toThrow();
      }
      writeFileSync(objects.path(name), kept);
    }
  });
});
