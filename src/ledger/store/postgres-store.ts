import { mkdirSync } from 'node:fs';
import { everyAgent, StratoError, type Clock } from '../../model/index.ts';
import type { Archived } from '../archive/archived.ts';
import { chained, genesis } from '../proof/chain.ts';
import { errorOf } from '../errors.ts';
import { ledgerFiles, writeDurably } from '../files.ts';
import { leafOf } from '../proof/leaf.ts';
import { equal } from '../merkle.ts';
import { parseBase } from '../state/base.ts';
import { claimHome, takeLead } from './postgres-leader.ts';
import { bringBase, noteRetention, pruneDatabase } from './postgres-retention.ts';
import { PostgresRows } from './postgres-rows.ts';
import { migrate } from './postgres-schema.ts';
import { lostError, type Session } from './postgres-session.ts';
import type { StoreRequest } from './protocol.ts';
import type { LogExtent } from './source.ts';
import type { StoreCalls } from './sqlite.ts';
import { subjectOf, type Subject } from '../events/subject.ts';
import { Tree, tileWidth } from '../proof/tree.ts';
import { rowsOf } from './lines.ts';
import { namesOf } from './writer.ts';

/** Milliseconds between tries to lead again, and for which an append whose outcome is unknown waits for that. */
const pause = 500;
const patience = 5_000;

