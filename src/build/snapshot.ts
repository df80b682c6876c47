import { lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, realpathSync, statSync, writeFileSync, type Stats } from 'node:fs';
import { dirname, isAbsolute, join, posix, relative, resolve } from 'node:path';
import { formatMemory, hashOf, type Plan, StratoError } from '../model/index.ts';
import type { Paths } from '../host/paths.ts';
import { breather } from './breathe.ts';
import { type FileStore, fileStoreOf, replaceFile } from './filestore.ts';
import { leftOut, rulesAt, type Rules } from './ignore-rules.ts';
import { sourceLimits, type SourceLimits } from './limits.ts';
import { treeHash, type Entry } from './tree.ts';

/** The source of an app at one moment, its content kept in the cache: what happens to the directory later does not matter. */
export interface Snapshot {
  readonly directory: string;
  /** {@link treeHash} of the entries. */
  readonly hash: string;
  readonly entries: readonly Entry[];
  /** What was not taken although no rule leaves it out, with the reason. */
  readonly skipped: readonly { readonly file: string; readonly why: string }[];
}

export interface SnapshotOptions {
  readonly paths: Pick<Paths, 'cache'>;
  readonly signal?: AbortSignal | undefined;
  readonly limits?: SourceLimits;
  /** Directories or files, relative, that are taken although a rule leaves them out: a site that was built before. */
  readonly keep?: readonly string[];
}

/** So often it is begun anew when the directory changes under it. */
const attempts = 4;

/**
 * Takes a snapshot of a directory without `.git`, `node_modules` and what the ignore files leave out. A file whose size, times and
 * inode are those of the snapshot before is not read again. Throws `source.link-outside`, `source.too-large`,
 * `source.unreadable`, `source.changed`.
 */
export async function snapshot(directory: string, options: SnapshotOptions): Promise<Snapshot> {
  for (let left = attempts - 1; ; left--) {
    try {
      return await new Walk(directory, options).take();
    } catch (error) {
      if (left === 0 || !(error instanceof StratoError) || error.code !== 'source.changed') throw error;
    }
  }
}

/** What a plan needs although it is often left out of repositories: pages that were built before. For `keep`. */
export function neededPaths(plan: Plan): string[] {
  return plan.services.flatMap(({ path, build, staticDir }) => (build === null && staticDir !== null ? [posix.join(path, staticDir)] : [])).filter((path) => path !== '.' && path !== './');
}

type Known = Record<string, readonly [hash: string, executable: 0 | 1, size: number, mtime: number, ctime: number, inode: number]>;

class Walk {
  private readonly root: string;
  /** Time by the file system's clock at which the walk began, milliseconds. */
  private readonly began: number;
  private readonly limits: SourceLimits;
  private readonly keep: ReadonlySet<string>;
  /** Directories that lead to one of these. */
  private readonly aboveKept: ReadonlySet<string>;
  private readonly store: FileStore;
  private readonly breathe: () => Promise<void> | undefined;
  private readonly indexFile: string;
  private readonly before: Known;
  private readonly after: Known = {};
  private readonly entries: Entry[] = [];
  private readonly skipped: { file: string; why: string }[] = [];
  private bytes = 0;
  private changed = false;

  constructor(directory: string, options: SnapshotOptions) {
    this.root = realpathSync(directory);
    this.began = fileSystemTime(join(options.paths.cache, 'snapshots'));
    this.limits = options.limits ?? sourceLimits;
    const keep = (options.keep ?? []).map((path) => posix.normalize(path).replace(/\/$/, '')).filter((path) => path !== '.');
    this.keep = new Set(keep);
    this.aboveKept = new Set(keep.flatMap((path) => partsOf(path).slice(0, -1)));
    this.store = fileStoreOf(options.paths);
    this.breathe = breather(options.signal);
    this.indexFile = join(options.paths.cache, 'snapshots', `${hashOf(this.root).slice(0, 32)}.json`);
    this.before = readKnown(this.indexFile);
  }

  async take(): Promise<Snapshot> {
    await this.directory('', rulesAt(this.root, ''), false);
    if (this.changed || Object.keys(this.before).length !== Object.keys(this.after).length) replaceFile(this.indexFile, JSON.stringify(this.after));
    return { directory: this.root, hash: treeHash(this.entries), entries: this.entries, skipped: this.skipped };
  }

