import type { Archived } from '../archive/archived.ts';
import { chained, genesis, isPlaced } from '../proof/chain.ts';
import { errorOf } from '../errors.ts';
import { leafOf } from '../proof/leaf.ts';
import { equal } from '../merkle.ts';
import { tileWidth } from '../proof/tree.ts';
import type { Query } from './postgres-session.ts';
import type { Beginning } from '../recovery/salvage.ts';
import type { HistoryRequest } from './protocol.ts';
import type { Posting, StoredRow } from './source.ts';
import { StratoError } from '../../model/index.ts';

/** Characters of JSON in one answer; a reader asks again for more. */
const answerSize = 1_000_000;
/** Rows that are removed at once. */
const swept = 5_000;
/** Rows that are counted at once. */
const counted = 1_000_000;
/** Rows fetched at once. */
const page = 2_000;

interface DatabaseRow {
  position: string;
  remaining: number;
  hash: Buffer;
  event: string;
}

/** The rows in a database, checked against the chain where they are handed out as events. */
export class PostgresRows {
  readonly #query: Query;
  readonly #place: string;
  #beginning: Beginning = { minimum: 0, hash: genesis };

  private constructor(query: Query, place: string) {
    this.#query = query;
    this.#place = place;
  }

  static async open(query: Query, place: string): Promise<PostgresRows> {
    const rows = new PostgresRows(query, place);
    await rows.lookForBeginning();
    return rows;
  }

  /** Position up to which events were archived, and the checksum of that row: as it was when it was last looked for. */
  get beginning(): Beginning {
    return this.#beginning;
  }

  /** Whoever writes the ledger may have archived more of it meanwhile. */
  async lookForBeginning(): Promise<void> {
    const [row] = await this.#query<{ minimum: string; hash: Buffer }>('SELECT minimum, hash FROM ledger_retention ORDER BY minimum DESC LIMIT 1');
    if (row !== undefined) this.#beginning = { minimum: Number(row.minimum), hash: row.hash };
  }

