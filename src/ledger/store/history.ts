import type { DatabaseSync } from 'node:sqlite';
import type { Postings, Term } from './postings.ts';
import type { HistoryRequest } from './protocol.ts';

/**
 * Positions of the newest events that match, newest first, from the postings alone. The work depends on what is asked for and not on the
 * length of the ledger; for a rare type of one app, on the number of that app's events.
 */
export function historyPositions(database: DatabaseSync, postings: Postings, { before, limit, app, types, actors }: HistoryRequest): number[] {
  const groups: Term[][] = [];
  if (app !== null) groups.push([`app:${app}`]);
  if (actors !== null) groups.push(actors.map((actor): Term => `actor:${actor}`));
  if (types !== null) groups.push([...new Set(types)].map((type): Term => `type:${type}`));
  if (groups.length === 0) return database.prepare('SELECT position FROM events WHERE position < ? ORDER BY position DESC LIMIT ?').all(before, limit).map((row) => Number(row['position']));
  return postings.find(groups, before).take(limit).toArray();
}
