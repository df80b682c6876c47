import { copyFileSync, existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { genesis } from '../proof/chain.ts';
import { ledgerFiles } from '../files.ts';
import { archivesOf } from './pruning.ts';
import { storedPostings } from './postings.ts';
import type { LogExtent, LogSource, Posting, StoredRow } from './source.ts';
import { pageBehind, rangeOf, strayOf } from './range.ts';
import { leafOf } from '../proof/leaf.ts';
import { tileWidth } from '../proof/tree.ts';
import { tileId } from './writer.ts';

/**
 * The log in the files of a ledger that nobody has open, read without changing anything: not even what a crash left in the write-ahead log is taken
 * into the database, but into a copy. Take the directory's lock first.
 */
export class FileSource implements LogSource {
  readonly #database: DatabaseSync;
  readonly #copy: string | undefined;
  readonly #range: StatementSync;
  readonly #tile: StatementSync;

  constructor(directory: string) {
    const { database, wal } = ledgerFiles(directory);
    if ((statSync(wal, { throwIfNoEntry: false })?.size ?? 0) > 0) {
      this.#copy = mkdtempSync(join(tmpdir(), 'stratoswarm-audit-'));
      for (const [path, name] of [[database, 'events.db'], [wal, 'events.db-wal']] as const) if (existsSync(path)) copyFileSync(path, join(this.#copy, name));
      this.#database = new DatabaseSync(join(this.#copy, 'events.db'));
    } else {
      // Immutable: SQLite then takes no locks and makes no files beside it.
      this.#database = new DatabaseSync(new URL(`${pathToFileURL(database).href}?immutable=1`), { readOnly: true });
    }
    this.#range = rangeOf(this.#database);
    this.#tile = this.#database.prepare('SELECT hashes FROM tiles WHERE id = ?');
  }

  async extent(): Promise<LogExtent> {
    const archived = this.#database.prepare('SELECT minimum, hash FROM retention ORDER BY minimum DESC LIMIT 1').get();
    const minimum = Number(archived?.['minimum'] ?? 0);
    const head = Number(this.#database.prepare('SELECT max(position) AS head FROM events').get()?.['head'] ?? minimum);
    const hash = (archived?.['hash'] as Uint8Array | undefined) ?? genesis;
    return { head, minimum, hash, archives: archivesOf(this.#database), stray: strayOf(this.#database) };
  }

  async rows(after: number): Promise<readonly StoredRow[]> {
    return pageBehind(this.#range, after);
  }

  async tile(level: number, index: number): Promise<Uint8Array | undefined> {
    const stored = this.#tile.get(tileId(level, index))?.['hashes'] as Uint8Array | undefined;
    if (stored !== undefined || level > 0) return stored;
    const rows = this.#database.prepare('SELECT event FROM events WHERE position > ? ORDER BY position LIMIT ?').all(index * tileWidth, tileWidth);
    return rows.length > 0 && rows.length < tileWidth ? Buffer.concat(rows.map((row) => leafOf(String(row['event'])))) : undefined;
  }

  async checkpoints(): Promise<readonly string[]> {
    return this.#database.prepare('SELECT note FROM checkpoints ORDER BY size').all().map((row) => String(row['note']));
  }

  async postings(first: number, last: number): Promise<readonly Posting[]> {
    return storedPostings(this.#database, first, last);
  }

  close(): void {
    this.#database.close();
    if (this.#copy !== undefined) rmSync(this.#copy, { recursive: true, force: true });
  }
}
