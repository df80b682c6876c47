import type { Finding } from '../../model/index.ts';
import type { FileFacts } from '../facts/file-facts.ts';
import type { CommentHint } from '../hints/comment-hint.ts';
import type { Tree } from '../tree/tree.ts';

/** What a file tells by itself. */
export interface Told {
  readonly path: string;
  /** Null where there are none; undefined where nobody has looked for them. */
  readonly facts: FileFacts | null | undefined;
  readonly findings: readonly Finding[];
  readonly hints: readonly CommentHint[];
}

const known = new WeakMap<Tree, Map<string, Told>>();

/** Remembers what a file tells, for those who ask for a part of it later. */
export function remember(tree: Tree, told: Told): void {
  const files = known.get(tree);
  if (files) files.set(told.path, told);
  else known.set(tree, new Map([[told.path, told]]));
}

/** What a file tells; undefined when it was not surveyed. */
export function toldBy(tree: Tree, path: string): Told | undefined {
  return known.get(tree)?.get(path);
}
