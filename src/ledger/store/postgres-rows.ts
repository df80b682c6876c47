import { chained, genesis } from '../proof/chain.ts';
import { errorOf } from '../errors.ts';
import { leafOf } from '../proof/leaf.ts';
import { equal } from '../merkle.ts';
import type { Query } from './postgres-session.ts';
import type { HistoryRequest } from './protocol.ts';
import type { StoredRow } from './source.ts';
import type { StratoError } from '../../model/index.ts';

/** Characters of JSON in one answer; a reader asks again for more. */
const answerSize = 1_000_000;
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

  constructor(query: Query, place: string) {
    this.#query = query;
    this.#place = place;
  }

  async last(): Promise<StoredRow | undefined> {
    return (await this.#query<DatabaseRow>('SELECT position, remaining, hash, event FROM ledger_events ORDER BY position DESC LIMIT 1')).map(rowOf)[0];
  }

  /** Rows behind a position as they are stored. */
  async after(position: number, limit: number = page): Promise<StoredRow[]> {
    return (await this.#query<DatabaseRow>('SELECT position, remaining, hash, event FROM ledger_events WHERE position > $1 ORDER BY position LIMIT $2', [position, limit])).map(rowOf);
  }

  async hashAt(position: number): Promise<Uint8Array> {
    if (position === 0) return genesis;
    const [row] = await this.#query<{ hash: Buffer }>('SELECT hash FROM ledger_events WHERE position = $1', [position]);
    if (row === undefined) throw this.#damaged(position);
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

  /** JSON array of the newest events before a position that match, newest first, each checked against the one before it. */
  async history({ before, limit, app, types, actors }: HistoryRequest): Promise<string> {
    const rows = await this.#query<DatabaseRow & { previous: Buffer | null }>(
      `SELECT found.position, found.remaining, found.hash, found.event, earlier.hash AS previous
       FROM (SELECT * FROM ledger_events WHERE position < $1 AND ($2::text IS NULL OR app = $2) AND ($3::text[] IS NULL OR type = ANY ($3)) AND ($4::text[] IS NULL OR actor = ANY ($4)) ORDER BY position DESC LIMIT $5) found
       LEFT JOIN ledger_events earlier ON earlier.position = found.position - 1 ORDER BY found.position DESC`,
      [before, app, types, actors, Math.min(limit, page)],
    );
    for (const { position, remaining, hash, event, previous } of rows) if (!equal(chained(previous ?? genesis, leafOf(event), remaining), hash)) throw this.#damaged(Number(position));
    return `[${rows.map(({ event }) => event).join(',')}]`;
  }

  async tile(level: number, index: number): Promise<Uint8Array | undefined> {
    return (await this.#query<{ hashes: Buffer }>('SELECT hashes FROM ledger_tiles WHERE level = $1 AND index = $2', [level, index]))[0]?.hashes;
  }

  async checkpoints(): Promise<string[]> {
    return (await this.#query<{ note: string }>('SELECT note FROM ledger_checkpoints ORDER BY size')).map(({ note }) => note);
  }

  #damaged(position: number): StratoError {
    return errorOf({ kind: 'failed', message: `event ${position} is not what was written` }, this.#place);
  }
}

function rowOf({ position, remaining, hash, event }: DatabaseRow): StoredRow {
  return { position: Number(position), remaining, hash, event };
}
