import type { DatabaseSync } from 'node:sqlite';
import type { HistoryRequest } from './protocol.ts';

/**
 * Positions of the newest events that match, newest first. For an app or for types, the newest of each type are sought in an index and
 * merged, so that the work depends on what is asked for and not on the length of the ledger.
 */
export function historyPositions(database: DatabaseSync, { before, limit, app, types }: HistoryRequest): number[] {
  if (app === null && types === null) {
    return positions(database.prepare('SELECT position FROM events WHERE position < ? ORDER BY position DESC LIMIT ?').all(before, limit));
  }
  const found: number[] = [];
  if (app === null) {
    const newest = database.prepare('SELECT position FROM events INDEXED BY events_of_type WHERE type = ? AND position < ? ORDER BY position DESC LIMIT ?');
    for (const type of new Set(types)) found.push(...positions(newest.all(type, before, limit)));
  } else {
    const newest = database.prepare('SELECT position FROM events INDEXED BY events_of_app WHERE app = ? AND type = ? AND position < ? ORDER BY position DESC LIMIT ?');
    for (const type of types === null ? typesOf(database, app) : new Set(types)) found.push(...positions(newest.all(app, type, before, limit)));
  }
  return found.sort((a, b) => b - a).slice(0, limit);
}

/** Types of events that an app has, by one seek each. */
function typesOf(database: DatabaseSync, app: string): string[] {
  const next = database.prepare('SELECT type FROM events INDEXED BY events_of_app WHERE app = ? AND type > ? ORDER BY type LIMIT 1');
  const types: string[] = [];
  for (let row = next.get(app, ''); row !== undefined; row = next.get(app, types.at(-1)!)) types.push(String(row['type']));
  return types;
}

function positions(rows: readonly Record<string, unknown>[]): number[] {
  return rows.map((row) => Number(row['position']));
}
