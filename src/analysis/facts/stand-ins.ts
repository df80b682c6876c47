import { posix } from 'node:path';
import { languageOf } from '../syntax/languages.ts';
import { isSideDirectory, isTestPath } from '../tree/ignored.ts';
import { belowAny, isBelow } from '../tree/paths.ts';
import { perTree } from '../tree/remembered.ts';
import type { Tree } from '../tree/tree.ts';
import type { FileFacts } from './file-facts.ts';
import { factsOf } from './file.ts';

/** How directories of programs are called that play somebody elsewhere: `mock-bank`, `stub_mail`. */
const named = /^(?:mocks?|stubs?)[-_]\w+$/i;
const local = /^(?:localhost|127\.0\.0\.1|0\.0\.0\.0)$/;

/**
 * Directories of programs that stand in for what is elsewhere, and that the app calls when it runs: at the port where they listen, or by their name. What only tests call
 * is no part of an app, whatever it is called.
 */
export const standIns = perTree((tree): readonly string[] => {
  const candidates = tree.directories.filter((directory) => named.test(posix.basename(directory)) && !isSideDirectory(posix.dirname(directory)));
  if (candidates.length === 0) return [];
  const isCandidate = belowAny(candidates);
  const called = calledBy(codeAmong(tree, tree.files.filter((file) => !isCandidate(file) && !isSideDirectory(posix.dirname(file)))));
  return candidates.filter((directory) => {
    const listens = codeAmong(tree, tree.filesBelow(directory)).flatMap((facts) => facts.listens);
    return listens.length > 0 && (called.hosts.has(posix.basename(directory)) || listens.some(({ port }) => port !== null && called.ports.has(port)));
  });
});

/** Whether a file, or a directory, is a part of what stands in for something. */
export function isStandIn(tree: Tree, path: string): boolean {
  return standIns(tree).some((directory) => isBelow(path, directory));
}

function codeAmong(tree: Tree, files: readonly string[]): FileFacts[] {
  return files.filter((file) => languageOf(file) !== undefined && !isTestPath(file)).flatMap((file) => factsOf(tree, file) ?? []);
}

/** Ports of this machine and hosts that code calls; a port also stands alone, as what `BANK_PORT` is without being set. */
function calledBy(code: readonly FileFacts[]): { ports: Set<number>; hosts: Set<string> } {
  const urls = code.flatMap((facts) => facts.urls);
  const alone = code.flatMap(({ env }) => env.filter(({ name, default: usual }) => /\w_PORT$/.test(name) && /^\d{2,5}$/.test(usual ?? ''))).map((read) => Number(read.default));
  return { ports: new Set([...urls.flatMap(({ host, port }) => (port !== null && local.test(host) ? [port] : [])), ...alone]), hosts: new Set(urls.map(({ host }) => host)) };
}
