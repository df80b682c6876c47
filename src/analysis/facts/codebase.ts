import { posix } from 'node:path';
import { languageOf } from '../syntax/languages.ts';
import { isTestPath } from '../tree/ignored.ts';
import { belowAny, seenFrom, within } from '../tree/paths.ts';
import type { Tree } from '../tree/tree.ts';
import type { FileFacts } from './file.ts';
import { factsOf } from './file.ts';

/** Code that shows how something is used, beside the app. */
const sideCode = /^(examples?|samples?|demos?|benchmarks?|bench|sandbox|playground)\//;

/** Facts of all code in `directory` that is neither a test nor an example nor part of an inner project. */
export function codeIn(tree: Tree, directory: string, inner: readonly string[]): FileFacts[] {
  const isInner = belowAny(inner);
  const code = tree.filesBelow(directory).flatMap((file) => {
    if (languageOf(file) === undefined || isTestPath(file) || sideCode.test(seenFrom(directory, file)) || isInner(file)) return [];
    const facts = factsOf(tree, file);
    return facts ? [facts] : [];
  });
  resolveWrappers(code);
  return code;
}

/** Calls of functions that some file of the code defines as readers of the environment are reads of it. */
function resolveWrappers(code: readonly FileFacts[]): void {
  const wrappers = new Set(code.flatMap((facts) => facts.envWrappers));
  if (wrappers.size === 0) return;
  for (const facts of code) {
    const reads = facts.envCalls.filter(({ callee }) => wrappers.has(callee)).map(({ read }) => read);
    if (reads.length === 0) continue;
    facts.env.push(...reads);
    facts.envCalls = facts.envCalls.filter(({ callee }) => !wrappers.has(callee));
  }
}

/**
 * Of `code`, the files that `entry` reaches by relative imports, itself first. All of `code` when the entry is not among
 * it or its language has no relative imports.
 */
export function reachableFrom(entry: string, code: readonly FileFacts[]): FileFacts[] {
  const byPath = new Map(code.map((facts) => [facts.path, facts]));
  const start = byPath.get(entry);
  if (!start || !followed.has(start.language)) return [...code];
  if (start.language === 'go') return reachedPackages(start, code);
  const reached = new Set<FileFacts>([start]);
  for (const facts of reached) {
    for (const { name } of facts.imports) {
      for (const path of candidates(facts, name, entry)) {
        const target = byPath.get(path);
        if (target) reached.add(target);
      }
    }
  }
  return [...reached];
}

const followed = new Set(['javascript', 'typescript', 'python', 'go']);

/**
 * Go imports directories, whose files are one. Of those that are imported, and of the entry's own, the files count that declare what counting ones speak of, or that
 * do something by being there.
 */
function reachedPackages(start: FileFacts, code: readonly FileFacts[]): FileFacts[] {
  const packages = Map.groupBy(code.filter(({ language }) => language === 'go'), ({ path }) => posix.dirname(path));
  const imported = new Map<string, FileFacts[]>();
  const inImport = (name: string): FileFacts[] => {
    const known = imported.get(name);
    if (known) return known;
    const parts = name.split('/');
    const files = parts.slice(1).map((_, from) => packages.get(parts.slice(from + 1).join('/'))).find((found) => found !== undefined) ?? [];
    imported.set(name, files);
    return files;
  };
  const reached = new Set([start]);
  for (const facts of reached) {
    const open = [...packages.get(posix.dirname(facts.path))!, ...facts.imports.flatMap(({ name }) => inImport(name))];
    for (const file of open) if (!reached.has(file) && file.declared.names.some((name) => name === 'init' || facts.declared.speaksOf.has(name))) reached.add(file);
  }
  return [...reached];
}

function candidates(facts: FileFacts, name: string, entry: string): string[] {
  const directory = posix.dirname(facts.path);
  if (facts.language === 'python') {
    const dots = /^\.*/.exec(name)![0].length;
    const rest = name.slice(dots).replaceAll('.', '/');
    const bases = dots > 0 ? [within(directory, '../'.repeat(dots - 1) || '.')] : [posix.dirname(entry), within(posix.dirname(entry), 'src'), directory, '.'];
    return bases.flatMap((base) => [within(base, `${rest}.py`), within(base, `${rest}/__init__.py`), within(base, `${posix.dirname(rest)}.py`), within(base, `${posix.dirname(rest)}/__init__.py`)]);
  }
  if (!name.startsWith('.')) return [];
  const base = within(directory, name);
  const bare = base.replace(/\.(js|mjs|cjs|jsx)$/, '');
  return [base, ...['ts', 'tsx', 'js', 'mjs', 'cjs', 'jsx', 'mts', 'cts'].flatMap((extension) => [`${bare}.${extension}`, `${base}/index.${extension}`])];
}
