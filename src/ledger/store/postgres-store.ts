import { mkdirSync } from 'node:fs';
import { StratoError, type Clock } from '../../model/index.ts';
import type { Archived } from '../archive/archived.ts';
import { genesis } from '../proof/chain.ts';
import { errorOf } from '../errors.ts';
import { ledgerFiles, writeDurably } from '../files.ts';
import { equal } from '../merkle.ts';
import { claimHome, takeLead } from './postgres-leader.ts';
import { bringBase, noteRetention, pruneDatabase } from './postgres-retention.ts';
import { PostgresRows } from './postgres-rows.ts';
import { migrate } from './postgres-schema.ts';
import { lostError, type Session } from './postgres-session.ts';
import { PostgresWriter } from './postgres-writer.ts';
import type { StoreRequest } from './protocol.ts';
import type { LogExtent } from './source.ts';
import type { StoreCalls } from './sqlite.ts';
import { tileWidth } from '../proof/tree.ts';

/** Milliseconds between tries to lead again, and for which an append whose outcome is unknown waits for that. */
const pause = 500;
const patience = 5_000;

/** Of the newest rows, how many are counted again each time: of those before it was seen once that they are there. */
const recounted = 100_000;

export interface PostgresStoreParts {
  readonly connect: () => Promise<Session>;
  /** The database in words. */
  readonly place: string;
  /** Where the last checkpoint is kept as a file. */
  readonly directory: string;
  readonly clock: Clock;
  /** Told why this daemon can never write again: the ledger went on, or back, without it. */
  readonly onOvertaken: (error: StratoError) => void;
}

interface End {
  readonly head: number;
  readonly hash: Uint8Array;
}

/** An append of which nobody knows whether it is in the database. */
interface Uncertain extends End {
  readonly lines: string;
  /** Who appended still waits. */
  awaited: boolean;
}

/**
 * Rows, tiles and checkpoints in PostgreSQL: answers what the thread of the SQLite store answers. One request at a time, as it is asked. When the connection is lost,
 * it leads again as soon as it can, and meanwhile refuses with `ledger.lost`, unless the ledger was written by somebody else, or lost what it had
 * acknowledged: then it never writes again.
 */
export class PostgresStore implements StoreCalls {
  readonly #parts: PostgresStoreParts;
  #session: Session | undefined;
  #rows!: PostgresRows;
  #writer!: PostgresWriter;
  /** What was acknowledged last. */
  #durable: End = { head: 0, hash: genesis };
  /** Up to there all rows were seen to be there. */
  #whole = 0;
  #uncertain: Uncertain | undefined;
  #refusal: StratoError | undefined;
  #leading: Promise<void> | undefined;
  #closed = false;
  #queue: Promise<unknown> = Promise.resolve();
  onLate: (lines: string) => void = () => undefined;

  private constructor(parts: PostgresStoreParts) {
    this.#parts = parts;
  }

