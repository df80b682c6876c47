import { posix } from 'node:path';
import type { FileFacts } from '../facts/file-facts.ts';
import { seenFrom, within } from '../tree/paths.ts';
import type { Tree } from '../tree/tree.ts';

/** A file of Python as code imports it from a directory: `shop/web.py` → `shop.web`. */
export function moduleOf(directory: string, path: string): string {
  return seenFrom(directory, path).replace(/(\/__init__)?\.py$/, '').replaceAll('/', '.');
}

/** The module of a file, and the directory below the project from which it can be imported. */
export function importable(tree: Tree, directory: string, path: string, code: readonly FileFacts[]): { directory: string; module: string } {
  // Code that imports its own directory by name is found from the one above.
  const own = posix.basename(directory);
  if (directory !== '.' && !tree.hasDirectory(within(directory, own)) && !tree.hasDirectory(within(directory, `src/${own}`)) && code.some(({ imports }) => imports.some(({ name }) => name.startsWith(`${own}.`)))) return { directory: '..', module: `${own}.${moduleOf(directory, path)}` };
  const file = seenFrom(directory, path);
  const [first] = file.split('/');
  const source = first !== file && !tree.has(within(directory, `${first}/__init__.py`)) && !code.some((facts) => facts.imports.some(({ name }) => name.startsWith(`${first}.`)));
  return source && first ? { directory: first, module: moduleOf(within(directory, first), path) } : { directory: '.', module: moduleOf(directory, path) };
}
