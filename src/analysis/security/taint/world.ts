import { posix } from 'node:path';
import type { Unit } from '../ast/nodes.ts';
import { parse } from '../ast/parse.ts';
import { readPairs } from '../../syntax/formats.ts';
import { isTestPath } from '../../tree/ignored.ts';
import type { Tree } from '../../tree/tree.ts';

const script = /\.[cm]?[jt]s$/;
/** Files that others need are read on demand, and so many at most. */
const mostUnits = 400;
/** Files from which the nearest of a name is remembered. */
const mostSides = 64;

/** The code around a file: what it calls in others is found by the name of a class or module. */
export class World {
  readonly #tree: Tree;
  readonly #byName = new Map<string, string[]>();
  /** Files that declare a name, as seen from a file: asked for with every call. */
  readonly #nearest = new Map<string, Map<string, string | undefined>>();
  readonly #units = new Map<string, Unit | undefined>();
  #read = 0;
  /** Steps that may still be spent on this tree, and characters that may still be parsed. */
  steps = 4_000_000;
  characters = 40 << 20;

  constructor(tree: Tree) {
    this.#tree = tree;
    for (const path of tree.files) {
      if (!/\.(?:java|cs|php|py|rb|js|ts|mjs|cjs|properties)$/.test(path)) continue;
      const name = posix.basename(path).replace(/\.\w+$/, '').toLowerCase();
      const known = this.#byName.get(name);
      if (known) known.push(path);
      else this.#byName.set(name, [path]);
    }
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
    for (const path of this.#byName.get(name.toLowerCase()) ?? this.#byName.get(name.replace(/([a-z])([A-Z])/g, '$1_$2').toLowerCase()) ?? []) {
      const common = shared(path, from);
      if (common <= most || path === from || !(path.endsWith(extension) || (script.test(path) && script.test(from))) || (isTestPath(path) && !isTestPath(from))) continue;
      [best, most] = [path, common];
    }
    return best;
  }

  unit(path: string): Unit | undefined {
    if (!this.#units.has(path)) {
      const text = ++this.#read > mostUnits ? undefined : this.#tree.textOnce(path);
      this.#units.set(path, text === undefined ? undefined : parse(path, text));
    }
    return this.#units.get(path);
  }

  /** The tree of a file that was read for another one. */
  kept(path: string): Unit | undefined {
    return this.#units.get(path);
  }

  keep(unit: Unit): void {
    if (this.#units.size < mostUnits) this.#units.set(unit.path, unit);
  }

  /** The pairs of a properties file by its name. */
  properties(name: string): ReadonlyMap<string, string> {
    const pairs = new Map<string, string>();
    const base = posix.basename(name).replace(/\.\w+$/, '').toLowerCase();
    const path = (this.#byName.get(base) ?? []).find((file) => file.endsWith('.properties') && file.endsWith(posix.basename(name)));
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
