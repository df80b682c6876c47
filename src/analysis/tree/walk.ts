import { existsSync, lstatSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import type { Dirent } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { IgnoreRules } from './gitignore.ts';
import { holdsPackages, isCopiedIn, isForeignDirectory } from './ignored.ts';

export interface WalkLimits {
  /** Entries looked at, files and directories together. */
  entries: number;
  depth: number;
}

export const walkLimits: WalkLimits = { entries: 200_000, depth: 40 };

export interface Skip {
  file: string;
  why: string;
}

export interface Walked {
  /** Relative paths with forward slashes, parents before children, each directory sorted. */
  files: string[];
  /** The same for directories, with `.` for the root first. */
  directories: string[];
  skipped: Skip[];
}

/** Files that make a directory a project of their language. */
const manifests = new Set(['package.json', 'requirements.txt', 'pyproject.toml', 'composer.json', 'Cargo.toml', 'go.mod', 'Gemfile', 'pom.xml', 'deno.json']);

interface Rules {
  base: string;
  rules: IgnoreRules;
}

/**
 * Lists an app's own files below `root`. Left out: what .gitignore rules exclude, dependencies, caches, build output. A
 * symbolic link to a file inside the tree is a file of it; links that leave the tree, and links to directories, are
 * listed in `skipped`.
 */
export function walk(root: string, limits: WalkLimits = walkLimits): Walked {
  const result: Walked = { files: [], directories: ['.'], skipped: [] };
  const realRoot = realpathSync(root);
  const queue: { path: string; rules: Rules[]; depth: number }[] = [{ path: '', rules: [], depth: 0 }];
  let seen = 0;
  while (queue.length > 0) {
    const { path, rules: inherited, depth } = queue.pop()!;
    const entries = list(join(root, path), path, result.skipped);
    const names = entries.map((entry) => entry.name);
    if (path !== '' && holdsPackages(names)) continue;
    const rules = names.includes('.gitignore') ? [...inherited, ...readRules(join(root, path), path, result.skipped)] : inherited;
    const below: typeof queue = [];
    for (const entry of entries) {
      if (++seen > limits.entries) {
        result.skipped.push({ file: path || '.', why: `more than ${limits.entries} files: the rest was not looked at` });
        return result;
      }
      const child = path === '' ? entry.name : `${path}/${entry.name}`;
      if (entry.isDirectory()) {
        // A program of Go in `cmd` often has the name under which the built one is ignored.
        // Packages of Composer that come with the code are not read, but need not be brought either.
        if (entry.name === 'vendor' && names.includes('composer.json') && !isIgnored(child, true, rules) && existsSync(join(root, child, 'autoload.php'))) result.files.push(`${child}/autoload.php`);
        if (isForeignDirectory(entry.name, names) || isCopiedIn(child) || (isIgnored(child, true, rules) && !/(^|\/)cmd$/.test(path) && !(entry.name === 'lib' && holdsSources(join(root, child))))) continue;
        if (depth + 1 > limits.depth) {
          result.skipped.push({ file: child, why: `deeper than ${limits.depth} directories` });
          continue;
        }
        result.directories.push(child);
        below.push({ path: child, rules, depth: depth + 1 });
      } else if (entry.isSymbolicLink()) {
        const why = whyNotFollowed(join(root, child), realRoot);
        if (why === undefined) result.files.push(child);
        else result.skipped.push({ file: child, why });
      } else if (entry.isFile()) {
        // `*.json` is meant for data: what is left out of an app is not the file that makes it one.
        if (manifests.has(entry.name) || !isIgnored(child, false, rules)) result.files.push(child);
      } else result.skipped.push({ file: child, why: 'neither a file nor a directory' });
    }
    queue.push(...below.reverse());
  }
  return result;
}

/** Whether a directory called `lib`, which Python's usual .gitignore names for what is installed there, holds code that somebody wrote. */
function holdsSources(directory: string): boolean {
  const names = list(directory, '', []).map((entry) => entry.name);
  return names.some((name) => /(?<!\.d)\.(?:tsx?|py|vue|svelte)$/.test(name)) && !names.some((name) => /^python\d|^site-packages$/.test(name));
}

function list(directory: string, path: string, skipped: Skip[]): Dirent[] {
  try {
    return readdirSync(directory, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    skipped.push({ file: path || '.', why: unreadable(error, path) });
    return [];
  }
}

function readRules(directory: string, base: string, skipped: Skip[]): Rules[] {
  try {
    const file = join(directory, '.gitignore');
    const status = lstatSync(file);
    if (!status.isFile() || status.size > 200_000) return [];
    return [{ base, rules: new IgnoreRules(readFileSync(file, 'utf8')) }];
  } catch (error) {
    skipped.push({ file: base === '' ? '.gitignore' : `${base}/.gitignore`, why: unreadable(error) });
    return [];
  }
}

/** Why a file or directory is left out. What Node reads as a name that is not UTF-8 is no name that could be opened. */
export function unreadable(error: unknown, path = ''): string {
  const { code } = error as NodeJS.ErrnoException;
  return `cannot be read: ${code === 'ENOENT' && path.includes('\ufffd') ? 'its name is not UTF-8' : code ?? 'unknown reason'}`;
}

function isIgnored(path: string, isDirectory: boolean, rules: readonly Rules[]): boolean {
  // What a directory's own file says counts before what is said above it.
  for (const { base, rules: own } of rules.toReversed()) {
    const verdict = own.verdict(base === '' ? path : path.slice(base.length + 1), isDirectory);
    if (verdict !== undefined) return verdict;
  }
  return false;
}

function whyNotFollowed(link: string, realRoot: string): string | undefined {
  try {
    const target = realpathSync(link);
    const inside = relative(realRoot, target);
    if (inside === '..' || inside.startsWith(`..${sep}`)) return 'a symbolic link that leaves the directory';
    const status = statSync(target);
    return status.isFile() ? undefined : status.isDirectory() ? 'a symbolic link to a directory' : 'a symbolic link to neither a file nor a directory';
  } catch {
    return 'a symbolic link to nothing';
  }
}
