import type { Event, NewEvent } from '../../model/index.ts';
import { invalidError } from '../errors.ts';
import type { Draft, EventCodec } from '../events/schemas.ts';

/** Characters of JSON that one append may have; a larger one would crowd the store's thread. */
const largestAppend = 8_000_000;
/**
 * An append that waits joins a commit until that has so many characters: some thousand events, so that the sync is shared by enough of them, and the
 * next group is made ready while the store writes this one.
 */
const commitSize = 200_000;

interface Append {
  readonly drafts: readonly Draft[];
  readonly size: number;
  resolve(events: Event[]): void;
  reject(error: unknown): void;
}

/** What one commit does. Rejects when nothing of it was written. */
export type Write = (drafts: readonly (readonly Draft[])[]) => Promise<Event[]>;

/**
 * Group commit: while one transaction is on its way to the disk, appends gather, and the next one takes all of them, or as many as fill it. So a busy
 * ledger pays for one sync per group, and a quiet one commits at once.
 */
export class Commits {
  readonly #codec: EventCodec;
  readonly #write: Write;
  #waiting: Append[] = [];
  /** Characters of what waits. */
  #gathered = 0;
  #running: Promise<void> | undefined;

  constructor(codec: EventCodec, write: Write) {
    this.#codec = codec;
    this.#write = write;
  }

  /** Resolves with the events once they are on disk. Rejects with `ledger.invalid`, or with what the write failed for. */
  append(events: readonly NewEvent[]): Promise<Event[]> {
    return new Promise((resolve, reject) => {
      let size = 0;
      const drafts = events.map((event) => {
        const draft = this.#codec.draft(event);
        size += draft.before.length;
        return draft;
      });
      if (size > largestAppend) throw invalidError(`${events.length} events of ${size} characters together are too large; ${largestAppend} is the most`);
      this.#waiting.push({ drafts, size, resolve, reject });
      this.#gathered += size;
      if (this.#running !== undefined) return;
      if (this.#gathered >= commitSize) this.#start();
      // Begins after the current turn, so that appends made in it share the commit.
      else if (this.#waiting.length === 1) queueMicrotask(() => this.#start());
    });
  }

  /** Resolves when nothing waits any more. */
  async settled(): Promise<void> {
    while (this.#waiting.length > 0 || this.#running !== undefined) await this.#running;
  }

  #start(): void {
    if (this.#running === undefined && this.#waiting.length > 0) this.#running = this.#run();
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
    let size = 0;
    while (count < this.#waiting.length && (count === 0 || size + this.#waiting[count]!.size <= commitSize)) size += this.#waiting[count++]!.size;
    this.#gathered -= size;
    return this.#waiting.splice(0, count);
  }
}
