import { constants, type Dirent } from 'node:fs';
import { chmod, copyFile, lchown, mkdir, readdir, readlink, stat, symlink, utimes } from 'node:fs/promises';
import { join } from 'node:path';

/** Directories of installed dependencies. Programs read them and hardly ever write to them, and they hold most of the files. */
const dependencies = new Set(['node_modules', 'vendor', '.venv', 'venv']);
/** In a directory of dependencies, what begins with a dot is a tool's cache, to be written to; but for these. */
const linkedThough = new Set(['.bin', '.pnpm']);

interface Owner { readonly uid: number; readonly gid: number }

/**
 * An agent's own copy of a tree; one that was begun is completed. Files are cloned where the file system can share their blocks, and copied elsewhere. Of
 * dependencies only the directory itself is made, with links to the original's entries: an agent of 30,000 files starts in
 * milliseconds, and adding a file there works; changing one that was there does not, because the original is read-only.
 *
 * @param owner who the copy belongs to; ourselves without one
 */
export async function copyTree(source: string, target: string, owner?: Owner): Promise<void> {
  const { mode } = await stat(source);
  await makeDirectory(target, source, (entry, from, to) => {
    if (entry.isDirectory() && dependencies.has(entry.name)) return makeDirectory(to, from, linkDependency(owner), owner);
    return copyEntry(entry, from, to, owner);
  }, owner);
  await chmod(target, (mode & 0o777) | 0o700);
}

function linkDependency(owner: Owner | undefined) {
  return (entry: Dirent, from: string, to: string) =>
    entry.name.startsWith('.') && !linkedThough.has(entry.name) ? copyEntry(entry, from, to, owner) : link(from, to, owner);
}

async function makeDirectory(target: string, source: string, make: (entry: Dirent, from: string, to: string) => Promise<void>, owner: Owner | undefined): Promise<void> {
  await mkdir(target, { recursive: true });
  const entries = await readdir(source, { withFileTypes: true });
  await Promise.all(entries.map((entry) => make(entry, join(source, entry.name), join(target, entry.name))));
  await own(target, owner);
}

async function copyEntry(entry: Dirent, from: string, to: string, owner: Owner | undefined): Promise<void> {
  if (entry.isDirectory()) await copyTree(from, to, owner);
  else if (entry.isSymbolicLink()) await link(await readlink(from), to, owner);
  else if (entry.isFile()) await copy(from, to, owner);
}

/** With its times: Python compares that of a source to its compiled file, and servers make validators of it. */
async function copy(from: string, to: string, owner: Owner | undefined): Promise<void> {
  const { mode, atime, mtime } = await stat(from);
  await copyFile(from, to, constants.COPYFILE_FICLONE);
  await utimes(to, atime, mtime);
  await own(to, owner);
  if ((mode & 0o600) !== 0o600) await chmod(to, (mode & 0o777) | 0o600);
}

async function link(destination: string, path: string, owner: Owner | undefined): Promise<void> {
  await symlink(destination, path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  await own(path, owner);
}

async function own(path: string, owner: Owner | undefined): Promise<void> {
  if (owner) await lchown(path, owner.uid, owner.gid);
}
