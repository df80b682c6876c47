import { StratoError, type Clock, type Event, type NewEvent } from '../../model/index.ts';
import { Commits } from './commits.ts';
import { closedError, errorOf } from '../errors.ts';
import type { HistoryQuery, Ledger } from '../ledger.ts';
import type { Draft, EventCodec } from '../events/schemas.ts';
import type { OpenLog } from './source.ts';
import { lineOf, rowsOf } from './lines.ts';
import { Subscriptions, type Listener } from './subscriptions.ts';

/** Events that a subscriber gets at once of the past. */
const pageOfPast = 1_000;
const everything = 2 ** 40;
const mostHistory = 10_000;

/** Where rows are: a thread with SQLite, or a connection to PostgreSQL. */
export interface StoreCalls {
  call<T>(request: object): Promise<T>;
  end(): Promise<void>;
  /** Set to be told the lines of an append that failed without anybody knowing whether it was written, when it turns out that it was. */
  onLate?: (lines: string) => void;
}

export interface SqliteLedgerParts {
  readonly directory: string;
  readonly clock: Clock;
  readonly codec: EventCodec;
  /** Answers requests in the order in which they are sent. */
  readonly thread: StoreCalls;
  /** Position and time of the last event. */
  readonly head: number;
  readonly time: number;
  /** Position up to which events were archived. */
  readonly beginning: number;
  readonly report: (error: unknown) => void;
  /** Called last, when everything is closed. */
  release(): void;
}

/** The ledger. This half checks, stamps and tells; the other (`store.worker.ts` with SQLite, `postgres-store.ts`) has the rows. */
export class SqliteLedger implements Ledger {
  readonly #parts: SqliteLedgerParts;
  readonly #commits: Commits;
  readonly #subscriptions: Subscriptions;
  #head: number;
  #beginning: number;
  #time: number;
  /** Set by the first error after which the store is not to be trusted with another write. */
  #broken: StratoError | undefined;
  #closing: Promise<void> | undefined;

  constructor(parts: SqliteLedgerParts) {
    this.#parts = parts;
    this.#head = parts.head;
    this.#beginning = parts.beginning;
    this.#time = parts.time;
    this.#commits = new Commits(parts.codec, (drafts) => this.#write(drafts));
    this.#subscriptions = new Subscriptions({ head: () => this.#head, read: (after) => this.read(after, pageOfPast) }, parts.report);
    parts.thread.onLate = (lines) => this.#takeIn(parts.codec.read(`[${[...rowsOf(lines)].map(({ event }) => event).join(',')}]`, parts.directory));
  }

  get head(): number {
    return this.#head;
  }

  get beginning(): number {
    return this.#beginning;
  }

  /** The log as it is stored, for audits. */
  readonly log: OpenLog = {
    extent: () => this.#parts.thread.call({ op: 'extent' }),
    rows: (after) => this.#parts.thread.call({ op: 'rows', after }),
    tile: (level, index) => this.#parts.thread.call({ op: 'tile', level, index }),
    checkpoints: () => this.#parts.thread.call({ op: 'checkpoints' }),
    postings: (first, last) => this.#parts.thread.call({ op: 'postings', first, last }),
    keep: (size, note) => this.#parts.thread.call({ op: 'keep', size, note }),
    prune: async (archived) => {
      await this.#parts.thread.call({ op: 'prune', archived });
      this.#beginning = archived.upTo;
      // Bit by bit, so that appends come in between.
      while (await this.#parts.thread.call<boolean>({ op: 'sweep' }));
    },
  };

  async append(events: readonly NewEvent[]): Promise<Event[]> {
    if (this.#closing !== undefined) throw closedError();
    if (this.#broken !== undefined) throw this.#broken;
    return events.length === 0 ? [] : this.#commits.append(events);
  }

  async read(after: number, limit: number = everything): Promise<Event[]> {
    const events: Event[] = [];
    while (events.length < limit) {
      const page = await this.#ask({ op: 'read', after: after + events.length, limit: Math.min(limit - events.length, everything) });
      if (page.length === 0) break;
      events.push(...page);
      if (events.at(-1)!.position >= this.#head) break;
    }
    return events;
  }

  readText(after: number, limit: number): Promise<string> {
    return this.#parts.thread.call<string>({ op: 'read', after, limit });
  }

  async history(query: HistoryQuery): Promise<Event[]> {
    const limit = Math.min(query.limit ?? 100, mostHistory);
    const { app = null, types = null } = query;
    const actors = query.actor === undefined ? null : this.#parts.codec.actors(query.actor);
    const events: Event[] = [];
    while (events.length < limit) {
      const before = events.at(-1)?.position ?? query.before ?? Number.MAX_SAFE_INTEGER;
      const page = await this.#ask({ op: 'history', before, limit: limit - events.length, app, types, actors });
      if (page.length === 0) break;
      events.push(...page);
    }
    return events;
  }

  subscribe(after: number, listener: Listener): () => void {
    if (this.#closing !== undefined) throw closedError();
    if (after < this.#beginning) throw errorOf({ kind: 'archived', message: `events up to ${this.#beginning} are archived` }, this.#parts.directory);
    return this.#subscriptions.add(after, listener);
  }

  /** Waits for what was appended before, then closes; afterwards everything rejects with `ledger.closed`. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.#commits.settled();
    this.#subscriptions.close();
    try {
      await this.#parts.thread.call({ op: 'close' });
    } catch (error) {
      this.#parts.report(error);
    } finally {
      await this.#parts.thread.end();
      this.#parts.release();
    }
  }

  async #ask(request: object): Promise<Event[]> {
    return this.#parts.codec.read(await this.#parts.thread.call<string>(request), this.#parts.directory);
  }

  async #write(appends: readonly (readonly Draft[])[]): Promise<Event[]> {
    if (this.#broken !== undefined) throw this.#broken;
    // Whole milliseconds, and never back: a stepped clock does not turn the order of what people read.
    const time = Math.max(this.#time, Math.trunc(this.#parts.clock.now()));
    const texts: string[] = [];
    const lines: string[] = [];
    for (const drafts of appends) {
      for (let i = 0; i < drafts.length; i++) {
        const { subject, before, after } = drafts[i]!;
        const text = `${before},"position":${this.#head + texts.length + 1},"time":${time},${after}`;
        texts.push(text);
        lines.push(lineOf({ remaining: drafts.length - 1 - i, event: text, subject }));
      }
    }
    const written = this.#parts.thread.call({ op: 'append', after: this.#head, lines: lines.join('\n') });
    let events: Event[];
    try {
      // From the text that goes to the disk, so that what is told then is what will be read later. The store's thread is at it meanwhile.
      events = this.#parts.codec.read(`[${texts.join(',')}]`, this.#parts.directory);
      await written;
    } catch (error) {
      // A full disk is left as it was. After any other failure (of a sync, say) nobody knows what the disk holds.
      if (!(error instanceof StratoError && error.retryable)) this.#broken = error as StratoError;
      throw error;
    }
    this.#takeIn(events);
    return events;
  }

  #takeIn(events: readonly Event[]): void {
    this.#head += events.length;
    this.#time = events.at(-1)!.time;
    this.#subscriptions.publish(events);
  }
}
