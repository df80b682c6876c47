import type { Evidence } from '../../model/index.ts';
import { seen } from '../draft.ts';
import { within } from '../tree/paths.ts';
import type { Tree } from '../tree/tree.ts';

/** Lock files, and what begins a package in each. Adding one is an entry here. */
const locks: readonly { readonly file: string; readonly entry: RegExp }[] = [
  { file: 'package-lock.json', entry: /^ {4}"node_modules\//gm },
  { file: 'npm-shrinkwrap.json', entry: /^ {4}"node_modules\//gm },
  { file: 'pnpm-lock.yaml', entry: /^ {2}'?\/?@?[\w./-]+@[^:\n]+:\n {4}resolution:/gm },
  { file: 'yarn.lock', entry: /^"?@?[\w./-]+@[^\n]*:$/gm },
  { file: 'bun.lock', entry: /^ {4}"[^"\n]+": \[/gm },
  { file: 'poetry.lock', entry: /^\[\[package\]\]/gm },
  { file: 'uv.lock', entry: /^\[\[package\]\]/gm },
  { file: 'pdm.lock', entry: /^\[\[package\]\]/gm },
  { file: 'Cargo.lock', entry: /^\[\[package\]\]/gm },
  { file: 'Gemfile.lock', entry: /^ {4}[\w.-]+ \([^()\n]+\)$/gm },
  { file: 'composer.lock', entry: /^ {12}"name": "/gm },
  { file: 'go.sum', entry: /^[^\s]+ v[^\s/]+ h1:/gm },
  { file: 'mix.lock', entry: /^ {2}"\w+": \{/gm },
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
    for (const { file, entry } of locks) {
      const path = within(place, file);
      const count = tree.has(path) ? (tree.text(path)?.match(entry)?.length ?? 0) : 0;
      if (count > 0) return { count, locked: true, at: seen(path, 1, `${count} packages`) };
    }
  }
  const [first] = listed.values();
  return { count: listed.size, locked: false, at: first && seen(first.file, first.line, `${listed.size} dependencies`) };
}
