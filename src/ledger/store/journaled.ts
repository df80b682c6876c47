import type { Clock, StratoError } from '../../model/index.ts';
import { errorOf } from '../errors.ts';
import { failureOf } from '../failure.ts';
import { chainedTo, slotRoom, slots, type Journal } from './journal.ts';
import { rowsOf } from './lines.ts';
import type { Head, StoreRequest } from './protocol.ts';
import type { StoreCalls } from './sqlite.ts';

/** Milliseconds after which what is in the journal goes to the database, and entries that do not wait for that. */
const pace = 50;
const many = slots / 2;

/** Milliseconds that a write to the journal may take; handing an append to another thread and back adds a quarter of that and more. */
const patience = 5;
/** Appends that go without the journal after a write that took longer: so many at first, and twice as many each time, up to the most. */
const leastRest = 8;
const mostRest = 1_024;

export interface JournaledParts {
  /** Has the database. It answers an append with the last row then. */
  readonly thread: StoreCalls;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly head: Head;
  /** Told why what is in the journal does not get into the database, and what is wrong with the journal. */
  readonly report: (error: unknown) => void;
}

/**
 * A store that answers a small append when it is in the journal: one write of a page by the caller's own thread, where the database needs two changes of thread and several
 * writes. The database has it a moment later, with others in one commit, and before anything else is asked of it. Where a write takes longer than changes of thread do,
 * appends go to the database at once, and only now and then one finds out whether that is still so: the caller's thread is not to wait for a slow disk.
 *
 * It is to be sent one append at a time, as `Commits` does.
 */
export class JournaledStore implements StoreCalls {
  readonly #parts: JournaledParts;
  /** Undefined once it failed or was closed. */
  #journal: Journal | undefined;
  /** One that could not be written, and why. It stays until the database has what was acknowledged from it. */
  #unfit: { readonly journal: Journal; readonly why: unknown } | undefined;
  /** The last row that was acknowledged, but for what was acknowledged since as lines: see {@link JournaledStore.#last}. */
  #head: Head;
  #unchained: string | undefined;
  /** Position up to which the database has it. */
  #stored: number;
  /** Entries of the journal that are neither in the database nor on their way there, as lines, and those that are on their way. */
  #waiting: readonly string[] = [];
  #leaving: readonly string[] = [];
  #commit: Promise<void> | undefined;
  #cancelTimer: (() => void) | undefined;
  /** Why the last commit failed. */
  #failure: StratoError | undefined;
  /** Appends that still go without the journal, and how many will after the next write that takes long. */
  #resting = 0;
  #rest = leastRest;

  constructor(parts: JournaledParts) {
    this.#parts = parts;
    this.#journal = parts.journal;
    this.#head = parts.head;
    this.#stored = parts.head.position;
  }

  call<T>(request: object): Promise<T> {
    return this.#answer(request as StoreRequest) as Promise<T>;
  }

  end(): Promise<void> {
    return this.#parts.thread.end();
  }

