import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { tileWidth } from '../proof/tree.ts';
import type { Posting } from './source.ts';

/** What an event can be looked up by: `app:shop`, `type:AgentReady`, `actor:user:ann` (as the row has the actor). */
export type Term = `${'app' | 'type' | 'actor'}:${string}`;

/**
 * For each term and each block of 256 events, which of them have it: one byte each. The newest events, whose block is not complete, are only in
 * memory, so that an append touches no index. After a rollback or a new start they are noted again from their rows.
 */
export class Postings {
  readonly #database: DatabaseSync;
  readonly #idOf: StatementSync;
  readonly #addTerm: StatementSync;
  readonly #put: StatementSync;
  readonly #ids = new Map<string, number>();
  /** Terms of the events of the block that is not complete. */
  #newest: (readonly Term[])[] = [];
  #first = 1;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#idOf = database.prepare('SELECT id FROM terms WHERE term = ?');
    this.#addTerm = database.prepare('INSERT INTO terms (term) VALUES (?) RETURNING id');
    this.#put = database.prepare('INSERT INTO postings (term, block, offsets) VALUES (?, ?, ?)');
  }

  /** Forgets what was noted and not written. `first` is the position with which the block begins that is not complete. */
  reset(first: number): void {
    this.#newest = [];
    this.#ids.clear();
    this.#first = first;
  }

  /** Notes the next event; writes the block when that completes it. */
  add(terms: readonly Term[]): void {
    this.#newest.push(terms);
    if (this.#newest.length < tileWidth) return;
    const offsets = new Map<Term, number[]>();
    this.#newest.forEach((of, offset) => {
      for (const term of of) {
        const known = offsets.get(term);
        if (known === undefined) offsets.set(term, [offset]);
        else known.push(offset);
      }
    });
    const block = (this.#first - 1) / tileWidth;
    for (const [term, list] of offsets) this.#put.run(this.#id(term) ?? this.#learn(term), block, Uint8Array.from(list));
    this.#first += tileWidth;
    this.#newest = [];
  }

  /** True when any event has the term. */
  has(term: Term): boolean {
    return this.#newest.some((terms) => terms.includes(term)) || this.#id(term) !== undefined;
  }

  /** Positions before `before`, newest first, of events that have of each group at least one term. Lazy: what is not asked for is not looked up. */
  *find(groups: readonly (readonly Term[])[], before: number): Generator<number> {
    for (let offset = Math.min(this.#newest.length, before - this.#first) - 1; offset >= 0; offset--) {
      if (groups.every((group) => group.some((term) => this.#newest[offset]!.includes(term)))) yield this.#first + offset;
    }
    const [leading, ...others] = groups.map((group) => group.flatMap((term) => this.#id(term) ?? []));
    const at = this.#database.prepare('SELECT offsets FROM postings WHERE term = ? AND block = ?');
    for (const [block, found] of this.#descending(leading!, Math.floor((before - 2) / tileWidth))) {
      const matching = others.map((group) => new Set(group.flatMap((term) => [...((at.get(term, block)?.['offsets'] as Uint8Array | undefined) ?? [])])));
      for (const offset of [...found].sort((a, b) => b - a)) {
        const position = block * tileWidth + offset + 1;
        if (position < before && matching.every((set) => set.has(offset))) yield position;
      }
    }
  }

  /** The blocks in which any of the terms is, newest first. */
  *#descending(terms: readonly number[], from: number): Generator<[block: number, offsets: Set<number>]> {
    const runs = terms.map((term) => {
      const rows = this.#database.prepare('SELECT block, offsets FROM postings WHERE term = ? AND block <= ? ORDER BY block DESC').iterate(term, from) as Iterator<unknown>;
      const next = () => rows.next().value as { block: number; offsets: Uint8Array } | undefined;
      return { next, head: next() };
    });
    for (;;) {
      const block = Math.max(...runs.map(({ head }) => head?.block ?? -1));
      if (block < 0) return;
      const offsets = new Set<number>();
      for (const run of runs) {
        if (run.head?.block !== block) continue;
        for (const offset of run.head.offsets) offsets.add(offset);
        run.head = run.next();
      }
      yield [block, offsets];
    }
  }

  #id(term: Term): number | undefined {
    const known = this.#ids.get(term);
    if (known !== undefined) return known;
    const id = this.#idOf.get(term)?.['id'] as number | undefined;
    if (id !== undefined) this.#remember(term, id);
    return id;
  }

  #learn(term: Term): number {
    const id = Number(this.#addTerm.get(term)!['id']);
    this.#remember(term, id);
    return id;
  }

  #remember(term: Term, id: number): void {
    if (this.#ids.size >= termsAtHand) this.#ids.clear();
    this.#ids.set(term, id);
  }
}

const termsAtHand = 10_000;

/** What is stored of blocks, nothing of it checked. */
export function storedPostings(database: DatabaseSync, first: number, last: number): Posting[] {
  return database.prepare('SELECT terms.term, block, offsets FROM terms CROSS JOIN postings ON postings.term = terms.id AND block BETWEEN ? AND ?').all(first, last) as unknown as Posting[];
}
