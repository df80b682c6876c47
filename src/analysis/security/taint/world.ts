import { posix } from 'node:path';
import type { Unit } from '../ast/nodes.ts';
import { parse } from '../ast/parse.ts';
import { programOf } from './program.ts';
import { readPairs } from '../../syntax/formats.ts';
import { isTestPath } from '../../tree/ignored.ts';
import type { Tree } from '../../tree/tree.ts';
import { stemOf } from '../../tree/tree.ts';

/** Files that hold what others call by their name. */
const declaring = /\.(?:java|cs|php|py|rb|js|ts|mjs|cjs|properties)$/;
const script = /\.[cm]?[jt]s$/;
/** Files that others need are read on demand, and so many at most. */
const mostUnits = 400;
/** Languages whose functions are seen by other files of their directory without being named, and files of one that are read for them. */
const sharesFunctions = new Set(['.go', '.php', '.rb']);
const mostBeside = 40;
/** Files from which the nearest of a name is remembered. */
const mostSides = 64;
/** Trees of files that are kept for whoever needs them again, and characters of these together. */
const shelf = { units: 400, characters: 8 << 20 };

/** What the search of one tree may take. */
export interface SearchLimits {
  /** Steps of the machine. */
  readonly steps: number;
  /** Characters of code that are parsed. */
  readonly characters: number;
}

export const searchLimits: SearchLimits = { steps: 4_000_000, characters: 40 << 20 };

interface Shelved {
  unit: Unit;
  characters: number;
}

/** What all worlds of a tree share: files that were parsed last. */
class Library {
  readonly #units = new Map<string, Shelved>();
  #characters = 0;

  kept(path: string): Shelved | undefined {
    return this.#units.get(path);
  }

  keep(unit: Unit, characters: number): Shelved {
    const known = this.#units.get(unit.path);
    if (known) return known;
    const shelved = { unit, characters };
    this.#units.set(unit.path, shelved);
    this.#characters += characters;
    for (const [path, oldest] of this.#units) {
      if (this.#units.size <= shelf.units && this.#characters <= shelf.characters) break;
      this.#units.delete(path);
      this.#characters -= oldest.characters;
    }
    return shelved;
  }
}

const libraries = new WeakMap<Tree, Library>();

/**
 * The code around a file: what it calls in others is found by the name of a class or module. What a world gives depends on nothing but the tree and the files that it
 * was asked for, so that it does not matter what else the process has read.
 */
export class World {
  readonly #tree: Tree;
  readonly #library: Library;
  /** Files that declare a name, as seen from a file: asked for with every call. */
  readonly #nearest = new Map<string, Map<string, string | undefined>>();
  /** Files that others needed, and those that were looked at themselves, with their trees where there is one. */
  readonly #units = new Map<string, Unit | undefined>();
  /** Where the functions of the files of a directory are, by directory and extension. */
  readonly #beside = new Map<string, Map<string, string>>();
  #read = 0;
  /** Steps that may still be spent, and characters that may still be parsed. */
  steps = searchLimits.steps;
  characters = searchLimits.characters;

  constructor(tree: Tree) {
    this.#tree = tree;
    let library = libraries.get(tree);
    if (!library) libraries.set(tree, (library = new Library()));
    this.#library = library;
  }

  /** The file that declares a class or module of this name, nearest to `from`. */
  declaring(name: string, from: string): Unit | undefined {
    let nearest = this.#nearest.get(from);
    if (!nearest) {
      if (this.#nearest.size >= mostSides) this.#nearest.clear();
      this.#nearest.set(from, (nearest = new Map()));
    }
    if (!nearest.has(name)) nearest.set(name, this.#nearestTo(name, from));
    const path = nearest.get(name);
    return path === undefined ? undefined : this.unit(path);
  }

  #nearestTo(name: string, from: string): string | undefined {
    const extension = posix.extname(from);
    let best: string | undefined;
    let most = -1;
    for (const path of this.#named(name)) {
      const common = shared(path, from);
      if (common <= most || path === from || !(path.endsWith(extension) || (script.test(path) && script.test(from))) || (isTestPath(path) && !isTestPath(from))) continue;
      [best, most] = [path, common];
    }
    return best;
  }

  /** Files that may declare a class or module of a name. */
  #named(name: string): readonly string[] {
    const found = this.#tree.filesNamed(name.toLowerCase()).filter((path) => declaring.test(path));
    return found.length > 0 ? found : this.#tree.filesNamed(name.replace(/([a-z])([A-Z])/g, '$1_$2').toLowerCase()).filter((path) => declaring.test(path));
  }

  /** Another file of the same directory that declares a function of this name, in languages where that is enough to call it. */
  beside(name: string, from: string): Unit | undefined {
    const extension = posix.extname(from);
    if (!sharesFunctions.has(extension)) return undefined;
    const directory = posix.dirname(from);
    const key = `${directory}${extension}`;
    let functions = this.#beside.get(key);
    if (!functions) {
      this.#beside.set(key, (functions = new Map()));
      const files = this.#tree.namesIn(directory).map((file) => posix.join(directory, file)).filter((file) => file.endsWith(extension) && !isTestPath(file));
      if (files.length <= mostBeside) for (const file of files) for (const func of this.#functionsIn(file)) if (!functions.has(func)) functions.set(func, file);
    }
    const path = functions.get(name);
    return path === undefined || path === from ? undefined : this.unit(path);
  }

  #functionsIn(path: string): Iterable<string> {
    const unit = this.unit(path);
    return unit ? programOf(unit).functions.keys() : [];
  }

  unit(path: string): Unit | undefined {
    if (!this.#units.has(path)) this.#units.set(path, ++this.#read > mostUnits || this.characters <= 0 ? undefined : this.#parsed(path));
    return this.#units.get(path);
  }

  #parsed(path: string): Unit | undefined {
    if (!this.#tree.has(path)) return undefined;
    const kept = this.#library.kept(path);
    const text = kept === undefined ? this.#tree.textOnce(path) : undefined;
    const shelved = kept ?? (text === undefined ? undefined : this.#library.keep(parse(path, text), text.length));
    this.characters -= shelved?.characters ?? 0;
    return shelved?.unit;
  }

  /** The tree of a file that was read for another one. */
  kept(path: string): Unit | undefined {
    return this.#units.get(path) ?? this.#library.kept(path)?.unit;
  }

  /** Keeps the tree of a file of so many characters for those who need it. */
  keep(unit: Unit, characters: number): void {
    this.#library.keep(unit, characters);
    if (this.#units.size < mostUnits) this.#units.set(unit.path, unit);
  }

  /** The pairs of a properties file by its name. */
  properties(name: string): ReadonlyMap<string, string> {
    const pairs = new Map<string, string>();
    const path = this.#tree.filesNamed(stemOf(name)).find((file) => file.endsWith('.properties') && file.endsWith(posix.basename(name)));
    for (const { key, value } of readPairs(path === undefined ? '' : this.#tree.textOnce(path) ?? '')) pairs.set(key, value);
    return pairs;
  }
}

/** How many characters two paths begin with together. */
function shared(a: string, b: string): number {
  let i = 0;
  while (i < a.length && a[i] === b[i]) i++;
  return i;
}
