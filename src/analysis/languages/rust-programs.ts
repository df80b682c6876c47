import { posix } from 'node:path';
import type { Draft } from '../draft.ts';
import type { FileFacts } from '../facts/file-facts.ts';
import { isBelow, within } from '../tree/paths.ts';
import type { Tree } from '../tree/tree.ts';
import type { CargoPackage } from './cargo.ts';

/** The code of one program of several: what its file names of the package, or, where that is not by its modules, all that is no other program. */
export function filesOf(tree: Tree, cargo: CargoPackage, bin: CargoPackage['bins'][number], code: readonly FileFacts[]): { files: FileFacts[]; isOwn: boolean } {
  const own = cargo.bins.length === 1 ? undefined : reachedBy(tree, cargo, bin, code);
  return { files: own ?? (cargo.bins.length === 1 ? [...code] : sharedWith(cargo, bin, code)), isOwn: own !== undefined };
}

/** Whether code listens, takes messages, or goes on until it is stopped. */
export function doesSomething(code: readonly FileFacts[]): boolean {
  return code.some(({ listens, takes, loops }) => takes !== undefined || loops || listens.some(({ declared }) => !declared));
}

/** Whether the file of a program does so itself, and not only what it shares with others. */
export function doesByItself({ directory, bins }: CargoPackage, draft: Draft, code: readonly FileFacts[]): boolean {
  const path = draft.entry ?? within(directory, 'src/main.rs');
  const home = posix.dirname(path);
  // A program in a directory of its own has all that is there.
  const isHome = posix.basename(path) === 'main.rs' && home !== within(directory, 'src');
  return doesSomething(code.filter((facts) => facts.path === path || isHome && isBelow(facts.path, home) && !bins.some((other) => other.path === facts.path)));
}

/** A program's own files, and the modules of the package's library that these name, at first hand or further; undefined where they name what is no module. */
function reachedBy(tree: Tree, { directory, name, bins }: CargoPackage, bin: CargoPackage['bins'][number], code: readonly FileFacts[]): FileFacts[] | undefined {
  const source = within(directory, 'src');
  const home = posix.dirname(bin.path);
  const isHome = posix.basename(bin.path) === 'main.rs' && home !== source;
  const reached = new Set(code.filter((facts) => facts.path === bin.path || isHome && isBelow(facts.path, home)));
  const library = RegExp.escape(name.replaceAll('-', '_'));
  const taken = new Set<string>();
  const take = (module: string, base: string): boolean => {
    const place = within(base, module);
    if (taken.has(place)) return true;
    if (!tree.has(`${place}.rs`) && !tree.hasDirectory(place)) return false;
    taken.add(place);
    for (const facts of code) if ((facts.path === `${place}.rs` || isBelow(facts.path, place)) && !bins.some((other) => other.path === facts.path)) reached.add(facts);
    return true;
  };
  let isKnown = true;
  for (const facts of reached) {
    const text = tree.text(facts.path) ?? '';
    const isOwn = facts.path === bin.path || isHome && isBelow(facts.path, home);
    for (const module of namedOf(text, library)) isKnown = take(module, source) && isKnown;
    for (const module of namedOf(text, 'crate')) take(module, isOwn ? home : source);
    for (const [, module] of text.matchAll(/^[ \t]*(?:pub(?:\([^)\n]*\))?[ \t]+)?mod[ \t]+(\w+)[ \t]*;/gm)) take(module!, isOwn ? home : source);
  }
  return isKnown ? [...reached] : undefined;
}

/** What a text names of a crate: `shop::web::serve`, `use shop::{store, web::{Server, Way}}`. */
function namedOf(text: string, crate: string): string[] {
  return [...text.matchAll(new RegExp(`\\b${crate}::(?:(\\w+)|\\{([^;]{0,2000});)`, 'g'))].flatMap(([, name, list]) => name ?? topWords(list ?? ''));
}

/** The words that begin the parts of a list, without those of the lists in it. */
function topWords(list: string): string[] {
  let depth = 0;
  return list.split(/([{},])/).flatMap((part, index, parts) => {
    if (part === '{') depth++;
    else if (part === '}') depth--;
    const begins = depth === 0 && (index === 0 || parts[index - 1] === ',');
    return begins ? /^\s*(\w+)/.exec(part)?.[1] ?? [] : [];
  });
}

function sharedWith({ bins, name }: CargoPackage, bin: CargoPackage['bins'][number], code: readonly FileFacts[]): FileFacts[] {
  const main = code.find(({ path }) => path === bin.path);
  const library = name.replaceAll('-', '_');
  const usesLibrary = main === undefined || main.imports.some((used) => used.name === library || used.name.startsWith(`${library}::`) || used.name.startsWith('crate') || !used.name.includes('::'));
  return code.filter((facts) => facts.path === bin.path || (posix.basename(bin.path) === 'main.rs' && posix.dirname(bin.path) !== 'src' && facts.path.startsWith(`${posix.dirname(bin.path)}/`) && !bins.some((other) => other.path === facts.path)) || (usesLibrary && !bins.some((other) => other.path === facts.path || facts.path.startsWith(`${posix.dirname(other.path)}/`) && /\/bin\//.test(other.path))));
}
