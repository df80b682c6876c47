import { unsearched } from '../security/findings.ts';
import type { SearchLimits } from '../security/taint/world.ts';
import type { Tree } from '../tree/tree.ts';
import type { Lost } from './batch.ts';
import type { Reading } from './reading.ts';
import { remember } from './told.ts';

/** Counts what was read, in the order of the tree, against what all files together may take: so it does not matter who has read what, and when. */
export class Account {
  readonly #tree: Tree;
  #steps: number;
  #characters: number;

  constructor(tree: Tree, { steps, characters }: SearchLimits) {
    this.#tree = tree;
    this.#steps = steps;
    this.#characters = characters;
  }

  /** Nothing may be spent on the search for weaknesses any more. */
  get isSpent(): boolean {
    return this.#steps <= 0 || this.#characters <= 0;
  }

  /** Remembers what the next file tells. */
  take(read: Reading | Lost): void {
    const tree = this.#tree;
    const { path } = read;
    if ('why' in read) tree.skip(path, read.why);
    if ('why' in read || !tree.admits(path, read.cost.bytes)) return remember(tree, { path, facts: null, findings: [], hints: [] });
    const { facts, secrets, weaknesses, hints, skips, cost } = read;
    for (const { file, why } of skips) tree.skip(file, why);
    const isOver = this.isSpent && cost.characters > 0;
    if (isOver) tree.skip(path, unsearched);
    remember(tree, { path, facts, findings: isOver ? secrets : [...secrets, ...weaknesses], hints });
    this.#steps -= cost.steps;
    this.#characters -= cost.characters;
  }
}
