import { lstatSync, readdirSync, statSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { type Clock, type Source, StratoError, suggestName } from '../model/index.ts';
import type { Paths } from '../host/paths.ts';
import { isArchiveName, looksLikeArchive, unpackArchive } from './archive.ts';
import { cloneGit, parseGitLocation } from './git.ts';

export interface FetchOptions {
  readonly paths: Pick<Paths, 'cache'>;
  readonly clock: Clock;
  readonly signal?: AbortSignal;
  /** Directory that relative paths start from; the current one if absent. */
  readonly cwd?: string;
  /** One line for people, as it goes on. */
  readonly onProgress?: (line: string) => void;
}

export interface FetchedSource {
  /** Absolute directory with the code. A path source's own directory: it is only read. */
  readonly directory: string;
  /** `version` is the commit of a git source; null for others, whose version is the hash of their snapshot. */
  readonly source: Source;
  /** A valid app name made from the location. */
  readonly name: string;
  /** Removes what was fetched; call it once the snapshot was taken. */
  cleanup(): Promise<void>;
}

/**
 * Brings the code that a person named: a directory, a git URL (`https://`, `ssh://`, `git@`, `file://`, `github.com/org/repo`, with `#branch`),
 * or a local tarball. Throws `source.invalid`, `source.not-found`, `source.empty`, `source.unreachable`, `source.not-archive`,
 * `source.unsafe-archive`, `source.too-large`, `source.unreadable`.
 */
export async function fetchSource(location: string, options: FetchOptions): Promise<FetchedSource> {
  refuseOddText(location);
  const path = resolve(options.cwd ?? process.cwd(), location);
  const stat = statOf(path);
  const git = stat && !/^[a-z+]+:\/\//i.test(location) ? undefined : parseGitLocation(location);
  if (git) {
    const cloned = await cloneGit(git, options);
    return { ...cloned, source: { kind: 'git', location, version: cloned.commit }, name: suggestName(git.name, 'app') };
  }
  if (!stat) {
    throw new StratoError('source.not-found', `there is no ${shown(path)}`, { next: 'name a directory, a tarball (.tar, .tar.gz, .tgz) or a git URL such as https://github.com/org/repo' });
  }
  if (stat.isDirectory()) {
    refuseEmpty(path);
    return { directory: path, source: { kind: 'path', location: path, version: null }, name: suggestName(basename(path), 'app'), cleanup: async () => undefined };
  }
  if (!stat.isFile() || !(isArchiveName(path) || looksLikeArchive(path))) {
    throw new StratoError('source.not-archive', `${shown(path)} is neither a directory nor a tarball`, { next: 'name a directory, a tarball (.tar, .tar.gz, .tgz) or a git URL' });
  }
  const unpacked = await unpackArchive(path, options);
  return { ...unpacked, source: { kind: 'archive', location: path, version: null }, name: suggestName(basename(path).replace(/\.(tar|tgz|tar\.gz)$/i, ''), 'app') };
}

/** A location in a message: short, on one line. */
function shown(location: string): string {
  const line = JSON.stringify(location).slice(1, -1);
  return line.length > 120 ? `${line.slice(0, 117)}...` : line;
}

function refuseOddText(location: string): void {
  const problem = location.trim() === '' ? 'is empty'
    : location.startsWith('-') ? 'begins with a dash, like an option'
    : /\p{Cc}/u.test(location) ? 'holds a line break or another control character'
    : location.length > 4096 ? `has ${location.length} characters`
    : undefined;
  if (problem) throw new StratoError('source.invalid', `the location ${JSON.stringify(shown(location))} ${problem}`, { next: location.startsWith('-') ? `for a directory of that name write ./${shown(location)}` : 'name a directory, a tarball or a git URL' });
}

function statOf(path: string): ReturnType<typeof statSync> | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'EACCES') throw new StratoError('source.unreadable', `${shown(path)} cannot be read`, { why: 'permission denied', next: 'make it readable for you', cause: error });
    return undefined;
  }
}

function refuseEmpty(path: string): void {
  let names: string[];
  try {
    names = readdirSync(path);
  } catch (error) {
    throw new StratoError('source.unreadable', `${shown(path)} cannot be read`, { why: 'permission denied', next: 'make it readable for you', cause: error });
  }
  const shownNames = names.filter((name) => name !== '.git' && lstatSync(resolve(path, name), { throwIfNoEntry: false }));
  if (shownNames.length === 0) throw new StratoError('source.empty', `${shown(path)} is an empty directory`, { next: 'name the directory that holds the code' });
}
