import { constants, copyFileSync, lchownSync, mkdirSync, readdirSync, readlinkSync, statSync, symlinkSync, utimesSync, chmodSync, type Dirent } from 'node:fs';
import { join } from 'node:path';

/** Directories of installed dependencies. Programs read them and hardly ever write to them, and they hold most of the files. */
const dependencies = new Set(['node_modules', 'vendor', '.venv', 'venv']);
/** In a directory of dependencies, what begins with a dot is a tool's cache, to be written to; but for these. */
const linkedThough = new Set(['.bin', '.pnpm']);

/**
 * An agent's own copy of a tree. Files are cloned where the file system can share their blocks, and copied elsewhere. Of
 * dependencies only the directory itself is made, with links to the original's entries: an agent of 30,000 files starts in
 * milliseconds, and adding a file there works; changing one that was there does not, because the original is read-only.
 *
 * @param owner who the copy belongs to; ourselves without one
 */
export function copyTree(source: string, target: string, owner?: { uid: number; gid: number }): void {
  const { mode } = statSync(source);
  mkdirSync(target, { recursive: true });
  for (const entry of readdirSync(source, { withFileTypes: true })) {
    const from = join(source, entry.name);
    const to = join(target, entry.name);
    if (entry.isDirectory() && dependencies.has(entry.name)) linkEntries(from, to, owner);
    else copyEntry(entry, from, to, owner);
  }
  own(target, owner);
  chmodSync(target, (mode & 0o777) | 0o700);
}

function copyEntry(entry: Dirent, from: string, to: string, owner: { uid: number; gid: number } | undefined): void {
  if (entry.isDirectory()) copyTree(from, to, owner);
  else if (entry.isSymbolicLink()) link(readlinkSync(from), to, owner);
  else if (entry.isFile()) copyFile(from, to, owner);
}

function copyFile(from: string, to: string, owner: { uid: number; gid: number } | undefined): void {
  const { mode, atime, mtime } = statSync(from);
  copyFileSync(from, to, constants.COPYFILE_FICLONE);
  utimesSync(to, atime, mtime);
  own(to, owner);
  chmodSync(to, (mode & 0o777) | 0o600);
}

function linkEntries(source: string, target: string, owner: { uid: number; gid: number } | undefined): void {
  mkdirSync(target, { recursive: true });
  for (const entry of readdirSync(source, { withFileTypes: true })) {
    const from = join(source, entry.name);
    const to = join(target, entry.name);
    if (entry.name.startsWith('.') && !linkedThough.has(entry.name)) copyEntry(entry, from, to, owner);
    else link(from, to, owner);
  }
  own(target, owner);
}

function link(destination: string, path: string, owner: { uid: number; gid: number } | undefined): void {
  symlinkSync(destination, path);
  own(path, owner);
}

function own(path: string, owner: { uid: number; gid: number } | undefined): void {
  if (owner) lchownSync(path, owner.uid, owner.gid);
}
