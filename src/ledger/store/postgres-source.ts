import type { Clock } from '../../model/index.ts';
import { leafOf } from '../proof/leaf.ts';
import { tileWidth } from '../proof/tree.ts';
import { checkFormat } from './postgres-schema.ts';
import { connect, placeOf, type Session } from './postgres-session.ts';
import { PostgresRows } from './postgres-rows.ts';
import type { LogExtent, LogSource, Posting, StoredRow } from './source.ts';

/**
 * The log in a PostgreSQL database as it is at one moment, read from anywhere without its daemon and beside one that writes: all of it within one transaction that
 * changes nothing.
 */
export class PostgresSource implements LogSource {
  readonly #session: Session;
  readonly #rows: PostgresRows;

  private constructor(session: Session, rows: PostgresRows) {
    this.#session = session;
    this.#rows = rows;
  }

  /** Throws `ledger.unreachable`, `ledger.missing`, `ledger.earlier`, `ledger.newer`. */
  static async open(url: string, clock: Clock): Promise<PostgresSource> {
    const session = await connect(url, clock);
    try {
      await checkFormat(session.query, placeOf(url));
      await session.query('SET idle_in_transaction_session_timeout = 0');
      await session.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
      return new PostgresSource(session, await PostgresRows.open(session.query, placeOf(url)));
    } catch (error) {
      await session.end();
      throw error;
    }
  }

  async extent(): Promise<LogExtent> {
    const head = (await this.#rows.last())?.position ?? 0;
    return { head, ...this.#rows.beginning, archives: await this.#rows.archives() };
  }

  rows(after: number): Promise<readonly StoredRow[]> {
    return this.#rows.after(after);
  }

  async tile(level: number, index: number): Promise<Uint8Array | undefined> {
    const stored = await this.#rows.tile(level, index);
    if (stored !== undefined || level > 0) return stored;
    const rows = await this.#rows.after(index * tileWidth, tileWidth);
    return rows.length > 0 && rows.length < tileWidth ? Buffer.concat(rows.map(({ event }) => leafOf(event))) : undefined;
  }

  checkpoints(): Promise<readonly string[]> {
    return this.#rows.checkpoints();
  }

  postings(first: number, last: number): Promise<readonly Posting[]> {
    return this.#rows.postings(first, last);
  }

  close(): Promise<void> {
    return this.#session.end();
  }
}
