import type { Finding } from '../../model/index.ts';
import type { FileFacts } from '../facts/file-facts.ts';
import { understand } from '../facts/file.ts';
import type { CommentHint } from '../hints/comment-hint.ts';
import { hintsIn, mayHint } from '../hints/comments.ts';
import { search } from '../security/findings.ts';
import type { Search } from '../security/findings.ts';
import { World } from '../security/taint/world.ts';
import { languageOf } from '../syntax/languages.ts';
import type { Token } from '../syntax/lexer.ts';
import { isGenerated, isTestPath } from '../tree/ignored.ts';
import type { Asked } from '../tree/asked.ts';
import { AskedTree } from '../tree/asked.ts';
import type { Skip, Walked } from '../tree/walk.ts';

/**
 * What is looked for in a file: everything, or one of two halves. What is dangerous in it (`dangers`) is found by other code than its facts and hints (`facts`), so each of two processes has
 * only the code of its half to get warm for.
 */
export type Part = 'all' | 'facts' | 'dangers';

/** What reading a file gave, as plain data, and what it took. */
export interface Reading {
  readonly path: string;
  readonly facts: FileFacts | null | undefined;
  readonly secrets: readonly Finding[];
  readonly weaknesses: readonly Finding[];
  readonly hints: readonly CommentHint[];
  readonly skips: readonly Skip[];
  readonly cost: { readonly bytes: number; readonly steps: number; readonly characters: number };
}

/** What reading files gave, and what was asked about the tree for it. */
export interface Read {
  readonly readings: readonly Reading[];
  readonly asked: Asked;
}

/** A directory as whoever reads it elsewhere needs it. */
export interface Listing {
  readonly root: string;
  readonly walked: Walked;
}

/** Reads files in batches. What it gives of a batch depends on nothing but the tree and the batch, so it does not matter which process reads it, nor what before. */
export class Reader {
  readonly #tree: AskedTree;

  constructor({ root, walked }: Listing) {
    this.#tree = new AskedTree(root, undefined, walked);
  }

  /** @param isSpent - Whether other files have used up what may be spent on the search for weaknesses. */
  read(paths: readonly string[], isSpent: boolean, part: Part = 'all'): Read {
    const world = new World(this.#tree);
    if (isSpent) world.steps = 0;
    const readings = paths.map((path) => this.#read(path, world, part));
    this.#tree.forget();
    return { readings, asked: this.#tree.takeAsked() };
  }

  #read(path: string, world: World, part: Part): Reading {
    const tree = this.#tree;
    const known = tree.skipped.length;
    const { steps, characters } = world;
    const isCode = languageOf(path) !== undefined && !isTestPath(path);
    const text = part === 'facts' && !isCode && !mayHint(path) ? undefined : tree.textOnce(path);
    let facts: FileFacts | undefined;
    let found: Search | undefined;
    if (text !== undefined && !isGenerated(path, text)) {
      const look = (tokens?: readonly Token[]) => { if (part !== 'facts') found ??= search(tree, path, text, world, tokens); };
      if (isCode && part !== 'dangers') facts = understand(tree, path, text, look);
      look();
    }
    return {
      path, facts: isCode ? facts ?? null : undefined, secrets: found?.secrets ?? [], weaknesses: found?.weaknesses ?? [],
      hints: text !== undefined && part !== 'dangers' && mayHint(path) ? hintsIn(path, text) : [], skips: tree.skipped.slice(known),
      cost: { bytes: tree.bytesRead(path), steps: steps - world.steps, characters: characters - world.characters },
    };
  }
}

/** What both halves of reading a file gave. */
export function joined({ path, facts, hints, skips }: Reading, { secrets, weaknesses, skips: others, cost }: Reading): Reading {
  return { path, facts, secrets, weaknesses, hints, skips: [...others, ...skips], cost };
}