  /** `keptOnly`: the directory itself is left out, and only what is in `keep` below it is wanted. */
  private async directory(path: string, rules: Rules, keptOnly: boolean): Promise<void> {
    for (const name of this.reading(path, () => readdirSync(join(this.root, path))).sort()) {
      await this.breathe();
      const child = path === '' ? name : `${path}/${name}`;
      const stat = this.reading(child, () => lstatSync(join(this.root, child), { throwIfNoEntry: false }));
      // What is listed and gone may be somewhere else by now, where this walk does not come again: half of a checkout would be deployed.
      if (!stat) throw changed(child);
      const kept = this.keep.size > 0 && partsOf(child).some((part) => this.keep.has(part));
      const leadsToKept = stat.isDirectory() && this.aboveKept.has(child);
      const out = !kept && (keptOnly || leftOut(rules, child, stat.isDirectory()));
      if (out && !leadsToKept) continue;
      if (this.entries.length >= this.limits.entries) throw this.tooLarge(`more than ${this.limits.entries} files`);
      if (stat.isDirectory()) {
        if (name !== '.git' && isPythonEnvironment(join(this.root, child))) continue;
        this.entries.push({ kind: 'directory', path: child });
        await this.directory(child, rulesAt(this.root, child, rules), out);
      } else if (stat.isSymbolicLink()) this.link(child);
      else if (stat.isFile()) await this.file(child, stat);
      else this.skipped.push({ file: child, why: `is ${stat.isSocket() ? 'a socket' : stat.isFIFO() ? 'a named pipe' : 'a device'}` });
    }
  }

  private async file(path: string, stat: Stats): Promise<void> {
    this.bytes += stat.size;
    if (this.bytes > this.limits.bytes) throw this.tooLarge(`more than ${formatMemory(this.limits.bytes)}`);
    const executable = (stat.mode & 0o111) !== 0;
    const known = this.before[path];
    if (known && known[1] === Number(executable) && known[2] === stat.size && known[3] === stat.mtimeMs && known[4] === stat.ctimeMs && known[5] === stat.ino && this.store.touch(known[0], executable)) {
      this.after[path] = known;
      this.entries.push({ kind: 'file', path, executable, hash: known[0], size: stat.size });
      return;
    }
    this.changed = true;
    const { hash, size } = await this.readingAsync(path, () => this.store.add(join(this.root, path), executable));
    // A file may change twice within one tick of the file system's clock: what is too young is read again next time.
    if (size === stat.size && stat.ctimeMs < this.began - 50) this.after[path] = [hash, executable ? 1 : 0, size, stat.mtimeMs, stat.ctimeMs, stat.ino];
    this.entries.push({ kind: 'file', path, executable, hash, size });
  }

  private link(path: string): void {
    const target = this.reading(path, () => readlinkSync(join(this.root, path)));
    const at = join(this.root, dirname(path));
    const points = destination(at, target);
    const inside = relative(this.root, points);
    if (inside === '..' || inside.startsWith('../') || isAbsolute(inside)) {
      throw new StratoError('source.link-outside', `${path} is a link that leads out of the app, to ${target}`, {
        why: 'an app is built from its own files only', next: `replace the link by a copy, or leave it out with a line in .stratoswarmignore`, details: { link: path, target },
      });
    }
    this.entries.push({ kind: 'link', path, target: isAbsolute(target) ? relative(at, points) || '.' : target });
  }

  private tooLarge(what: string): StratoError {
    return new StratoError('source.too-large', `${this.root} has ${what}`, { next: 'name the directory of the app itself, or leave out data with a .stratoswarmignore file' });
  }

  private reading<T>(path: string, action: () => T): T {
    try {
      return action();
    } catch (error) {
      throw unreadable(path === '' ? this.root : path, error);
    }
  }

  private async readingAsync<T>(path: string, action: () => Promise<T>): Promise<T> {
    try {
      return await action();
    } catch (error) {
      throw unreadable(path, error);
    }
  }
}

/** `a`, `a/b` and `a/b/c` of `a/b/c`. */
export function partsOf(path: string): string[] {
  const names = path.split('/');
  return names.map((_, index) => names.slice(0, index + 1).join('/'));
}

/** Where a link leads, through other links; where it would lead when there is nothing. */
function destination(at: string, target: string): string {
  try {
    // The native one: the other first takes `..` away by the letter, which is wrong behind a link.
    return realpathSync.native(isAbsolute(target) ? target : `${at}/${target}`);
  } catch {
    return resolve(at, target);
  }
}

function unreadable(path: string, error: unknown): unknown {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'EACCES' || code === 'EPERM') return new StratoError('source.unreadable', `${path} cannot be read`, { why: 'permission denied', next: 'make it readable, or leave it out with a line in .stratoswarmignore', cause: error });
  return code === 'ENOENT' || code === 'ELOOP' || code === 'ENOTDIR' ? changed(path, error) : error;
}

function changed(path: string, cause?: unknown): StratoError {
  return new StratoError('source.changed', `${path} changed while it was read`, { why: 'something still writes to this directory', next: 'deploy again when it is done', retryable: true, cause });
}

/** A virtual environment holds absolute paths of the machine on which it was made. */
function isPythonEnvironment(directory: string): boolean {
  return lstatSync(join(directory, 'pyvenv.cfg'), { throwIfNoEntry: false })?.isFile() ?? false;
}

function fileSystemTime(directory: string): number {
  mkdirSync(directory, { recursive: true });
  const mark = join(directory, 'clock');
  writeFileSync(mark, '');
  return statSync(mark).mtimeMs;
}

function readKnown(file: string): Known {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Known;
  } catch {
    return {};
  }
}
