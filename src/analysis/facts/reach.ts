import { posix } from 'node:path';
import { within } from '../tree/paths.ts';
import type { FileFacts } from './file-facts.ts';
import { GoPackages } from './go-packages.ts';

/**
 * Of `code`, the files that `entry` reaches by relative imports, itself first. All of `code` when the entry is not among
 * it or its language has no relative imports.
 */
export function reachableFrom(entry: string, code: readonly FileFacts[]): readonly FileFacts[] {
  return reachIn(code).from(entry);
}

/** Files that another one of `code` imports, whether it is run from its own directory or from `home`. */
export function importedAmong(code: readonly FileFacts[], home: string): ReadonlySet<FileFacts> {
  return reachIn(code).imported(home);
}

function reachIn(code: readonly FileFacts[]): Reach {
  let reach = known.get(code);
  if (!reach) known.set(code, (reach = new Reach(code)));
  return reach;
}

/** Several ask what is reached in the same code, and from the same entry. */
const known = new WeakMap<readonly FileFacts[], Reach>();

const followed = new Set(['javascript', 'typescript', 'python', 'go']);
/** What an import without an ending may stand for, the likeliest first. */
const endings = ['ts', 'tsx', 'js', 'mjs', 'cjs', 'jsx', 'mts', 'cts'];

class Reach {
  readonly #code: readonly FileFacts[];
  readonly #byPath: ReadonlyMap<string, FileFacts>;
  readonly #reached = new Map<string, readonly FileFacts[]>();
  /** By the path without its ending, the likeliest ending first. */
  #scripts: Map<string, FileFacts[]> | undefined;
  /** By the path of the module: `shop/orders.py` before `shop/orders/__init__.py`. */
  #modules: Map<string, FileFacts[]> | undefined;
  #packages: GoPackages | undefined;

  constructor(code: readonly FileFacts[]) {
    this.#code = code;
    this.#byPath = new Map(code.map((facts) => [facts.path, facts]));
  }

  from(entry: string): readonly FileFacts[] {
    const start = this.#byPath.get(entry);
    if (!start || !followed.has(start.language)) return this.#code;
    let reached = this.#reached.get(entry);
    if (!reached) this.#reached.set(entry, (reached = start.language === 'go' ? (this.#packages ??= new GoPackages(this.#code)).reachedFrom(start) : this.#followed(start)));
    return reached;
  }

  imported(home: string): Set<FileFacts> {
    const found = new Set<FileFacts>();
    for (const facts of this.#code) {
      for (const { name } of facts.imports) {
        const targets = facts.language === 'python' ? [posix.dirname(facts.path), home].flatMap((program) => this.#module(facts, name, program)) : this.#script(facts, name);
        for (const target of targets) if (target !== facts) found.add(target);
      }
    }
    return found;
  }

  #followed(start: FileFacts): FileFacts[] {
    const reached = new Set([start]);
    const program = posix.dirname(start.path);
    for (const facts of reached) {
      for (const { name } of facts.imports) {
        for (const target of facts.language === 'python' ? this.#module(facts, name, program) : this.#script(facts, name)) reached.add(target);
      }
    }
    return [...reached];
  }

  /** What a file of Python imports by this name, where the program that runs is in `program`. */
  #module(facts: FileFacts, name: string, program: string): FileFacts[] {
    const modules = this.#modules ??= byStem(this.#code, /(?:\/__init__)?\.py$/, ({ path }) => (path.endsWith('/__init__.py') ? 1 : 0));
    const directory = posix.dirname(facts.path);
    const dots = /^\.*/.exec(name)![0].length;
    const rest = name.slice(dots).replaceAll('.', '/');
    const bases = dots > 0 ? [within(directory, '../'.repeat(dots - 1) || '.')] : new Set([program, within(program, 'src'), directory, '.', ...aboveItself(directory, rest)]);
    // What is imported may be a module, or a name in one.
    const inside = posix.dirname(rest);
    return [...bases].flatMap((base) => [
      ...(rest === '' ? [] : modules.get(within(base, rest)) ?? []),
      ...(inside === '.' ? [this.#byPath.get(within(base, '__init__.py'))].filter((found) => found !== undefined) : modules.get(within(base, inside)) ?? []),
    ]);
  }

  #script(facts: FileFacts, name: string): FileFacts[] {
    if (!name.startsWith('.')) return [];
    const scripts = this.#scripts ??= byStem(this.#code, /\.(?:[cm]?[jt]s|[jt]sx)$/, rankOf);
    const base = within(posix.dirname(facts.path), name);
    const whole = this.#byPath.get(base);
    const found = [...(scripts.get(base.replace(/\.(js|mjs|cjs|jsx)$/, '')) ?? []), ...(scripts.get(`${base}/index`) ?? [])];
    return [...(whole ? [whole] : []), ...(found.length > 1 ? found.sort((a, b) => rankOf(a) - rankOf(b)) : found)];
  }
}

/** Where a package is found that its own files import by its name: above `shop` for `shop.orders` in `services/shop/main.py`. */
function aboveItself(directory: string, name: string): string[] {
  const parts = directory.split('/');
  const at = parts.lastIndexOf(name.split('/', 1)[0]!);
  return at > 0 ? [parts.slice(0, at).join('/')] : [];
}

function rankOf({ path }: FileFacts): number {
  return endings.indexOf(path.slice(path.lastIndexOf('.') + 1));
}

/** Files with this ending by what stands before it, those of a lower rank first. */
function byStem(code: readonly FileFacts[], ending: RegExp, rank: (facts: FileFacts) => number): Map<string, FileFacts[]> {
  const found = new Map<string, FileFacts[]>();
  for (const facts of code) {
    const { index } = ending.exec(facts.path) ?? {};
    if (index === undefined) continue;
    const stem = facts.path.slice(0, index);
    const same = found.get(stem);
    if (same) same.push(facts);
    else found.set(stem, [facts]);
  }
  for (const same of found.values()) if (same.length > 1) same.sort((a, b) => rank(a) - rank(b));
  return found;
}
