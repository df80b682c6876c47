import { DatabaseSync } from 'node:sqlite';
import { rmSync } from 'node:fs';
import { syncPath } from '../files.ts';
import { RowWriter } from './writer.ts';

/** Version of the tables' shape. Held twice in the database's header, so that a flipped bit is not taken for a newer one. */
export const format = 2;
/** Bytes of a page of the database. */
export const pageSize = 4096;
const applicationId = 0x53_57_4c_00;

/** One row of the table `events`. */
export interface Row {
  readonly position: number;
  /** Events of the same append that still follow. */
  readonly remaining: number;
  /** Chained checksum, see `chain.ts`. */
  readonly hash: Uint8Array;
  /** The event as canonical JSON. */
  readonly event: string;
}

/**
 * The order of the columns of `events` is known to `cells.ts`, which reads rows from damaged files. All other tables follow from the rows (but the
 * signatures of `checkpoints` and where `retention` begins), and are written once for each 256 events: see `writer.ts`.
 */
const schema = `
  CREATE TABLE events (
    position INTEGER PRIMARY KEY,
    remaining INTEGER NOT NULL,
    hash BLOB NOT NULL,
    event TEXT NOT NULL
  ) STRICT;
  CREATE TABLE tiles (id INTEGER PRIMARY KEY, hashes BLOB NOT NULL) STRICT;
  CREATE TABLE terms (id INTEGER PRIMARY KEY, term TEXT NOT NULL UNIQUE) STRICT;
  CREATE TABLE postings (term INTEGER NOT NULL, block INTEGER NOT NULL, offsets BLOB NOT NULL, PRIMARY KEY (term, block)) STRICT, WITHOUT ROWID;
  CREATE TABLE checkpoints (size INTEGER PRIMARY KEY, note TEXT NOT NULL) STRICT;
  CREATE TABLE retention (minimum INTEGER NOT NULL, hash BLOB NOT NULL) STRICT;
  CREATE TRIGGER never_updated BEFORE UPDATE ON events BEGIN SELECT RAISE(ABORT, 'events are never changed'); END;
  CREATE TRIGGER never_deleted BEFORE DELETE ON events WHEN old.position > (SELECT coalesce(max(minimum), 0) FROM retention)
    BEGIN SELECT RAISE(ABORT, 'events are never removed, unless they were archived'); END;
  CREATE TRIGGER only_appended BEFORE INSERT ON events
    WHEN new.position IS NOT (SELECT coalesce(max(position), (SELECT max(minimum) FROM retention), 0) + 1 FROM events)
    BEGIN SELECT RAISE(ABORT, 'events are only appended'); END;
  PRAGMA user_version = ${format};
  PRAGMA application_id = ${applicationId + format};
`;

/**
 * Builds a database at `path` of the rows that `fill` writes. On return it is complete and on disk, in write-ahead mode. Until then
 * nothing relies on it, so it is built without a journal.
 */
export function buildDatabase(path: string, fill: (writer: RowWriter, database: DatabaseSync) => void): void {
  for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(path + suffix, { force: true });
  const database = new DatabaseSync(path);
  try {
    database.exec(`PRAGMA page_size = ${pageSize}; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;`);
    database.exec('BEGIN');
    database.exec(schema);
    fill(new RowWriter(database), database);
    database.exec('COMMIT');
    database.exec('PRAGMA journal_mode = WAL');
  } finally {
    database.close();
  }
  syncPath(path);
}

/**
 * Which format the head of a database file names (sqlite.org/fileformat2.html §1.3: user version at 60, application id at 68). Undefined when the two
 * do not say the same.
 */
export function formatOf(head: Buffer): number | undefined {
  if (head.length < 72) return undefined;
  const version = head.readUInt32BE(60);
  return version > 0 && version < 256 && head.readUInt32BE(68) === applicationId + version ? version : undefined;
}
