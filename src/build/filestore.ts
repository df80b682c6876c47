import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  chmodSync, chownSync, closeSync, constants, copyFileSync, existsSync, fstatSync, lchownSync, linkSync, mkdirSync, openSync, readdirSync, readFileSync, readSync,
  renameSync, statSync, symlinkSync, unlinkSync, utimesSync, writeFileSync, writeSync,
} from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Paths } from '../host/paths.ts';
import { findProgram } from '../host/programs.ts';
import { breather } from './breathe.ts';
import type { Entry, FileEntry } from './tree.ts';

const chunk = 1 << 20;

const stores = new Map<string, FileStore>();

/** Where the contents of all files are kept: one store per cache, which knows what it has not flushed yet. */
export function fileStoreOf(paths: Pick<Paths, 'cache'>): FileStore {
  const directory = join(paths.cache, 'files');
  const store = stores.get(directory) ?? new FileStore(directory);
  mkdirSync(join(directory, 'fresh'), { recursive: true });
  stores.set(directory, store);
  return store;
}

/**
 * Files by their content, each once and read-only, under `<directory>/<2 hex>/<62 hex>[x]`. Snapshots, dependency layers
 * and artefacts are put together from them, so that what did not change is neither read nor brought again.
 * Content that was not used for long is removed by {@link FileStore.collect}.
 */
export class FileStore {
  private readonly directory: string;
  private readonly fresh: string;
  private readonly unsynced: string[] = [];

  constructor(directory: string) {
    this.directory = directory;
    this.fresh = join(directory, 'fresh');
    mkdirSync(this.fresh, { recursive: true });
  }

  pathOf(hash: string, executable: boolean): string {
    return join(this.directory, hash.slice(0, 2), `${hash.slice(2)}${executable ? 'x' : ''}`);
  }

  has(hash: string, executable: boolean): boolean {
    return existsSync(this.pathOf(hash, executable));
  }

  /** True when the content of every file of the tree is here. */
  hasAll(entries: readonly Entry[]): boolean {
    return entries.every((entry) => entry.kind !== 'file' || this.has(entry.hash, entry.executable));
  }

