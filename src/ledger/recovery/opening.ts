import { closeSync, existsSync, openSync, renameSync, rmSync, statSync } from 'node:fs';
import { Damage, Newer, failureOf } from '../failure.ts';
import { ledgerFiles, syncPath } from '../files.ts';
import { endOf, fileFacts, readMark, writeMark, type End } from '../store/mark.ts';
import type { Opened } from '../store/protocol.ts';
import { buildDatabase, format, formatOf, pageSize } from '../store/rows.ts';
import { headOf } from './salvage.ts';
import { Store } from '../store/store.ts';
import { acknowledgedBehind, linesOf, makeJournal, stateOf } from '../store/journal.ts';
import { scanWal } from './wal.ts';

/**
 * Opens the store of a directory, making it when there is none, and checks it:
 * - closed in order, and the file untouched since: that it ends where the mark says, and the chain of the last rows;
 * - otherwise (crash, kill, a changed file): the write-ahead log before SQLite reads it, the chain of all rows, and SQLite's own
 *   integrity check with all indexes;
 * - either way, that it has what its journal says was acknowledged, or that this follows from its end: then it is taken up. A journal of another length
 *   has lost some, unless the ledger was closed in order.
 *
 * A database of an earlier format is not opened but named: `recovery.ts` brings it to today's.
 *
 * Whatever was not looked at here is checked when it is read: no row is ever handed out whose checksum does not follow from the row
 * before. Damage is an answer and not an error; errors are those of the surroundings (no room, no right).
 */
export function openStore(directory: string): { store: Store | undefined; opened: Opened } {
  let store: Store | undefined;
  let known: number | null = null;
  try {
    const check = inspect(directory);
    if (check === 'earlier') return { store: undefined, opened: { damage: null, earlier: true, known: readMark(directory)?.position ?? null } };
    if (check === 'fresh') create(directory);
    store = new Store(directory);
    if (check === 'complete') {
      store.checkChain();
      // The rows are whole, and SQLite found their end with a sound log: what is wrong now is only in the indexes.
      known = store.head;
      store.checkStructure();
    } else {
      const mark = readMark(directory);
      if (mark === undefined) throw new Damage('the mark of its last closing went missing');
      store.checkTail(mark);
    }
    store.resumePruning();
    const { rows, upTo } = acknowledgedBehind(directory, store.last);
    if (upTo > store.head + rows.length) throw new Damage(`it ends at ${store.head + rows.length}, but events up to ${upTo} were acknowledged`);
    if (readMark(directory) === undefined && stateOf(directory) === 'damaged') {
      known = null;
      throw new Damage('its journal is not what it was, and may have had more');
    }
    store.begin();
    if (rows.length > 0) store.append(store.head, linesOf(rows));
    const journal = makeJournal(directory);
    return { store, opened: { damage: null, earlier: false, head: store.last, beginning: store.beginning, time: store.time, journal } };
  } catch (error) {
    store?.distrust();
    store?.close();
    const failure = failureOf(error);
    if (failure.kind !== 'damaged') {
      // SQLite removed it on closing; the next opening would take that for damage.
      if (store !== undefined) closeSync(openSync(ledgerFiles(directory).wal, 'a'));
      throw error;
    }
    return { store: undefined, opened: { damage: failure.message, known: known ?? readMark(directory)?.position ?? null } };
  }
}

/** What the files say before the database is opened. Throws {@link Damage} where they already tell of it. */
function inspect(directory: string): 'fresh' | 'earlier' | 'tail' | 'complete' {
  const files = ledgerFiles(directory);
  const mark = readMark(directory);
  if (sizeOf(files.database) === 0) {
    const remains = [files.database, files.wal, files.journal, files.mark, files.snapshots].some((path) => existsSync(path));
    if (!remains || (mark?.position === 0 && !existsSync(files.database))) return 'fresh';
    throw new Damage('its database file is missing or empty');
  }
  const walSize = sizeOf(files.wal);
  const written = formatOf(headOf(files.database));
  if (written !== undefined && written > format) throw new Newer('a later version of the program made it');
  if (mark === undefined && !existsSync(files.wal)) throw new Damage('its write-ahead log is missing, and it was not closed in order');
  if (walSize > 0) {
    const { damage } = scanWal(files.wal, pageSize);
    if (damage !== null) throw new Damage(damage);
  }
  if (written !== undefined && written < format) return 'earlier';
  if (mark?.file == null || walSize > 0) return 'complete';
  const facts = fileFacts(files.database);
  return facts.size === mark.file.size && facts.modified === mark.file.modified ? 'tail' : 'complete';
}

/** Makes an empty database; at every moment there is either none or a whole one. */
function create(directory: string): void {
  let end: End | undefined;
  buildDatabase(ledgerFiles(directory).next, (writer) => (end = endOf(writer)));
  install(directory, end!);
}

/** Makes the database built at `next` the one in use, closed in order at `end`. */
export function install(directory: string, end: End): void {
  const files = ledgerFiles(directory);
  for (const path of [files.wal, files.shm]) rmSync(path, { force: true });
  writeMark(directory, { ...end, file: fileFacts(files.next) });
  renameSync(files.next, files.database);
  syncPath(directory);
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