  /** Takes the lead, brings the tables to today's shape, and takes up what is there. Throws `ledger.unreachable`, `ledger.locked`, `ledger.other-home`, `ledger.newer`. */
  static async open(parts: PostgresStoreParts): Promise<PostgresStore> {
    const store = new PostgresStore(parts);
    const session = await parts.connect();
    try {
      await takeLead(session.query, parts.place);
      await migrate(session.query);
      await claimHome(session.query, parts.place, parts.directory);
      await store.#takeUp(session);
      await bringBase(parts.directory, store.#rows);
      await store.#noteBeginning();
      while (store.beginning > 0 && (await store.#rows.sweep()));
      store.#durable = store.#end;
      store.#use(session);
      return store;
    } catch (error) {
      await session.end();
      throw error;
    }
  }

  get head(): number {
    return this.#writer.head;
  }

  /** Time of the last event, 0 when there is none. */
  get time(): number {
    return this.#writer.time;
  }

  get #end(): End {
    return { head: this.#writer.head, hash: this.#writer.hash };
  }

  /** Position up to which events were archived. */
  get beginning(): number {
    return this.#rows.beginning.minimum;
  }

  /** Answers in the order in which it is asked. Rejects with `ledger.*`. */
  call<T>(request: object): Promise<T> {
    const answer = this.#queue.then(() => this.#answer(request as StoreRequest));
    this.#queue = answer.catch(() => undefined);
    return answer as Promise<T>;
  }

  async end(): Promise<void> {
    this.#closed = true;
    await this.#session?.end();
  }

  async #answer(request: StoreRequest): Promise<unknown> {
    if (request.op === 'close') return;
    const session = this.#session;
    if (session === undefined) throw this.#refusal!;
    try {
      return await this.#perform(request, session);
    } catch (error) {
      if (error instanceof StratoError) throw error;
      if (this.#session !== session) throw this.#refusal;
      const { code, message } = error as { code?: string; message: string };
      // Classes of SQLSTATE: 53 no room, no memory, no connections; 25006 a server that only reads.
      throw errorOf({ kind: code?.startsWith('53') ? 'full' : code === '25006' ? 'readonly' : 'failed', message }, this.#parts.place);
    }
  }

  #perform(request: Exclude<StoreRequest, { op: 'close' }>, session: Session): Promise<unknown> {
    switch (request.op) {
      case 'append':
        return this.#append(request.after, request.lines, session);
      case 'read':
        return this.#rows.events(request.after, request.limit, this.head);
      case 'history':
        return this.#rows.history(request);
      case 'extent':
        return this.#extent();
      case 'rows':
        return this.#rows.after(request.after);
      case 'tile':
        return this.#tile(request.level, request.index);
      case 'checkpoints':
        return this.#rows.checkpoints();
      case 'postings':
        return this.#rows.postings(request.first, request.last);
      case 'keep':
        return this.#keep(request.size, request.note, session);
      case 'prune':
        return this.#prune(request.archived, session);
      case 'sweep':
        return this.#rows.sweep();
      case 'open':
        return Promise.resolve();
    }
  }

  async #append(after: number, lines: string, session: Session): Promise<void> {
    // Asked for before it was known that an append whose outcome was uncertain had been written.
    if (after !== this.head) throw this.#lost();
    const previous = this.#writer.hash;
    const write = this.#writer.take(lines);
    try {
      await session.query('BEGIN');
      await write(session.query);
      // For whoever reads along from elsewhere: they are told when the events are there, and not before.
      const [row] = await session.query<{ previous: Buffer | null }>("SELECT pg_notify('stratoswarm_ledger', $1), (SELECT hash FROM ledger_events WHERE position = $2) AS previous", [String(this.head), after]);
      if (after > this.beginning && (row!.previous === null || !equal(row!.previous, previous))) return await this.#overtaken(session, `event ${after}, which had been acknowledged, is not there any more as it was`);
      await session.query('COMMIT');
    } catch (error) {
      if ((error as { code?: string }).code === 'ledger.overtaken') throw error;
      if (await this.#undone(session)) throw error;
      return await this.#settle({ ...this.#end, lines, awaited: true });
    }
    this.#durable = this.#end;
  }

  /** Writes no more, because the ledger is not as it was left. */
  async #overtaken(session: Session, why: string): Promise<never> {
    this.#session = undefined;
    this.#refusal = overtakenError(this.#parts.place, why);
    await session.end();
    this.#parts.onOvertaken(this.#refusal);
    throw this.#refusal;
  }

  /** Takes an append back. False when the connection is lost, and with it the knowledge whether it was written. */
  async #undone(session: Session): Promise<boolean> {
    try {
      await session.query('ROLLBACK');
      await this.#takeUp(session);
      return true;
    } catch (error) {
      this.#lose(session, (error as Error).message);
      void session.end();
      return false;
    }
  }

  /** Waits a while for the next connection, which tells whether an append was written; if not, it is written then. */
  async #settle(uncertain: Uncertain): Promise<void> {
    this.#uncertain = uncertain;
    let cancel = () => {};
    await Promise.race([this.#leading, new Promise<void>((resolve) => (cancel = this.#parts.clock.after(patience, resolve)))]);
    cancel();
    if (this.#session === undefined) {
      uncertain.awaited = false;
      throw this.#refusal?.code === 'ledger.overtaken' ? this.#refusal : this.#lost('it is not known whether what was under way was written; that will show when the database is back');
    }
    if (this.#durable.head !== uncertain.head) await this.#append(this.head, uncertain.lines, this.#session);
  }

  async #tile(level: number, index: number): Promise<Uint8Array | undefined> {
    if (index !== Math.floor(this.head / tileWidth ** (level + 1))) return this.#rows.tile(level, index);
    const growing = this.#writer.tree.growing(level);
    return growing.length > 0 ? growing : undefined;
  }

  async #keep(size: number, note: string, { query }: Session): Promise<void> {
    await query('INSERT INTO ledger_checkpoints (size, note) VALUES ($1, $2) ON CONFLICT (size) DO UPDATE SET note = excluded.note', [size, note]);
    mkdirSync(this.#parts.directory, { recursive: true, mode: 0o700 });
    writeDurably(ledgerFiles(this.#parts.directory).checkpoint, note, 0o644);
  }

  async #extent(): Promise<LogExtent & { root: Uint8Array }> {
    return { head: this.head, ...this.#rows.beginning, root: this.#writer.tree.root, archives: await this.#rows.archives(), gap: await this.#gap() };
  }

  /** A position of which somebody has taken the row out of the database. */
  async #gap(): Promise<number | undefined> {
    const gap = await this.#rows.missing(Math.max(this.beginning, Math.min(this.#whole, this.head - recounted)), this.head);
    if (gap === undefined) this.#whole = this.head;
    return gap;
  }

  async #prune(archived: Archived, session: Session): Promise<void> {
    const { from, upTo: minimum } = archived;
    if (from !== this.beginning) throw new Error(`the archive begins at ${from}, and the ledger at ${this.beginning}`);
    if (minimum <= from || minimum >= this.head || minimum % tileWidth !== 0) throw new Error(`the ledger, which ends at ${this.head}, cannot begin behind ${minimum}`);
    try {
      await pruneDatabase(session.query, this.#rows, archived, this.#parts.directory);
    } catch (error) {
      if (await this.#undone(session)) throw error;
      throw this.#lost('it is not known whether the events were taken out; that will show when the database is back');
    }
    await this.#noteBeginning();
  }

  #noteBeginning(): Promise<void> {
    return noteRetention(this.#parts.directory, this.#rows, (level, index) => this.#tile(level, index));
  }

  #use(session: Session): void {
    this.#session = session;
    this.#refusal = undefined;
    session.onEnd((error) => this.#lose(session, error?.message));
  }

  #lose(session: Session, why: string | undefined): void {
    if (this.#session !== session || this.#closed) return;
    this.#session = undefined;
    this.#refusal = this.#lost(why);
    this.#leading = this.#leadAgain();
  }

  /** Tries until it leads again, or has been overtaken. */
  async #leadAgain(): Promise<void> {
    while (!this.#closed) {
      try {
        return await this.#resume();
      } catch (error) {
        if (error instanceof StratoError && error.code === 'ledger.overtaken') {
          this.#refusal = error;
          return this.#parts.onOvertaken(error);
        }
        this.#refusal = this.#lost((error as { why?: string }).why ?? (error as Error).message);
      }
      await new Promise<void>((resolve) => void this.#parts.clock.after(pause, resolve));
    }
  }

  async #resume(): Promise<void> {
    const session = await this.#parts.connect();
    try {
      await takeLead(session.query, this.#parts.place);
      await this.#checkUnchanged(session);
      await this.#takeUp(session);
    } catch (error) {
      await session.end();
      throw error;
    }
    const late = this.#uncertain;
    this.#uncertain = undefined;
    const written = this.head > this.#durable.head;
    this.#durable = this.#end;
    this.#use(session);
    // Who waits for it is answered; who was told that nobody knows hears it as news.
    if (written && late?.awaited === false) this.onLate(late.lines);
  }

  /** Throws `ledger.overtaken` unless the ledger ends where it was left, or with the append that was under way. */
  async #checkUnchanged(session: Session): Promise<void> {
    const rows = await PostgresRows.open(session.query, this.#parts.place);
    const last = await rows.last();
    const end: End = { head: last?.position ?? 0, hash: last?.hash ?? genesis };
    const is = (other: End | undefined) => other !== undefined && other.head === end.head && equal(other.hash, end.hash);
    if (is(this.#durable) || is(this.#uncertain)) return;
    const why = end.head < this.#durable.head ? `it ends at ${end.head}, and ${this.#durable.head} events had been acknowledged: the server lost some` : `it ends at ${end.head}, and this daemon had left it at ${this.#durable.head}: another one wrote to it meanwhile`;
    throw overtakenError(this.#parts.place, why);
  }

  /** Takes up what the database has: at the start, with a new connection, and when a transaction was rolled back. */
  async #takeUp({ query }: Session): Promise<void> {
    this.#rows = await PostgresRows.open(query, this.#parts.place);
    this.#writer = await PostgresWriter.open(query, this.#rows);
  }

  #lost(why?: string): StratoError {
    return lostError(this.#parts.place, why);
  }
}

function overtakenError(place: string, why: string): StratoError {
  return new StratoError('ledger.overtaken', `the ledger in ${place} is not as this daemon left it`, { why, next: 'start the daemon again: it takes up what is there' });
}
