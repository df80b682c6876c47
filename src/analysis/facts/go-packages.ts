import { posix } from 'node:path';
import type { FileFacts } from './file-facts.ts';
import { Declarations } from './types.ts';

type Package = Declarations<FileFacts>;

/**
 * Go imports directories. Of those that are imported, and of the entry's own, the files count that declare what counting ones speak of, or that
 * do something by being there.
 */
export class GoPackages {
  readonly #packages: ReadonlyMap<string, Package>;
  readonly #imported = new Map<string, Package | undefined>();

  constructor(code: readonly FileFacts[]) {
    const directories = Map.groupBy(code.filter(({ language }) => language === 'go'), ({ path }) => posix.dirname(path));
    this.#packages = new Map([...directories].map(([directory, files]) => [directory, new Declarations(files)]));
  }

  reachedFrom(start: FileFacts): FileFacts[] {
    const reached = new Set([start]);
    /** Of each package, the names whose files are reached already. */
    const heard = new Map<Package, Set<string>>();
    for (const facts of reached) {
      const own = this.#packages.get(posix.dirname(facts.path))!;
      for (const spoken of [own, ...facts.imports.flatMap(({ name }) => this.#inImport(name) ?? [])]) {
        const known = heard.get(spoken) ?? new Set();
        heard.set(spoken, known);
        const names = ['init', ...spoken.namesSpokenOf(facts.declared)].filter((name) => !known.has(name));
        for (const file of spoken.declaring(names)) reached.add(file);
        for (const name of names) known.add(name);
      }
    }
    return [...reached];
  }

  /** The package that an import means: of the directories that its path ends in, that of the longest. */
  #inImport(name: string): Package | undefined {
    if (this.#imported.has(name)) return this.#imported.get(name);
    const parts = name.split('/');
    const found = parts.slice(1).map((_, from) => this.#packages.get(parts.slice(from + 1).join('/'))).find((one) => one !== undefined);
    this.#imported.set(name, found);
    return found;
  }
}
