import { readdirSync, readFileSync, statSync, unlinkSync, utimesSync } from 'node:fs';
import { join, posix } from 'node:path';
import { hashOf } from '../model/index.ts';
import type { Paths } from '../host/paths.ts';
import { replaceFile, type FileStore } from './filestore.ts';
import { textOf } from './groups.ts';
import { treeHash, type Entry } from './tree.ts';

/** Files that decide what an install command brings. */
const manifests = /^(package\.json|package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|pnpm-workspace\.yaml|bun\.lockb?|\.npmrc|\.yarnrc(\.yml)?|\.pnpmfile\.cjs|requirements.*\.(txt|in)|constraints.*\.txt|pyproject\.toml|setup\.(py|cfg)|Pipfile(\.lock)?|poetry\.lock|uv\.lock|go\.(mod|sum|work)|Cargo\.(toml|lock)|Gemfile(\.lock)?|.*\.gemspec|composer\.(json|lock)|pom\.xml|.*\.gradle(\.kts)?|gradle\.properties|mix\.(exs|lock)|deno\.(jsonc?|lock)|\.ruby-version|\.tool-versions)$/;

/**
 * Whether the result of an install depends on nothing but its manifests: no script of the project runs with it, and nothing is
 * installed from the project's own directories.
 */
function dependsOnManifestsOnly(install: string, entries: readonly Entry[], store: FileStore): boolean {
  if (/\b(make|sh|bash|cmake)\b|\.\/|\s-e\s|install \.|&&|;/.test(install)) return false;
  return entries.every((entry) => {
    if (entry.kind !== 'file') return true;
    const name = posix.basename(entry.path);
    if (name === 'package.json') return !/"(preinstall|install|postinstall|prepare|preprepare|postprepare)"\s*:|"(file|link|portal|patch):|"workspaces"\s*:|"patchedDependencies"\s*:/.test(textOf(entry, store));
    if (name === 'pnpm-workspace.yaml') return false;
    if (/^requirements.*\.txt$/.test(name)) return !/^\s*(-e\s|\.|\/|file:)/m.test(textOf(entry, store));
    if (name === 'composer.json' || name === 'Gemfile' || name === 'Cargo.toml' || name === 'setup.py' || name === 'mix.exs') return !/"scripts"|"path"|\bpath\s*[:=]|\bgemspec\b|setup\(/.test(textOf(entry, store));
    return true;
  });
}

/** What an install depends on, hashed: equal keys, equal dependencies. `rest` holds command, toolchain and environment. */
export function layerKey(install: string, entries: readonly Entry[], store: FileStore, rest: unknown): string {
  const relevant = entries.filter((entry) => entry.kind === 'file' && manifests.test(posix.basename(entry.path)));
  return hashOf({ rest, install, tree: treeHash(dependsOnManifestsOnly(install, relevant, store) ? relevant : entries) });
}

/** What installs brought, as trees whose content is in the file store. */
export class Layers {
  private readonly directory: string;
  private readonly store: FileStore;

  constructor(paths: Pick<Paths, 'cache'>, store: FileStore) {
    this.directory = join(paths.cache, 'layers');
    this.store = store;
  }

  /** The tree kept under a key; undefined when there is none or its content is no longer complete. */
  get(key: string, now: Date): readonly Entry[] | undefined {
    const file = this.file(key);
    try {
      const entries = JSON.parse(readFileSync(file, 'utf8')) as Entry[];
      if (!this.store.hasAll(entries)) return undefined;
      utimesSync(file, now, now);
      return entries;
    } catch {
      return undefined;
    }
  }

  put(key: string, entries: readonly Entry[]): void {
    replaceFile(this.file(key), JSON.stringify(entries));
  }

  /** Forgets those that were not used for `age` milliseconds. */
  collect(now: number, age: number): void {
    for (const name of names(this.directory)) {
      const file = join(this.directory, name);
      if ((statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? now) < now - age) unlinkSync(file);
    }
  }

  private file(key: string): string {
    return join(this.directory, `${key}.json`);
  }
}

/** Entries of `after` that `before` has not, or has otherwise. */
export function added(before: readonly Entry[], after: readonly Entry[]): Entry[] {
  const known = new Map(before.map((entry) => [entry.path, lineOf(entry)]));
  return after.filter((entry) => known.get(entry.path) !== lineOf(entry));
}

function lineOf(entry: Entry): string {
  return entry.kind === 'file' ? `f${entry.executable}${entry.hash}` : entry.kind === 'link' ? `l${entry.target}` : 'd';
}

function names(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}
