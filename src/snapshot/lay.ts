import { chmodSync, closeSync, fchmodSync, fchownSync, fsyncSync, ftruncateSync, futimesSync, lchownSync, linkSync, lutimesSync, mkdirSync, openSync, symlinkSync, utimesSync, writeSync } from 'node:fs';
import { damaged, pieceSize, type Objects } from './objects.ts';
import { nameOf, placeIn } from './path.ts';
import type { TreeEntry } from './tree.ts';

const isRoot = process.getuid?.() === 0;

/**
 * Lays a kept tree into `directory`, which must not be there yet. Owners are restored by root only. Throws `snapshot.damaged` before a wrong byte
 * is taken for a right one; what was laid until then is the caller's to remove.
 */
export function layTree(entries: Iterable<TreeEntry>, directory: string, objects: Objects): void {
  const directories: Extract<TreeEntry, { kind: 'directory' }>[] = [];
  const at = (path: string) => placeIn(directory, path);
  for (const entry of entries) {
    const path = at(entry.path);
    switch (entry.kind) {
      case 'directory':
        mkdirSync(path, { mode: 0o700 });
        directories.push(entry);
        break;
      case 'link':
        symlinkSync(nameOf(entry.target), path);
        if (isRoot) lchownSync(path, entry.uid, entry.gid);
        lutimesSync(path, secondsOf(entry), secondsOf(entry));
        break;
      case 'same':
        linkSync(at(entry.of), path);
        break;
      case 'file':
        layFile(entry, path, objects);
    }
  }
  // From the inside out, and last: what is written into a directory changes its time, and its mode may forbid writing.
  for (const entry of directories.reverse()) {
    const path = at(entry.path);
    if (isRoot) lchownSync(path, entry.uid, entry.gid);
    chmodSync(path, entry.mode);
    utimesSync(path, secondsOf(entry), secondsOf(entry));
  }
}

/** The microsecond is cut off on the way to the kernel: half of one more, and it stays the same one. */
function secondsOf({ mtime }: { readonly mtime: number }): number {
  return (mtime + 0.0005) / 1_000;
}

function layFile(entry: Extract<TreeEntry, { kind: 'file' }>, path: string | Buffer, objects: Objects): void {
  const file = openSync(path, 'wx', 0o600);
  try {
    entry.pieces.forEach((name, index) => {
      if (name === null) return;
      const piece = objects.get(name);
      if (piece.length !== Math.min(pieceSize, entry.size - index * pieceSize)) throw damaged(`${entry.path} is not of the size that is said`);
      for (let done = 0; done < piece.length;) done += writeSync(file, piece, done, piece.length - done, index * pieceSize + done);
    });
    ftruncateSync(file, entry.size);
    if (isRoot) fchownSync(file, entry.uid, entry.gid);
    fchmodSync(file, entry.mode);
    futimesSync(file, secondsOf(entry), secondsOf(entry));
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