  /** What was archived, the first first. */
  async archives(): Promise<Archived[]> {
    return (await this.#query<{ archive: string }>('SELECT archive FROM ledger_retention ORDER BY minimum')).map(({ archive }) => JSON.parse(archive) as Archived);
  }

  /** The state to which the archived events led, as `base.ts` writes it; undefined when none were archived. */
  async base(): Promise<string | undefined> {
    return (await this.#query<{ base: string }>('SELECT base FROM ledger_retention ORDER BY minimum DESC LIMIT 1'))[0]?.base;
  }

  async last(): Promise<StoredRow | undefined> {
    return (await this.#query<DatabaseRow>('SELECT position, remaining, hash, event FROM ledger_events ORDER BY position DESC LIMIT 1')).map(rowOf)[0];
  }

  /** The first position behind `after` and up to `head` at which there is no row; undefined when all are there. */
  async missing(after: number, head: number): Promise<number | undefined> {
    // Counted bit by bit: no answer takes so long that the server would be taken for gone.
    for (let from = after; from < head; from += counted) {
      const to = Math.min(from + counted, head);
      const [row] = await this.#query<{ count: string }>('SELECT count(*) FROM ledger_events WHERE position > $1 AND position <= $2', [from, to]);
      if (Number(row!.count) === to - from) continue;
      const [gap] = await this.#query<{ at: string }>('SELECT at FROM generate_series($1::bigint + 1, $2::bigint) AS at WHERE NOT EXISTS (SELECT FROM ledger_events WHERE position = at) LIMIT 1', [from, to]);
      return Number(gap!.at);
    }
    return undefined;
  }

  /** Rows behind a position as they are stored. */
  async after(position: number, limit: number = page): Promise<StoredRow[]> {
    return (await this.#query<DatabaseRow>('SELECT position, remaining, hash, event FROM ledger_events WHERE position > $1 ORDER BY position LIMIT $2', [Math.max(position, this.#beginning.minimum), limit])).map(rowOf);
  }

  async hashAt(position: number): Promise<Uint8Array> {
    const [row] = await this.#query<{ hash: Buffer }>('SELECT hash FROM ledger_events WHERE position = $1', [position]);
    if (row === undefined) await this.lookForBeginning();
    const { minimum, hash } = this.#beginning;
    if (position === minimum) return hash;
    if (position < minimum) throw errorOf({ kind: 'archived', message: `events up to ${minimum} are archived` }, this.#place);
    if (row === undefined) throw this.damaged(position);
    return row.hash;
  }

  /** JSON array of the events behind `after` and up to `head`, about a megabyte, each checked against the one before. */
  async events(after: number, limit: number, head: number): Promise<string> {
    if (after >= head) return '[]';
    const events: string[] = [];
    let [hash, at, size] = [await this.hashAt(after), after, 0];
    while (events.length < limit && at < head && size < answerSize) {
      const rows = await this.after(at, Math.min(page, limit - events.length, head - at));
      for (const row of rows) {
        if (row.position !== at + 1 || !equal(chained(hash, leafOf(row.event), row.remaining), row.hash) || !isPlaced(row.event, row.position)) throw this.damaged(at + 1);
        [hash, at] = [row.hash, row.position];
        events.push(row.event);
        size += row.event.length;
        if (size >= answerSize) break;
      }
      if (rows.length === 0) throw this.damaged(at + 1);
    }
    return `[${events.join(',')}]`;
  }

  /** JSON array of the newest events before a position that match, newest first, each checked against the one before it. */
  async history({ before, limit, app, types, actors }: HistoryRequest): Promise<string> {
    const rows = await this.#query<DatabaseRow & { previous: Buffer | null }>(
      `SELECT found.position, found.remaining, found.hash, found.event, earlier.hash AS previous
       FROM (SELECT * FROM ledger_events WHERE position < $1 AND position > $6 AND ($2::text IS NULL OR app = $2) AND ($3::text[] IS NULL OR type = ANY ($3)) AND ($4::text[] IS NULL OR actor = ANY ($4)) ORDER BY position DESC LIMIT $5) found
       LEFT JOIN ledger_events earlier ON earlier.position = found.position - 1 ORDER BY found.position DESC`,
      [before, app, types, actors, Math.min(limit, page), this.#beginning.minimum],
    );
    for (const { position, remaining, hash, event, previous } of rows) if (!equal(chained(previous ?? (await this.hashAt(Number(position) - 1)), leafOf(event), remaining), hash) || !isPlaced(event, Number(position))) throw this.damaged(Number(position));
    return `[${rows.map(({ event }) => event).join(',')}]`;
  }

  /** Removes some of the rows that were archived. True while there are more. */
  async sweep(): Promise<boolean> {
    const removed = await this.#query('DELETE FROM ledger_events WHERE position IN (SELECT position FROM ledger_events WHERE position <= $1 ORDER BY position LIMIT $2) RETURNING position', [this.#beginning.minimum, swept]);
    return removed.length === swept;
  }

  async tile(level: number, index: number): Promise<Uint8Array | undefined> {
    return (await this.#query<{ hashes: Buffer }>('SELECT hashes FROM ledger_tiles WHERE level = $1 AND index = $2', [level, index]))[0]?.hashes;
  }

  /** By what the events of blocks are found, from the columns beside them. */
  async postings(first: number, last: number): Promise<Posting[]> {
    const found = new Map<string, { term: string; block: number; offsets: number[] }>();
    const rows = await this.#query<{ position: string; app: string | null; type: string; actor: string }>('SELECT position, app, type, actor FROM ledger_events WHERE position > $1 AND position <= $2 ORDER BY position', [first * tileWidth, (last + 1) * tileWidth]);
    for (const { position, app, type, actor } of rows) {
      const index = Number(position) - 1;
      const block = Math.floor(index / tileWidth);
      for (const term of [`type:${type}`, `actor:${actor}`, ...(app === null ? [] : [`app:${app}`])]) {
        const key = `${block} ${term}`;
        const posting = found.get(key) ?? { term, block, offsets: [] };
        found.set(key, posting);
        posting.offsets.push(index % tileWidth);
      }
    }
    return [...found.values()].map(({ term, block, offsets }) => ({ term, block, offsets: Uint8Array.from(offsets) }));
  }

  async checkpoints(): Promise<string[]> {
    return (await this.#query<{ note: string }>('SELECT note FROM ledger_checkpoints ORDER BY size')).map(({ note }) => note);
  }

  /** What is said when a row is not there, or not as it was. */
  damaged(position: number): StratoError {
    return new StratoError('ledger.damaged', `the ledger in ${this.#place} is damaged`, { why: `event ${position} is not what was written`, next: 'bring the database back from a backup of it; `swarmctl audit verify` names what is wrong. To begin anew, take an empty database and restore a system snapshot' });
  }
}

function rowOf({ position, remaining, hash, event }: DatabaseRow): StoredRow {
  return { position: Number(position), remaining, hash, event };
}
