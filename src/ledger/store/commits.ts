import type { Event, NewEvent } from '../../model/index.ts';
import { invalidError } from '../errors.ts';
import type { Draft, EventCodec } from '../events/schemas.ts';

/** Characters of JSON that one append may have; a larger one would crowd the store's thread. */
const largestAppend = 8_000_000;
/** An append that waits joins a commit until that has so many characters. */
const commitSize = 1_000_000;

interface Append {
  readonly drafts: readonly Draft[];
  readonly size: number;
  resolve(events: Event[]): void;
  reject(error: unknown): void;
}

/** What one commit does. Rejects when nothing of it was written. */
export type Write = (drafts: readonly (readonly Draft[])[]) => Promise<Event[]>;

/**
 * Group commit: while one transaction is on its way to the disk, appends gather, and the next one takes all of them. So a busy ledger pays for
 * one sync per group, and a quiet one commits at once.
 */
export class Commits {
  readonly #codec: EventCodec;
  readonly #write: Write;
  #waiting: Append[] = [];
  #running: Promise<void> | undefined;

  constructor(codec: EventCodec, write: Write) {
    this.#codec = codec;
    this.#write = write;
  }

  /** Resolves with the events once they are on disk. Rejects with `ledger.invalid`, or with what the write failed for. */
  append(events: readonly NewEvent[]): Promise<Event[]> {
    return new Promise((resolve, reject) => {
      const drafts = events.map((event) => this.#codec.draft(event));
      const size = drafts.reduce((sum, draft) => sum + draft.before.length, 0);
      if (size > largestAppend) throw invalidError(`${events.length} events of ${size} characters together are too large; ${largestAppend} is the most`);
      this.#waiting.push({ drafts, size, resolve, reject });
      // Begins after the current turn, so that appends made in it share the commit.
      this.#running ??= Promise.resolve().then(() => this.#run());
    });
  }

  /** Resolves when nothing waits any more. */
  async settled(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) await this.#commit(this.#take());
    this.#running = undefined;
  }

  async #commit(group: readonly Append[]): Promise<void> {
    try {
      const events = await this.#write(group.map((append) => append.drafts));
      let from = 0;
      for (const { drafts, resolve } of group) resolve(events.slice(from, (from += drafts.length)));
    } catch (error) {
      for (const { reject } of group) reject(error);
    }
  }

  #take(): Append[] {
    let count = 0;
    for (let size = 0; count < this.#waiting.length && (count === 0 || size + this.#waiting[count]!.size <= commitSize); count++) size += this.#waiting[count]!.size;
    const group = this.#waiting.slice(0, count);
    this.#waiting = this.#waiting.slice(count);
    return group;
  }
}
