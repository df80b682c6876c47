import { closeSync, constants, fstatSync, lstatSync, openSync, readdirSync, readlinkSync, readSync, type BigIntStats } from 'node:fs';
import type { Objects } from './objects.ts';
import { pieceSize } from './objects.ts';
import { placeIn, textOf } from './path.ts';
import type { TreeEntry } from './tree.ts';

/** A file whose time of change is so near to when it was read may have changed again within the resolution of that time; nanoseconds. */
const racy = 2_000_000_000n;

/** What an earlier look at the same directory found: files that are as they were are not read again. */
export type Known = Map<string, { readonly signature: string; readonly pieces: (string | null)[]; readonly size: number }>;

export interface Captured {
  readonly entries: TreeEntry[];
  readonly known: Known;
  /** Sockets, pipes and devices, which are no data, and what could not be read. */
  readonly skipped: { readonly path: string; readonly why: string }[];
  /** Bytes that had to be read. */
  readonly read: number;
}

/**
 * Keeps all of a directory: content, permissions, owners, times, symbolic and hard links. Files of which `known` says that nothing has changed (inode,
 * size, times to the nanosecond) are not read again; that makes a second look, while those who write are held, short.
 *
 * @param now - nanoseconds since the epoch by the file system's clock
 */
export function captureTree(root: string, objects: Objects, known: Known, now: () => bigint): Captured {
  const entries: TreeEntry[] = [];
  const next: Known = new Map();
  const skipped: { path: string; why: string }[] = [];
  const inodes = new Map<string, string>();
  let read = 0;

  const visit = (path: string) => {
    const absolute = placeIn(root, path);
    try {
      const stat = lstatSync(absolute, { bigint: true });
      if (stat.isDirectory()) {
        entries.push({ kind: 'directory', path, ...placeOf(stat) });
        for (const name of readdirSync(absolute, { encoding: 'buffer' }).map(textOf).sort()) visit(path === '.' ? name : `${path}/${name}`);
      } else if (stat.isSymbolicLink()) entries.push({ kind: 'link', path, ...placeOf(stat), target: textOf(readlinkSync(absolute, { encoding: 'buffer' })) });
      else if (stat.isFile()) file(path, absolute, stat);
      else skipped.push({ path, why: stat.isSocket() ? 'a socket' : stat.isFIFO() ? 'a pipe' : 'a device' });
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (code === 'ENOENT' && path !== '.') return;
      // An app can make a path longer than any call takes, but not so prevent that the rest is kept.
      if (!['EACCES', 'EPERM', 'ELOOP', 'ENAMETOOLONG'].includes(code ?? '')) throw error;
      skipped.push({ path, why: `cannot be read (${code})` });
    }
  };

  const file = (path: string, absolute: string | Buffer, stat: BigIntStats) => {
    const inode = `${stat.dev}:${stat.ino}`;
    const first = stat.nlink > 1n ? inodes.get(inode) : undefined;
    if (first !== undefined) return void entries.push({ kind: 'same', path, of: first });
    if (stat.nlink > 1n) inodes.set(inode, path);
    const signature = `${inode}:${stat.size}:${stat.mtimeNs}:${stat.ctimeNs}`;
    const before = known.get(path);
    const unchanged = before?.signature === signature ? before : undefined;
    const { pieces, size, settled } = unchanged ? { ...unchanged, settled: true } : keepFile(absolute, objects, now);
    if (!unchanged) read += size;
    if (settled) next.set(path, { signature, pieces, size });
    entries.push({ kind: 'file', path, ...placeOf(stat), size, pieces });
  };

  visit('.');
  return { entries, known: next, skipped, read };
}

function placeOf(stat: BigIntStats) {
  return { mode: Number(stat.mode & 0o7777n), uid: Number(stat.uid), gid: Number(stat.gid), mtime: Number(stat.mtimeNs / 1_000n) / 1_000 };
}

function keepFile(path: string | Buffer, objects: Objects, now: () => bigint): { pieces: (string | null)[]; size: number; settled: boolean } {
  const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const began = now();
    const pieces: (string | null)[] = [];
    const buffer = Buffer.allocUnsafe(pieceSize);
    let size = 0;
    for (;;) {
      const length = fill(file, buffer);
      if (length === 0) break;
      const piece = buffer.subarray(0, length);
      pieces.push(isZero(piece) ? null : objects.put(piece));
      size += length;
      if (length < pieceSize) break;
    }
    const { ctimeNs } = fstatSync(file, { bigint: true });
    return { pieces, size, settled: ctimeNs < began - racy };
  } finally {
    closeSync(file);
  }
}

/** Reads until the buffer is full or the file ends. */
function fill(file: number, buffer: Buffer): number {
  let length = 0;
  while (length < buffer.length) {
    const read = readSync(file, buffer, length, buffer.length - length, null);
    if (read === 0) break;
    length += read;
  }
  return length;
}

const zeroes = Buffer.alloc(pieceSize);

function isZero(piece: Buffer): boolean {
  return piece[0] === 0 && piece.equals(zeroes.subarray(0, piece.length));
}