  #answer(request: StoreRequest): Promise<unknown> {
    switch (request.op) {
      case 'append':
        return this.#take(request.lines) ? Promise.resolve() : this.#append(request.lines);
      case 'read':
        return this.#read(request);
      case 'close':
        return this.#close(request);
      default:
        return this.#settled().then(() => this.#parts.thread.call(request));
    }
  }

  async #append(lines: string): Promise<void> {
    if (this.#unfit !== undefined) await this.#discard(this.#unfit);
    while (this.#commit !== undefined) await this.#commit.catch(() => undefined);
    await this.#store(lines);
  }

  async #read(request: { readonly after: number; readonly limit: number }): Promise<unknown> {
    const isFull = await this.#isFull();
    return isFull && request.after >= this.#stored ? this.#waitingBehind(request.after, request.limit) : this.#parts.thread.call(request);
  }

  async #close(request: object): Promise<unknown> {
    try {
      await this.#settled();
      this.#unfit?.journal.remove();
    } catch (error) {
      // It is in the journal, and is taken up at the next opening.
      this.#parts.report(error);
    }
    this.#cancelTimer?.();
    this.#journal?.close();
    this.#journal = undefined;
    return this.#parts.thread.call(request);
  }

  /** Writes an append to the journal. False where it does not go there. */
  #take(lines: string): boolean {
    if (this.#journal === undefined || this.#failure !== undefined || this.#waiting.length + this.#leaving.length >= slots || lines.length > slotRoom) return false;
    const bytes = Buffer.byteLength(lines);
    if (bytes > slotRoom) return false;
    if (this.#resting > 0) {
      this.#resting--;
      return false;
    }
    const { clock, report } = this.#parts;
    const begun = clock.monotonic();
    try {
      this.#journal.write(this.#last(), lines, bytes);
    } catch (why) {
      const journal = this.#journal;
      this.#unfit = { journal, why };
      this.#journal = undefined;
      report(why);
      journal.close();
      return false;
    }
    this.#learn(clock.monotonic() - begun);
    this.#unchained = lines;
    // Nobody waits for its checksum before the next one.
    setImmediate(() => this.#last());
    this.#waiting = [...this.#waiting, lines];
    if (this.#waiting.length >= many && this.#commit === undefined) this.#start();
    else this.#cancelTimer ??= clock.after(pace, () => this.#start());
    return true;
  }

  /**
   * Removes a journal that could not be written, once the database has what was acknowledged from it. Where that does not work, rejects with what the write failed for:
   * unless that was a full disk, the journal may have the append now.
   */
  async #discard({ journal, why }: { journal: Journal; why: unknown }): Promise<void> {
    try {
      await this.#settled();
      journal.remove();
      this.#unfit = undefined;
    } catch {
      throw errorOf(failureOf(why), journal.directory);
    }
  }

  /** The last row that was acknowledged. */
  #last(): Head {
    if (this.#unchained === undefined) return this.#head;
    const rows = [...rowsOf(this.#unchained)];
    this.#unchained = undefined;
    this.#head = { position: this.#head.position + rows.length, hash: chainedTo(this.#head.hash, rows) };
    return this.#head;
  }

  #learn(took: number): void {
    if (took <= patience) {
      this.#rest = Math.max(leastRest, this.#rest / 2);
      return;
    }
    this.#resting = this.#rest;
    this.#rest = Math.min(mostRest, this.#rest * 2);
  }

  /** Resolves when the database has all that was acknowledged when this was called. */
  async #settled(): Promise<void> {
    const { position } = this.#last();
    while (this.#stored < position) await (this.#commit ?? this.#store());
  }

  /** Whether the database has no room for what was acknowledged. Resolves when it has it, otherwise. */
  async #isFull(): Promise<boolean> {
    try {
      await this.#settled();
      return false;
    } catch (error) {
      if ((error as StratoError).retryable) return true;
      throw error;
    }
  }

  /** What the database has no room for, as `Store.read` gives what it has. */
  #waitingBehind(after: number, limit: number): string {
    const events = [...this.#leaving, ...this.#waiting].flatMap((lines) => [...rowsOf(lines)]).map(({ event }) => event);
    return `[${events.slice(after - this.#stored, after - this.#stored + limit).join(',')}]`;
  }

  #start(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    void this.#settled().catch(this.#parts.report);
  }

  /** Commits what waits, and `more` behind it. Rejects when the database has neither then. */
  #store(more?: string): Promise<void> {
    if (this.#failure?.retryable === false) return Promise.reject(this.#failure);
    const entries = this.#waiting;
    this.#waiting = [];
    this.#leaving = entries;
    const lines = [...entries, ...(more === undefined ? [] : [more])].join('\n');
    this.#commit = this.#parts.thread.call<Head>({ op: 'append', after: this.#stored, lines }).then((head) => {
      this.#stored = head.position;
      this.#leaving = [];
      if (this.#waiting.length === 0) {
        this.#head = head;
        this.#unchained = undefined;
      }
      this.#failure = undefined;
    }, (error: unknown) => {
      this.#waiting = [...entries, ...this.#waiting];
      this.#leaving = [];
      this.#failure = error as StratoError;
      throw error;
    }).finally(() => (this.#commit = undefined));
    return this.#commit;
  }
}
