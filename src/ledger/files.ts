import { closeSync, fsyncSync, openSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Names of what a ledger keeps in its directory. */
export const ledgerFiles = (directory: string) => ({
  database: join(directory, 'events.db'),
  wal: join(directory, 'events.db-wal'),
  shm: join(directory, 'events.db-shm'),
  /** Appends that were acknowledged and that the database may not have yet, see `store/journal.ts`. */
  journal: join(directory, 'events.journal'),
  /** A database that is being built and is not in use yet. */
  next: join(directory, 'events.db.next'),
  /** Written when the ledger is closed in order, see `mark.ts`. */
  mark: join(directory, 'closed.json'),
  /** Says that `next` is complete and shall become the database, see `recovery.ts`. */
  intent: join(directory, 'recovering.json'),
  snapshots: join(directory, 'snapshots'),
  /** States that archived events led to, see `state/base.ts`. */
  bases: join(directory, 'bases'),
  /** Where the ledger begins, once events were archived, see `recovery/retention.ts`. */
  retention: join(directory, 'retention.json'),
  quarantine: join(directory, 'quarantine'),
  /** The last checkpoint that was signed, as C2SP tlog-checkpoint has it. */
  checkpoint: join(directory, 'checkpoint'),
  lock: join(directory, 'lock.db'),
  owner: join(directory, 'owner.json'),
});

/** The name by which a ledger in PostgreSQL knows the home that it belongs to; there is none where the ledger is in the home. */
export const homeId = (directory: string): string => join(directory, 'id');

/** Makes a file's content, or a directory's entries, survive a loss of power. */
export function syncPath(path: string): void {
  const fd = openSync(path, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** Writes a file so that after a crash it has either its old content or the new one. */
export function writeDurably(path: string, content: string | Uint8Array, mode = 0o600): void {
  writeFileSync(`${path}.next`, content, { flush: true, mode });
  renameSync(`${path}.next`, path);
  syncPath(dirname(path));
}
