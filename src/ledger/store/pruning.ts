import type { DatabaseSync } from 'node:sqlite';
import type { Archived } from '../archive/archived.ts';
import { tileWidth } from '../proof/tree.ts';
import type { Retention } from '../recovery/retention.ts';
import { tileId, type RowWriter } from './writer.ts';

/** Rows that are removed at once. */
const swept = 5_000;
/** Levels of a tree that no ledger outgrows: 256 to the 6th. */
const levels = 6;

/** How many tiles of each level end at position `minimum` or before. */
export const tilesBefore = (minimum: number): (readonly [level: number, count: number])[] => Array.from({ length: levels }, (_, level) => [level, Math.floor(minimum / tileWidth ** (level + 1))]);

/** The archives that a database remembers, the first first. The table is there once something was archived. */
export function archivesOf(database: DatabaseSync): Archived[] {
  if (database.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'archives'").get() === undefined) return [];
  return database.prepare('SELECT document FROM archives ORDER BY up_to').all().map((row) => JSON.parse(String(row['document'])) as Archived);
}

function rememberArchives(database: DatabaseSync, archives: readonly Archived[]): void {
  database.exec('CREATE TABLE IF NOT EXISTS archives (up_to INTEGER PRIMARY KEY, document TEXT NOT NULL) STRICT');
  const put = database.prepare('INSERT OR REPLACE INTO archives (up_to, document) VALUES (?, ?)');
  for (const archived of archives) put.run(archived.upTo, JSON.stringify(archived));
}

/** Lets a new database begin where another one did, with what that remembers of its archives. */
export function beginAt(writer: RowWriter, database: DatabaseSync, { minimum, hash, tiles, archives }: Retention): void {
  writer.skip(minimum, hash, tiles);
  rememberArchives(database, archives);
}

/**
 * Lets the database begin behind `minimum`, in one transaction. Tiles go that end there or before, and checkpoints of trees that were smaller (C2SP tlog-tiles, “Pruning”); the rows
 * themselves are removed by {@link sweep}.
 */
export function pruneTo(database: DatabaseSync, { minimum, hash, archives }: Retention): void {
  database.exec('BEGIN IMMEDIATE');
  try {
    rememberArchives(database, archives);
    database.prepare('INSERT INTO retention (minimum, hash) VALUES (?, ?)').run(minimum, hash);
    for (const [level, index] of tilesBefore(minimum)) database.prepare('DELETE FROM tiles WHERE id >= ? AND id < ?').run(tileId(level, 0), tileId(level, index));
    database.prepare('DELETE FROM postings WHERE block < ?').run(minimum / tileWidth);
    database.prepare('DELETE FROM checkpoints WHERE size < ?').run(minimum);
    database.exec('COMMIT');
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

/** Removes some of the rows up to `minimum`. True while there are more. */
export function sweep(database: DatabaseSync, minimum: number): boolean {
  const { changes } = database.prepare('DELETE FROM events WHERE position IN (SELECT position FROM events WHERE position <= ? ORDER BY position LIMIT ?)').run(minimum, swept);
  return Number(changes) === swept;
}
