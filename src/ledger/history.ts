import type { DatabaseSync } from 'node:sqlite';
import type { HistoryRequest } from './protocol.ts';

/**
 * Positions of the newest events that match, newest first, from the indexes alone. The work depends on what is asked for and not on the
 * length of the ledger; for a rare type of one app, on the number of that app's events.
 */
export function historyPositions(database: DatabaseSync, { before, limit, app, types }: HistoryRequest): number[] {
  if (app !== null) return ofApp(database, app, types, before, limit);
  if (types !== null) return ofTypes(database, types, before, limit);
  return positions(database.prepare('SELECT position FROM events WHERE position < ? ORDER BY position DESC LIMIT ?').all(before, limit));
}

function ofApp(database: DatabaseSync, app: string, types: readonly string[] | null, before: number, limit: number): number[] {
  const filter = types === null ? '' : 'AND type IN (SELECT value FROM json_each(?))';
  const newest = database.prepare(`SELECT position FROM events INDEXED BY events_of_app WHERE app = ? AND position < ? ${filter} ORDER BY position DESC LIMIT ?`);
  return positions(types === null ? newest.all(app, before, limit) : newest.all(app, before, JSON.stringify(types), limit));
}

/** The newest of each type are sought and merged. */
function ofTypes(database: DatabaseSync, types: readonly string[], before: number, limit: number): number[] {
  const newest = database.prepare('SELECT position FROM events INDEXED BY events_of_type WHERE type = ? AND position < ? ORDER BY position DESC LIMIT ?');
  const found = [...new Set(types)].flatMap((type) => positions(newest.all(type, before, limit)));
  return found.sort((a, b) => b - a).slice(0, limit);
}

function positions(rows: readonly Record<string, unknown>[]): number[] {
  return rows.map((row) => Number(row['position']));
}
