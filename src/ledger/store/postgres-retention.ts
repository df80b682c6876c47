import type { Archived } from '../archive/archived.ts';
import { edgeOf, edgeTile, readRetention, writeRetention } from '../recovery/retention.ts';
import { basePositions, readBase, removeBasesBefore, writeBase } from '../state/base.ts';
import { removeSnapshotsBefore } from '../state/snapshots.ts';
import type { PostgresRows } from './postgres-rows.ts';
import type { Query } from './postgres-session.ts';
import { tilesBefore } from './pruning.ts';
import type { LogSource } from './source.ts';

/**
 * Lets the ledger begin behind what `archived` holds, whose state is in the home, in one transaction: from then on it does for everybody who reads it. The rows themselves are
 * removed by {@link PostgresRows.sweep}. The state is kept in the database, too: readers elsewhere go on from it.
 */
export async function pruneDatabase(query: Query, rows: PostgresRows, archived: Archived, directory: string): Promise<void> {
  const minimum = archived.upTo;
  const [hash, base] = [Buffer.from(await rows.hashAt(minimum)), readBase(directory, minimum)];
  await query('BEGIN');
  await query("UPDATE ledger_retention SET base = ''");
  await query('INSERT INTO ledger_retention (minimum, hash, archive, base) VALUES ($1, $2, $3, $4)', [minimum, hash, JSON.stringify(archived), base]);
  for (const [level, count] of tilesBefore(minimum)) await query('DELETE FROM ledger_tiles WHERE level = $1 AND index < $2', [level, count]);
  await query('DELETE FROM ledger_checkpoints WHERE size < $1', [minimum]);
  await query('COMMIT');
  await rows.lookForBeginning();
}

/** Puts the state from which the ledger goes on beside what is kept of it in `directory`, unless it is there, and removes states from which it does not. */
export async function bringBase(directory: string, rows: PostgresRows): Promise<void> {
  const { minimum } = rows.beginning;
  if (minimum === 0) return;
  if (!basePositions(directory).includes(minimum)) writeBase(directory, minimum, (await rows.base())!);
  removeBasesBefore(directory, minimum);
  await removeSnapshotsBefore(directory, minimum);
}

/** Puts beside it where the ledger begins: snapshots of the system take both along. */
export async function noteRetention(directory: string, rows: PostgresRows, tile: LogSource['tile']): Promise<void> {
  const { minimum } = rows.beginning;
  if (minimum === 0 || readRetention(directory)?.minimum === minimum) return;
  const tiles = await Promise.all(edgeOf(minimum).map(async (place) => edgeTile(place, await tile(place.level, place.index))));
  writeRetention(directory, { ...rows.beginning, tiles, archives: await rows.archives() });
}
