import { createHash } from 'node:crypto';
import { ArtefactId } from '../model/index.ts';

export interface FileEntry {
  readonly kind: 'file';
  readonly path: string;
  readonly executable: boolean;
  /** SHA-256, 64 hexadecimal digits. */
  readonly hash: string;
  /** Bytes. */
  readonly size: number;
}

/** One entry of a tree. `path` is relative, with forward slashes; directories are listed before what is in them. */
export type Entry = FileEntry | { readonly kind: 'directory'; readonly path: string } | { readonly kind: 'link'; readonly path: string; readonly target: string };

/**
 * The identity of a tree: SHA-256 over its entries sorted by path, each as kind, mode bit, path and content, separated
 * by NUL, which no path contains. Owners, times and other mode bits do not count.
 */
export function treeHash(entries: readonly Entry[]): string {
  const hash = createHash('sha256');
  for (const entry of sorted(entries)) hash.update(lineOf(entry));
  return hash.digest('hex');
}

/** The name under which the tree is kept as an artefact. */
export function artefactIdOf(entries: readonly Entry[]): ArtefactId {
  return ArtefactId.parse(`sha256-${treeHash(entries)}`);
}

/** Entries in the order of {@link treeHash}; a directory comes before what is in it. */
export function sorted(entries: readonly Entry[]): Entry[] {
  return [...entries].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}

/**
 * Several trees laid over each other: later ones win. A directory stays when something lies in it.
 */
export function overlay(...trees: (readonly Entry[])[]): Entry[] {
  const merged = new Map<string, Entry>();
  for (const tree of trees) for (const entry of tree) merged.set(entry.path, entry);
  return sorted([...merged.values()]);
}

/** The part of a tree under `directory` (`.` for all), with paths relative to it. */
export function subtree(entries: readonly Entry[], directory: string): Entry[] {
  if (directory === '.') return [...entries];
  const prefix = `${directory}/`;
  return entries.filter((entry) => entry.path.startsWith(prefix)).map((entry) => ({ ...entry, path: entry.path.slice(prefix.length) }));
}

function lineOf(entry: Entry): string {
  if (entry.kind === 'directory') return `d\0\0${entry.path}\0\0`;
  if (entry.kind === 'link') return `l\0\0${entry.path}\0${entry.target}\0`;
  return `f\0${entry.executable ? 'x' : ''}\0${entry.path}\0${entry.hash}\0`;
}