  /**
   * Copies a file in. What is hashed is what was copied, so a file that changes meanwhile cannot get another's name.
   * Throws what the file system throws: `ELOOP` when `path` is a link.
   */
  async add(path: string, executable: boolean): Promise<{ hash: string; size: number }> {
    const source = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const size = fstatSync(source).size;
      return size < chunk ? this.addSmall(source, size, executable) : await this.addLarge(source, executable);
    } finally {
      closeSync(source);
    }
  }

  /**
   * Moves a file in that nobody writes to any more: no byte is copied. Its owner becomes ours and it becomes read-only.
   */
  async take(path: string, executable: boolean): Promise<{ hash: string; size: number }> {
    const { hash, size } = await hashFile(path);
    if (!this.touch(hash, executable)) {
      if (process.getuid?.() === 0) chownSync(path, 0, 0);
      this.adopt(path, hash, executable);
    }
    return { hash, size };
  }

  /** Resolves once all content added so far would survive a power failure. */
  async flush(): Promise<void> {
    const paths = this.unsynced.splice(0);
    const sync = paths.length > 512 ? findProgram('sync') : undefined;
    if (sync) {
      // One call for the whole file system is far cheaper than thousands for single files.
      const done = await promisify(execFile)(sync, ['-f', this.directory], { timeout: 120_000 }).then(() => true, () => false);
      if (done) return;
    }
    for (let i = 0; i < paths.length; i += 16) await Promise.all(paths.slice(i, i + 16).map(syncFile));
  }

  private addSmall(source: number, expected: number, executable: boolean): { hash: string; size: number } {
    const content = expected === 0 ? Buffer.alloc(0) : readFileSync(source);
    const hash = createHash('sha256').update(content).digest('hex');
    if (!this.touch(hash, executable)) {
      const copy = this.freshPath();
      writeFileSync(copy, content);
      this.adopt(copy, hash, executable);
    }
    return { hash, size: content.length };
  }

  private async addLarge(source: number, executable: boolean): Promise<{ hash: string; size: number }> {
    const copy = this.freshPath();
    const target = openSync(copy, 'wx');
    try {
      const { hash, size } = await digest(source, (piece) => writeSync(target, piece));
      if (!this.touch(hash, executable)) this.adopt(copy, hash, executable);
      return { hash, size };
    } finally {
      closeSync(target);
      removeIfThere(copy);
    }
  }

  /**
   * Makes the tree under `directory`: hard links, read-only, for what `shared` says, and copies for the rest. Whoever gets the
   * tree as his own, by a layer over it, may then change his files and cannot reach those of others.
   */
  async lay(entries: readonly Entry[], directory: string, options: { shared: (path: string) => boolean; signal?: AbortSignal | undefined }): Promise<void> {
    await this.place(entries, directory, options.signal, (from, to, entry) => {
      if (options.shared(entry.path) && linked(from, to)) return;
      copyFileSync(from, to, constants.COPYFILE_FICLONE);
      chmodSync(to, entry.executable ? 0o755 : 0o644);
      this.unsynced.push(to);
    });
    chmodSync(directory, 0o755);
    const breathe = breather(options.signal);
    for (const entry of entries) {
      if (entry.kind === 'directory') chmodSync(join(directory, entry.path), options.shared(entry.path) ? 0o555 : 0o755);
      await breathe();
    }
  }

  /** Makes the tree under `directory` of writable copies, owned by `owner` when that is given. */
  async copy(entries: readonly Entry[], directory: string, options: { signal?: AbortSignal | undefined; owner?: number | undefined } = {}): Promise<void> {
    const { owner } = options;
    await this.place(entries, directory, options.signal, (from, to, { executable }) => {
      copyFileSync(from, to, constants.COPYFILE_FICLONE);
      chmodSync(to, executable ? 0o755 : 0o644);
    });
    if (owner === undefined) return;
    const breathe = breather(options.signal);
    lchownSync(directory, owner, owner);
    for (const entry of entries) {
      await breathe();
      lchownSync(join(directory, entry.path), owner, owner);
    }
  }

  /** Removes content that no tree links to and that was not touched for `age` milliseconds before `now` (the system's time). */
  async collect(now: number, age: number): Promise<void> {
    const breathe = breather();
    for (const part of readdirSync(this.directory)) {
      for (const name of readdirSync(join(this.directory, part))) {
        await breathe();
        const path = join(this.directory, part, name);
        const stat = statSync(path, { throwIfNoEntry: false });
        if (stat && stat.nlink === 1 && stat.ctimeMs < now - age) removeIfThere(path);
      }
    }
  }

  private async place(entries: readonly Entry[], directory: string, signal: AbortSignal | undefined, put: (from: string, to: string, entry: FileEntry) => void): Promise<void> {
    const breathe = breather(signal);
    const made = new Set<string>();
    const makeDirectory = (path: string) => {
      if (made.has(path)) return;
      mkdirSync(path, { recursive: true });
      made.add(path);
    };
    makeDirectory(directory);
    for (const entry of entries) {
      await breathe();
      const to = join(directory, entry.path);
      makeDirectory(entry.kind === 'directory' ? to : dirname(to));
      if (entry.kind === 'link') symlinkSync(entry.target, to);
      else if (entry.kind === 'file') put(this.pathOf(entry.hash, entry.executable), to, entry);
    }
  }

  private freshPath(): string {
    return join(this.fresh, randomBytes(12).toString('hex'));
  }

  private adopt(copy: string, hash: string, executable: boolean): void {
    const path = this.pathOf(hash, executable);
    chmodSync(copy, executable ? 0o555 : 0o444);
    mkdirSync(dirname(path), { recursive: true });
    renameSync(copy, path);
    this.unsynced.push(path);
  }

  /** True when the content is here; it counts as used now. */
  touch(hash: string, executable: boolean): boolean {
    const now = new Date();
    try {
      utimesSync(this.pathOf(hash, executable), now, now);
      return true;
    } catch {
      return false;
    }
  }
}

/** SHA-256 of a file: of a small one at once, else in pieces, giving way to others between them. */
export async function hashFile(path: string): Promise<{ hash: string; size: number }> {
  const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    if (fstatSync(file).size >= chunk) return await digest(file, (piece) => piece.length);
    // A buffer for pieces is a hundred times as large as most files of dependencies.
    const content = readFileSync(file);
    return { hash: createHash('sha256').update(content).digest('hex'), size: content.length };
  } finally {
    closeSync(file);
  }
}

async function digest(file: number, each: (piece: Buffer) => number): Promise<{ hash: string; size: number }> {
  const hash = createHash('sha256');
  const breathe = breather();
  const buffer = Buffer.allocUnsafe(chunk);
  let size = 0;
  for (;;) {
    const read = readSync(file, buffer);
    if (read === 0) return { hash: hash.digest('hex'), size };
    const piece = buffer.subarray(0, read);
    hash.update(piece);
    for (let done = 0; done < read;) done += each(piece.subarray(done));
    size += read;
    await breathe();
  }
}

/** False when this file system cannot link the file (any more). */
function linked(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (!['EMLINK', 'EXDEV', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    return false;
  }
}

async function syncFile(path: string): Promise<void> {
  const file = await open(path);
  try {
    await file.datasync();
  } finally {
    await file.close();
  }
}

/** Writes a file so that readers see the old or the new content, never half of it. */
export function replaceFile(path: string, content: string): void {
  mkdirSync(dirname(path), { recursive: true });
  const fresh = `${path}.${randomBytes(6).toString('hex')}`;
  writeFileSync(fresh, content);
  renameSync(fresh, path);
}

function removeIfThere(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
