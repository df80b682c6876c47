import { mkdirSync } from 'node:fs';
import type { Client } from 'pg';
import { StratoError } from '../../model/errors.ts';
import { chained, genesis } from '../proof/chain.ts';
import { errorOf } from '../errors.ts';
import { ledgerFiles, writeDurably } from '../files.ts';
import { leafOf } from '../proof/leaf.ts';
import { equal } from '../merkle.ts';
import type { HistoryRequest, StoreRequest } from './protocol.ts';
import type { LogExtent, StoredRow } from './source.ts';
import { subjectOf, type Subject } from '../events/subject.ts';
import { Tree, tileWidth } from '../proof/tree.ts';
import { rowsOf } from './lines.ts';
import { namesOf } from './writer.ts';

/** Characters of JSON in one answer; a reader asks again for more. */
const answerSize = 1_000_000;
/** Rows fetched at once. */
const page = 2_000;

/**
 * The session lock that makes one daemon the leader of a database. It is held by the connection that writes: whoever loses the connection has lost the
 * lock and can write no more, so that no two can write, whatever either of them believes.
 */
const lockKey = 0x53_57_4c_44;

/** Forward only: each is applied once, in order, with the number of those that were. */
const migrations = [
  `CREATE TABLE ledger_events (position bigint PRIMARY KEY, remaining integer NOT NULL, hash bytea NOT NULL, app text, type text NOT NULL, actor text NOT NULL, event text NOT NULL);
   CREATE INDEX ledger_events_of_app ON ledger_events (app, position) WHERE app IS NOT NULL;
   CREATE INDEX ledger_events_of_type ON ledger_events (type, position);
   CREATE INDEX ledger_events_of_actor ON ledger_events (actor, position);
   CREATE TABLE ledger_tiles (level integer, index bigint, hashes bytea NOT NULL, PRIMARY KEY (level, index));
   CREATE TABLE ledger_checkpoints (size bigint PRIMARY KEY, note text NOT NULL);`,
];

interface DatabaseRow {
  position: string;
  remaining: number;
  hash: Buffer;
  event: string;
}

/** Rows, tiles and checkpoints in PostgreSQL: answers what the thread of the SQLite store answers. One request at a time, as it is asked. */
export class PostgresStore {
  readonly #client: Client;
  readonly #place: string;
  readonly #directory: string;
  readonly #apps = new Map<string, string>();
  readonly #grown: { level: number; index: number; hashes: Uint8Array }[] = [];
  #tree!: Tree;
  #hash: Uint8Array = genesis;
  #lost: StratoError | undefined;
  #queue: Promise<unknown> = Promise.resolve();
  time = 0;

  private constructor(client: Client, place: string, directory: string) {
    this.#client = client;
    this.#place = place;
    this.#directory = directory;
    const lose = (error?: Error) => {
      this.#lost ??= new StratoError('ledger.lost', `the connection to ${place} is lost, and with it the right to write`, { why: error?.message, next: 'restart the daemon: it waits for the database and leads again if nobody else does' });
    };
    client.on('error', lose);
    client.on('end', () => lose());
  }

  /**
   * Takes the lead, brings the tables to today's shape, and takes up what is there. Throws `ledger.locked` when another daemon leads.
   *
   * @param place - The database in words. @param directory - Where the last checkpoint is kept as a file.
   */
  static async open(client: Client, place: string, directory: string): Promise<PostgresStore> {
    const store = new PostgresStore(client, place, directory);
    const { rows } = await client.query<{ taken: boolean }>('SELECT pg_try_advisory_lock($1) AS taken', [lockKey]);
    if (!rows[0]!.taken) throw new StratoError('ledger.locked', `${place} is in use by another daemon`, { why: 'only one daemon may write a ledger at a time', next: 'stop the other one first; it may be on another machine', retryable: true });
    await migrate(client);
    await store.#takeUp();
    return store;
  }

  get head(): number {
    return this.#tree.size;
  }

  /** Answers in the order in which it is asked. Rejects with `ledger.*`. */
  call<T>(request: object): Promise<T> {
    const answer = this.#queue.then(() => this.#answer(request as StoreRequest));
    this.#queue = answer.catch(() => undefined);
    return answer as Promise<T>;
  }

  async end(): Promise<void> {
    await this.#client.end().catch(() => undefined);
  }

