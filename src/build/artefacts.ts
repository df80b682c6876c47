import { randomBytes } from 'node:crypto';
import { chmodSync, closeSync, existsSync, fsyncSync, lstatSync, mkdirSync, openSync, readdirSync, renameSync, utimesSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ArtefactId } from '../model/index.ts';
import type { Paths } from '../host/paths.ts';
import { breather } from './breathe.ts';
import { capture } from './capture.ts';
import { type FileStore, fileStoreOf } from './filestore.ts';
import { artefactIdOf, type Entry } from './tree.ts';

/** Milliseconds for which something half made, or content that nothing uses, is left alone: it may be in the making. */
const patience = 24 * 60 * 60_000;
const claimed = 60 * 60_000;

/**
 * Installed dependencies: nearly all files of an app, the same in each of its artefacts, and not what it writes to. Their
 * files are shared between artefacts, read-only.
 */
const isDependency = (path: string) => /(^|\/)(node_modules|vendor|\.venv|venv|\.deps)\/[^.]/.test(path);

/**
 * What builds made: trees under `paths.artefacts`, each named by its content, that nobody writes to: agents have a layer over
 * them or a copy. A tree is there completely or not at all, whatever crashes.
 */
export class Artefacts {
  private readonly directory: string;
  private readonly store: FileStore;

  constructor(paths: Pick<Paths, 'artefacts' | 'cache'>) {
    this.directory = paths.artefacts;
    mkdirSync(this.directory, { recursive: true });
    this.store = fileStoreOf(paths);
  }

  /** Absolute directory of an artefact. */
  path(id: ArtefactId): string {
    return join(this.directory, id);
  }

  has(id: ArtefactId): boolean {
    return existsSync(this.path(id));
  }

  /** True when it is there; from now on it is safe from collection for an hour, in which a revision that keeps it may be admitted. */
  claim(id: ArtefactId): boolean {
    try {
      const now = new Date();
      utimesSync(this.path(id), now, now);
      return true;
    } catch {
      return false;
    }
  }

  ids(): ArtefactId[] {
    return readdirSync(this.directory).filter((name): name is ArtefactId => ArtefactId.safeParse(name).success);
  }

  /** Keeps a tree; `directory` is used up. Equal content gives the same id, also when put twice at once. */
  async put(directory: string, signal?: AbortSignal): Promise<ArtefactId> {
    const entries = await capture(directory, this.store, { signal });
    await rm(directory, { recursive: true, force: true });
    return await this.putTree(entries, signal);
  }

  /** Keeps a tree whose content is in the file store. */
  async putTree(entries: readonly Entry[], signal?: AbortSignal): Promise<ArtefactId> {
    const id = artefactIdOf(entries);
    if (this.claim(id)) return id;
    const fresh = join(this.directory, `.fresh-${randomBytes(8).toString('hex')}`);
    try {
      await this.store.lay(entries, fresh, { shared: isDependency, signal });
      await this.store.flush();
      this.rename(fresh, this.path(id));
      syncDirectory(this.directory);
    } finally {
      if (existsSync(fresh)) await removeTree(fresh);
    }
    return id;
  }

  /** Removes artefacts that are neither in `keep` nor new, and content of files that nothing uses any more. Returns those removed. */
  async collect(keep: ReadonlySet<ArtefactId>, now: number): Promise<ArtefactId[]> {
    const removed = this.ids().filter((id) => !keep.has(id) && lstatSync(this.path(id)).ctimeMs < now - claimed);
    for (const id of removed) {
      // Renamed first, so that a crash in the middle leaves no half artefact under its name.
      const doomed = join(this.directory, `.doomed-${randomBytes(8).toString('hex')}`);
      renameSync(this.path(id), doomed);
      await removeTree(doomed);
    }
    for (const name of readdirSync(this.directory)) {
      const path = join(this.directory, name);
      const old = name.startsWith('.doomed-') || (name.startsWith('.fresh-') && lstatSync(path).ctimeMs < now - patience);
      if (old) await removeTree(path);
    }
    await this.store.collect(now, patience);
    return removed;
  }

  private rename(fresh: string, final: string): void {
    try {
      renameSync(fresh, final);
    } catch (error) {
      // Somebody else was first with the same content.
      if (!['EEXIST', 'ENOTEMPTY', 'EACCES', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '') || !existsSync(final)) throw error;
    }
  }
}

/** Removes a tree whose directories are read-only. */
export async function removeTree(root: string): Promise<void> {
  const breathe = breather();
  const open = async (directory: string): Promise<void> => {
    chmodSync(directory, 0o755);
    for (const entry of readdirSync(directory, { withFileTypes: true })) {
      await breathe();
      if (entry.isDirectory()) await open(join(directory, entry.name));
    }
  };
  if (existsSync(root)) await open(root);
  await rm(root, { recursive: true, force: true });
}

function syncDirectory(path: string): void {
  const file = openSync(path, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
