import { posix } from 'node:path';
import { linesIn } from '../syntax/lines.ts';
import { isTestPath } from '../tree/ignored.ts';
import { perPath } from '../tree/remembered.ts';
import type { Tree } from '../tree/tree.ts';
import { languageOf } from '../syntax/languages.ts';
import { isBelow } from '../tree/paths.ts';

/** A call of a port of this machine that stands in a page. */
export interface PageCall {
  file: string;
  line: number;
  address: string;
  port: number;
}

/** An address of this machine in quotes, other than one that people are sent to. */
const address = /(?<!\bhref=)["'`]((?:https?|wss?):\/\/(?:localhost|127\.0\.0\.1):(\d{2,5}))(?=[/"'`?$])/g;
/** What stands before it on its line where nobody calls it. */
const saidOnly = /^[ \t]{0,200}(?:\/\/|\*|<!--)/;
const longest = 300_000;
const mostFiles = 60;

/** What pages in a directory call of this machine where their HTML says so, in their own scripts or forms. */
export const pageCalls = perPath((tree, directory): readonly PageCall[] => callsIn(tree, tree.filesBelow(directory).filter((file) => /\.html?$/.test(file))));

/** The same of pages and of the scripts beside them. */
const allCalls = perPath((tree, directory): readonly PageCall[] => callsIn(tree, tree.filesBelow(directory).filter((file) => /\.(?:html?|m?js)$/.test(file))));

function callsIn(tree: Tree, files: readonly string[]): PageCall[] {
  return files.filter((file) => !isTestPath(file)).slice(0, mostFiles).flatMap((file) => {
    const text = tree.textOnce(file) ?? '';
    if (text.length > longest || !/localhost|127\.0\.0\.1/.test(text)) return [];
    return [...text.matchAll(address)].flatMap(({ 1: called, 2: port, index }) => {
      const start = text.lastIndexOf('\n', index) + 1;
      return saidOnly.test(text.slice(start, Math.min(index, start + 210))) ? [] : [{ file, line: linesIn(text).at(index), address: called!, port: Number(port) }];
    });
  });
}

/**
 * Whether written pages stand by themselves although they lie within a project: they call a server at a whole address, as what it shows itself need not, and no code speaks of
 * their directory.
 */
export function areApart(tree: Tree, directory: string): boolean {
  if (allCalls(tree, directory).length === 0) return false;
  const spoken = new RegExp(`["'\`/]${RegExp.escape(posix.basename(directory))}["'\`/]`);
  return !tree.files.some((file) => languageOf(file) !== undefined && !isBelow(file, directory) && !isTestPath(file) && spoken.test(tree.textOnce(file) ?? ''));
}