  async #answer(request: StoreRequest): Promise<unknown> {
    if (this.#lost !== undefined) throw this.#lost;
    try {
      return await this.#perform(request);
    } catch (error) {
      if (error instanceof StratoError) throw error;
      const { code, message } = error as { code?: string; message: string };
      // Class 53 of SQLSTATE: no room, no memory, no connections.
      throw this.#lost ?? errorOf({ kind: code?.startsWith('53') ? 'full' : 'failed', message }, this.#place);
    }
  }

  #perform(request: StoreRequest): Promise<unknown> {
    switch (request.op) {
      case 'append':
        return this.#append(request.after, request.lines);
      case 'read':
        return this.#read(request.after, request.limit);
      case 'history':
        return this.#history(request);
      case 'extent':
        return Promise.resolve({ head: this.head, minimum: 0, hash: genesis, root: this.#tree.root } satisfies LogExtent);
      case 'rows':
        return this.#rows(request.after, page);
      case 'tile':
        return this.#tile(request.level, request.index);
      case 'checkpoints':
        return this.#client.query<{ note: string }>('SELECT note FROM ledger_checkpoints ORDER BY size').then(({ rows }) => rows.map(({ note }) => note));
      case 'keep':
        return this.#keep(request.size, request.note);
      default:
        return Promise.resolve();
    }
  }

  async #append(after: number, lines: string): Promise<void> {
    if (after !== this.head) throw new Error(`append behind ${after}, but the last position is ${this.head}`);
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
    try {
      await this.#client.query('BEGIN');
      await this.#client.query('INSERT INTO ledger_events (position, remaining, hash, app, type, actor, event) SELECT * FROM unnest($1::bigint[], $2::int[], $3::bytea[], $4::text[], $5::text[], $6::text[], $7::text[])', [positions, remainings, hashes, apps, types, actors, events]);
      for (const { level, index, hashes: tile } of this.#grown) await this.#client.query('INSERT INTO ledger_tiles (level, index, hashes) VALUES ($1, $2, $3) ON CONFLICT (level, index) DO UPDATE SET hashes = excluded.hashes', [level, index, Buffer.from(tile)]);
      // For whoever reads along from elsewhere: they are told when the events are there, and not before.
      await this.#client.query("SELECT pg_notify('stratoswarm_ledger', $1)", [String(this.head)]);
      await this.#client.query('COMMIT');
      this.#grown.length = 0;
    } catch (error) {
      if (this.#lost === undefined) {
        await this.#client.query('ROLLBACK');
        await this.#takeUp();
      }
      throw error;
    }
  }

  /** JSON array of the events after `after`, each checked against the one before. */
  async #read(after: number, limit: number): Promise<string> {
    if (after >= this.head) return '[]';
    const events: string[] = [];
    let [hash, at, size] = [await this.#hashAt(after), after, 0];
    while (events.length < limit && at < this.head && size < answerSize) {
      const rows = await this.#rows(at, Math.min(page, limit - events.length));
      for (const row of rows) {
        if (row.position !== at + 1 || !equal(chained(hash, leafOf(row.event), row.remaining), row.hash)) throw this.#damaged(at + 1);
        [hash, at] = [row.hash, row.position];
        events.push(row.event);
        size += row.event.length;
        if (size >= answerSize) break;
      }
      if (rows.length === 0) throw this.#damaged(at + 1);
    }
    return `[${events.join(',')}]`;
  }

  async #history({ before, limit, app, types, actors }: HistoryRequest): Promise<string> {
    const { rows } = await this.#client.query<DatabaseRow & { previous: Buffer | null }>(
      `SELECT found.position, found.remaining, found.hash, found.event, earlier.hash AS previous
       FROM (SELECT * FROM ledger_events WHERE position < $1 AND ($2::text IS NULL OR app = $2) AND ($3::text[] IS NULL OR type = ANY ($3)) AND ($4::text[] IS NULL OR actor = ANY ($4)) ORDER BY position DESC LIMIT $5) found
       LEFT JOIN ledger_events earlier ON earlier.position = found.position - 1 ORDER BY found.position DESC`,
      [before, app, types, actors, Math.min(limit, page)],
    );
    for (const { position, remaining, hash, event, previous } of rows) if (!equal(chained(previous ?? genesis, leafOf(event), remaining), hash)) throw this.#damaged(Number(position));
    return `[${rows.map(({ event }) => event).join(',')}]`;
  }

  async #rows(after: number, limit: number): Promise<StoredRow[]> {
    const { rows } = await this.#client.query<DatabaseRow>('SELECT position, remaining, hash, event FROM ledger_events WHERE position > $1 ORDER BY position LIMIT $2', [after, limit]);
    return rows.map((row) => ({ ...row, position: Number(row.position) }));
  }

  async #tile(level: number, index: number): Promise<Uint8Array | undefined> {
    if (index === Math.floor(this.head / tileWidth ** (level + 1))) {
      const growing = this.#tree.growing(level);
      return growing.length > 0 ? growing : undefined;
    }
    return (await this.#client.query<{ hashes: Buffer }>('SELECT hashes FROM ledger_tiles WHERE level = $1 AND index = $2', [level, index])).rows[0]?.hashes;
  }

  async #keep(size: number, note: string): Promise<void> {
    await this.#client.query('INSERT INTO ledger_checkpoints (size, note) VALUES ($1, $2) ON CONFLICT (size) DO UPDATE SET note = excluded.note', [size, note]);
    mkdirSync(this.#directory, { recursive: true, mode: 0o700 });
    writeDurably(ledgerFiles(this.#directory).checkpoint, note, 0o644);
  }

  async #hashAt(position: number): Promise<Uint8Array> {
    if (position === 0) return genesis;
    const hash = (await this.#client.query<{ hash: Buffer }>('SELECT hash FROM ledger_events WHERE position = $1', [position])).rows[0]?.hash;
    if (hash === undefined) throw this.#damaged(position);
    return hash;
  }

  /** Takes up what the database has: at the start, and when a transaction was rolled back. */
  async #takeUp(): Promise<void> {
    const last = (await this.#client.query<DatabaseRow>('SELECT position, remaining, hash, event FROM ledger_events ORDER BY position DESC LIMIT 1')).rows[0];
    const head = Number(last?.position ?? 0);
    const complete = head - (head % tileWidth);
    const newest = await this.#rows(complete, tileWidth);
    const { rows } = await this.#client.query<{ level: number; index: string; hashes: Buffer }>('SELECT DISTINCT ON (level) level, index, hashes FROM ledger_tiles WHERE level > 0 ORDER BY level, index DESC');
    const tiles = new Map(rows.map(({ level, index, hashes }) => [`${level}/${index}`, hashes]));
    this.#tree = new Tree({ get: (level, index) => tiles.get(`${level}/${index}`), put: (level, index, hashes) => void this.#grown.push({ level, index, hashes }) }, complete + newest.length, newest.map(({ event }) => leafOf(event)));
    this.#grown.length = 0;
    this.#hash = last?.hash ?? genesis;
    this.time = last === undefined ? 0 : (JSON.parse(last.event) as { time: number }).time;
    this.#apps.clear();
    const created = await this.#client.query<{ event: string }>("SELECT event FROM ledger_events WHERE type = 'AgentCreated' ORDER BY position DESC LIMIT 20000");
    for (const { event } of created.rows.reverse()) this.#appOf(subjectOf((JSON.parse(event) as { body: unknown }).body));
  }

  /** An agent's events belong to the app with which it was created. */
  #appOf({ app, agent }: Subject): string | null {
    if (app !== '' && agent !== '') this.#apps.set(agent, app);
    return app !== '' ? app : (this.#apps.get(agent) ?? null);
  }

  #damaged(position: number): StratoError {
    return errorOf({ kind: 'failed', message: `event ${position} is not what was written` }, this.#place);
  }
}

/** Each step in a transaction of its own: a daemon that is killed in one begins it again. */
async function migrate(client: Client): Promise<void> {
  await client.query('CREATE TABLE IF NOT EXISTS ledger_format (applied integer NOT NULL)');
  const { rows } = await client.query<{ applied: number }>('SELECT applied FROM ledger_format');
  const applied = rows[0]?.applied ?? 0;
  if (applied > migrations.length) throw new StratoError('ledger.newer', 'the ledger was written by a later version', { next: 'install that version or a later one' });
  for (let step = applied; step < migrations.length; step++) {
    await client.query('BEGIN');
    await client.query(migrations[step]!);
    await client.query('DELETE FROM ledger_format');
    await client.query('INSERT INTO ledger_format (applied) VALUES ($1)', [step + 1]);
    await client.query('COMMIT');
  }
}
