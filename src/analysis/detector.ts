import type { Draft } from './draft.ts';
import { perTree } from './tree/remembered.ts';
import type { Tree } from './tree/tree.ts';

/** Recognises the projects of one language or kind of site. */
export interface Detector {
  readonly name: string;
  /** Another detector, whose projects' code is not this one's either: the code of a project below is that project's. */
  readonly family?: string;
  /** Directories that hold a project of this sort. */
  projects(tree: Tree): string[];
  /** The services of the project in `directory`; none for a library. */
  describe(tree: Tree, directory: string, view: View): Draft[];
}

export interface View {
  /** Projects below the directory, whose code is theirs. */
  inner: readonly string[];
  /** Nothing better was found: what may be a library, or is hardly more than a file, counts too. */
  lenient: boolean;
  /** Nothing that runs was found at all: what is known of a project is told without a way to start it. */
  anything: boolean;
}

/** Directories that directly hold a file with one of these names. */
export function directoriesWith(tree: Tree, wanted: RegExp | readonly string[]): string[] {
  const known = directoriesByName(tree);
  const names = wanted instanceof RegExp ? [...known.keys()].filter((name) => wanted.test(name)) : wanted;
  const found = new Set(names.flatMap((name) => known.get(name) ?? []));
  return found.size === 0 ? [] : tree.directories.filter((directory) => found.has(directory));
}

/** Names of files → directories that hold one of that name: everybody looks for some. */
const directoriesByName = perTree((tree) => {
  const found = new Map<string, string[]>();
  for (const directory of tree.directories) {
    for (const name of tree.namesIn(directory)) {
      const known = found.get(name);
      if (known) known.push(directory);
      else found.set(name, [directory]);
    }
  }
  return found;
});
