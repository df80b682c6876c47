import { posix } from 'node:path';
import type { Evidence } from '../../model/index.ts';
import { seen } from '../draft.ts';
import { within } from '../tree/paths.ts';
import { perPath } from '../tree/remembered.ts';
import type { Tree } from '../tree/tree.ts';

/** Lock files, and the line that begins a package in each, with the one that has to follow it. Adding one is an entry here. */
const locks: readonly { readonly file: string; readonly entry: RegExp; readonly next?: RegExp }[] = [
  { file: 'package-lock.json', entry: /^ {4}"node_modules\//m },
  { file: 'npm-shrinkwrap.json', entry: /^ {4}"node_modules\//m },
  { file: 'pnpm-lock.yaml', entry: /^ {2}'?\/?@?[\w./-]+@[^:\n]+:$/, next: /^ {4}resolution:/ },
  { file: 'yarn.lock', entry: /^"?@?[\w./-]+@[^\n]*:$/m },
  { file: 'bun.lock', entry: /^ {4}"[^"\n]+": \[/m },
  { file: 'poetry.lock', entry: /^\[\[package\]\]/m },
  { file: 'uv.lock', entry: /^\[\[package\]\]/m },
  { file: 'pdm.lock', entry: /^\[\[package\]\]/m },
  { file: 'Cargo.lock', entry: /^\[\[package\]\]/m },
  { file: 'Gemfile.lock', entry: /^ {4}[\w.-]+ \([^()\n]+\)$/m },
  { file: 'composer.lock', entry: /^ {12}"name": "/m },
  { file: 'go.sum', entry: /^[^\s]+ v[^\s/]+ h1:/m },
  { file: 'mix.lock', entry: /^ {2}"\w+": \{/m },
];

/** How many packages an app is installed with, and the file that says so: those that a lock file names, which are all, or those that are only listed. */
export interface Packages {
  readonly count: number;
  readonly locked: boolean;
  readonly at: Evidence | undefined;
}

/** The packages of the service in `directory`: its own lock file counts, or that of a workspace above it; else what it depends on itself. */
export function packagesOf(tree: Tree, directory: string, listed: ReadonlyMap<string, Evidence>): Packages {
  for (const place of directory === '.' ? ['.'] : [directory, '.']) {
    for (const { file } of locks) {
      const path = within(place, file);
      const count = tree.has(path) ? lockedIn(tree, path) : 0;
      if (count > 0) return { count, locked: true, at: seen(path, 1, `${count} packages`) };
    }
  }
  const [first] = listed.values();
  return { count: listed.size, locked: false, at: first && seen(first.file, first.line, `${listed.size} dependencies`) };
}

/** How many packages a lock file names: asked by all services of a workspace. It is looked at line by line, for in the whole text of a large one an expression takes too many steps. */
const lockedIn = perPath((tree, path) => {
  const { entry, next } = locks.find(({ file }) => file === posix.basename(path))!;
  const lines = tree.text(path)?.split('\n') ?? [];
  return lines.filter((line, at) => entry.test(line) && next?.test(lines[at + 1] ?? '') !== false).length;
});
