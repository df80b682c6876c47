import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { hashSize } from '../sha256.ts';
import type { Row } from './rows.ts';

/** Characters of JSON in one answer; a reader asks again for more. */
export const answerSize = 1_000_000;

/** Rows whose checksums share a buffer. */
const rowsAtOnce = 256;

/**
 * What reads rows behind a position. A checksum comes as hexadecimal digits, and a row without names: with a buffer and an object for each,
 * reading takes twice as long.
 */
export function rangeOf(database: DatabaseSync): StatementSync {
  const statement = database.prepare('SELECT position, remaining, hex(hash), event FROM events WHERE position > ? ORDER BY position LIMIT ?');
  statement.setReturnArrays(true);
  return statement;
}

/** At most `limit` rows behind `after`, all when it is negative; nothing of them checked. */
export function* rowsBehind(range: StatementSync, after: number, limit: number): Generator<Row> {
  let hashes = Buffer.alloc(0);
  let used = 0;
  for (const row of range.iterate(after, limit) as Iterable<unknown>) {
    const [position, remaining, digits, event] = row as [number, number, string, string];
    if (used + digits.length / 2 > hashes.length) {
      hashes = Buffer.allocUnsafeSlow(Math.max(rowsAtOnce * hashSize, digits.length / 2));
      used = 0;
    }
    const hash = hashes.subarray(used, (used += hashes.write(digits, used, 'hex')));
    yield { position, remaining, hash, event };
  }
}

/** A position below 1 at which there is a row, which the store itself never writes. */
export function strayOf(database: DatabaseSync): number | undefined {
  const first = database.prepare('SELECT min(position) AS first FROM events').get()?.['first'];
  return typeof first === 'number' && first < 1 ? first : undefined;
}

/** Rows of one answer: as many as make about a megabyte. */
export function pageBehind(range: StatementSync, after: number): Row[] {
  const page: Row[] = [];
  let size = 0;
  for (const row of rowsBehind(range, after, -1)) {
    page.push(row);
    size += row.event.length;
    if (size >= answerSize) break;
  }
  return page;
}