/** Agents whose apps are known from the start. */
const agentsAtHand = 20_000;

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
  readonly #apps = new Map<string, string>();
  readonly #grown: { level: number; index: number; hashes: Uint8Array }[] = [];
  #session: Session | undefined;
  #rows!: PostgresRows;
  #tree!: Tree;
  #hash: Uint8Array = genesis;
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
  time = 0;

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
      store.#durable = { head: store.head, hash: store.#hash };
      store.#use(session);
      return store;
    } catch (error) {
      await session.end();
      throw error;
    }
  }

  get head(): number {
    return this.#tree.size;
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
    const previous = this.#hash;
    const columns = this.#columnsOf(lines);
    try {
      await session.query('BEGIN');
      await session.query('INSERT INTO ledger_events (position, remaining, hash, app, type, actor, event) SELECT * FROM unnest($1::bigint[], $2::int[], $3::bytea[], $4::text[], $5::text[], $6::text[], $7::text[])', columns);
      for (const { level, index, hashes: tile } of this.#grown) await session.query('INSERT INTO ledger_tiles (level, index, hashes) VALUES ($1, $2, $3) ON CONFLICT (level, index) DO UPDATE SET hashes = excluded.hashes', [level, index, Buffer.from(tile)]);
      // For whoever reads along from elsewhere: they are told when the events are there, and not before.
      const [row] = await session.query<{ previous: Buffer | null }>("SELECT pg_notify('stratoswarm_ledger', $1), (SELECT hash FROM ledger_events WHERE position = $2) AS previous", [String(this.head), after]);
      if (after > this.beginning && (row!.previous === null || !equal(row!.previous, previous))) return await this.#overtaken(session, `event ${after}, which had been acknowledged, is not there any more as it was`);
      await session.query('COMMIT');
    } catch (error) {
      if ((error as { code?: string }).code === 'ledger.overtaken') throw error;
      if (await this.#undone(session)) throw error;
      return await this.#settle({ head: this.head, hash: this.#hash, lines, awaited: true });
    }
    this.#grown.length = 0;
    this.#durable = { head: this.head, hash: this.#hash };
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

  #columnsOf(lines: string): unknown[][] {
    const [positions, remainings, hashes, apps, types, actors, events]: [number[], number[], Uint8Array[], (string | null)[], string[], string[], string[]] = [[], [], [], [], [], [], []];
    for (const { remaining, event, subject } of rowsOf(lines)) {
      const leaf = leafOf(event);
      this.#hash = chained(this.#hash, leaf, remaining);
      this.#tree.append(leaf);
      const { actor, type } = namesOf(event);
      positions.push(this.head);
      remainings.push(remaining);
      hashes.push(Buffer.from(this.#hash));
      apps.push(this.#appOf(subject));
      types.push(type);
      // A text in PostgreSQL holds everything but NUL; what is looked up by needs none.
      actors.push(actor.replaceAll('\0', ''));
      events.push(event);
    }
    return [positions, remainings, hashes, apps, types, actors, events];
  }

  async #tile(level: number, index: number): Promise<Uint8Array | undefined> {
    if (index !== Math.floor(this.head / tileWidth ** (level + 1))) return this.#rows.tile(level, index);
    const growing = this.#tree.growing(level);
    return growing.length > 0 ? growing : undefined;
  }

  async #keep(size: number, note: string, { query }: Session): Promise<void> {
    await query('INSERT INTO ledger_checkpoints (size, note) VALUES ($1, $2) ON CONFLICT (size) DO UPDATE SET note = excluded.note', [size, note]);
    mkdirSync(this.#parts.directory, { recursive: true, mode: 0o700 });
    writeDurably(ledgerFiles(this.#parts.directory).checkpoint, note, 0o644);
  }

  async #extent(): Promise<LogExtent & { root: Uint8Array }> {
    return { head: this.head, ...this.#rows.beginning, root: this.#tree.root, archives: await this.#rows.archives(), gap: await this.#gap() };
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
    this.#durable = { head: this.head, hash: this.#hash };
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
  async #takeUp(session: Session): Promise<void> {
    this.#rows = await PostgresRows.open(session.query, this.#parts.place);
    const last = await this.#rows.last();
    const head = last?.position ?? 0;
    const complete = head - (head % tileWidth);
    const newest = await this.#rows.after(complete, tileWidth);
    // Their hashes are nowhere else: without one of them there is no tree to go on with.
    const gap = newest.findIndex(({ position }, i) => position !== complete + i + 1);
    if (gap >= 0) throw this.#rows.damaged(complete + gap + 1);
    const tops = await session.query<{ level: number; index: string; hashes: Buffer }>('SELECT DISTINCT ON (level) level, index, hashes FROM ledger_tiles WHERE level > 0 ORDER BY level, index DESC');
    const tiles = new Map(tops.map(({ level, index, hashes }) => [`${level}/${index}`, hashes]));
    this.#tree = new Tree({ get: (level, index) => tiles.get(`${level}/${index}`), put: (level, index, hashes) => void this.#grown.push({ level, index, hashes }) }, complete + newest.length, newest.map(({ event }) => leafOf(event)));
    this.#grown.length = 0;
    this.#hash = last?.hash ?? genesis;
    this.time = last === undefined ? 0 : (JSON.parse(last.event) as { time: number }).time;
    this.#apps.clear();
    // Of those that were created before its beginning, the state from which the ledger goes on tells.
    const base = await this.#rows.base();
    if (base !== undefined) for (const { id, app } of everyAgent(parseBase(base))) this.#apps.set(id, app);
    const created = await session.query<{ event: string }>(`SELECT event FROM ledger_events WHERE type = 'AgentCreated' ORDER BY position DESC LIMIT ${agentsAtHand}`);
    for (const { event } of created.reverse()) this.#appOf(subjectOf((JSON.parse(event) as { body: unknown }).body));
  }

  /** An agent's events belong to the app with which it was created. */
  #appOf({ app, agent }: Subject): string | null {
    if (app !== '' && agent !== '') this.#apps.set(agent, app);
    return app !== '' ? app : (this.#apps.get(agent) ?? null);
  }

  #lost(why?: string): StratoError {
    return lostError(this.#parts.place, why);
  }
}

function overtakenError(place: string, why: string): StratoError {
  return new StratoError('ledger.overtaken', `the ledger in ${place} is not as this daemon left it`, { why, next: 'start the daemon again: it takes up what is there' });
}
