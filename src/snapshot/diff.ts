import { isDeepStrictEqual } from 'node:util';
import { treeAt, type Manifest } from './manifest.ts';
import type { Store } from './store.ts';
import { entriesOf, type TreeEntry, type TreeRef } from './tree.ts';

export interface Difference {
  readonly key: string;
  readonly what: 'added' | 'removed' | 'changed';
  /** For trees: files that differ, at most {@link filesShown} of them. For others: the fields. */
  readonly details: string[];
  /** How many differ in all. */
  readonly count: number;
}

const filesShown = 50;

/** What is different in `to`, by key. */
export function difference(from: Manifest, to: Manifest, store: Store): Difference[] {
  const keys = [...new Set([...from.leaves.keys(), ...to.leaves.keys()])].sort();
  return keys.flatMap((key): Difference[] => {
    const [before, after] = [from.leaves.get(key), to.leaves.get(key)];
    if (isDeepStrictEqual(before, after)) return [];
    const what = before === undefined ? 'added' : after === undefined ? 'removed' : 'changed';
    const details = what === 'changed' ? detailsOf(key, from, to, store) : [];
    return [{ key, what, details: details.slice(0, filesShown), count: details.length }];
  });
}

function detailsOf(key: string, from: Manifest, to: Manifest, store: Store): string[] {
  const [before, after] = [from.leaves.get(key) as object, to.leaves.get(key) as object];
  if (typeof before !== 'object' || typeof after !== 'object') return [];
  if ('tree' in before && 'tree' in after) return files(treeAt(from, key)!.tree, treeAt(to, key)!.tree, store);
  const fields = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...fields].filter((field) => !isDeepStrictEqual((before as Record<string, unknown>)[field], (after as Record<string, unknown>)[field]));
}

function files(from: TreeRef, to: TreeRef, store: Store): string[] {
  const before = new Map<string, TreeEntry>();
  for (const entry of entriesOf(from, store.objects)) before.set(entry.path, entry);
  const changes: string[] = [];
  for (const entry of entriesOf(to, store.objects)) {
    const known = before.get(entry.path);
    before.delete(entry.path);
    if (!known) changes.push(`+ ${entry.path}`);
    else if (!sameContent(known, entry)) changes.push(`~ ${entry.path}`);
  }
  return [...changes, ...[...before.keys()].map((path) => `- ${path}`)];
}

/** A time that moved is no change. */
function sameContent(a: TreeEntry, b: TreeEntry): boolean {
  return isDeepStrictEqual({ ...a, mtime: 0 }, { ...b, mtime: 0 });
}
