import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { chained, genesis, isPlaced } from '../proof/chain.ts';
import type { Archived } from '../archive/archived.ts';
import { Damage, Gone, failureOf } from '../failure.ts';
import { ledgerFiles, writeDurably } from '../files.ts';
import { endOf, fileFacts, removeMark, writeMark, type Mark } from './mark.ts';
import { historyPositions } from './history.ts';
import { leafOf } from '../proof/leaf.ts';
import { equal } from '../merkle.ts';
import type { Head, HistoryRequest } from './protocol.ts';
import { answerSize, pageBehind, rangeOf, rowsBehind, strayOf } from './range.ts';
import type { Row } from './rows.ts';
import { storedPostings } from './postings.ts';
import type { LogExtent, Posting, StoredRow } from './source.ts';
import { MissingTile, Tree, tileWidth } from '../proof/tree.ts';
import { rowsOf } from './lines.ts';
import { archivesOf, pruneTo, sweep } from './pruning.ts';
import { edgeOf, edgeTile, readRetention, writeRetention, type EdgeTile, type Retention } from '../recovery/retention.ts';
import { WalFile } from './wal-file.ts';
import { RowWriter, tileId } from './writer.ts';

/** Rows before the end whose chain is checked after an orderly close. */
const tail = 256;
const checkpointsKept = 1_000;
/** Pages of the write-ahead log after which it is begun anew, and bytes that its file then keeps: a little more than they take. */
const logPages = 4_000;
const logBytes = 16 * 2 ** 20;

/** The open database. Everything here is synchronous and runs in the store's own thread. */
export class Store {
  readonly #directory: string;
  readonly #database: DatabaseSync;
  readonly #writer: RowWriter;
  readonly #wal: WalFile;
  readonly #range: StatementSync;
  readonly #row: StatementSync;
  /** What was archived: positions up to `minimum`, the last of which had the checksum `hash`. */
  #beginning = { minimum: 0, hash: genesis };
  #sound = true;

  /** Opens the database and takes it for this process alone. */
  constructor(directory: string) {
    this.#directory = directory;
    this.#database = new DatabaseSync(ledgerFiles(directory).database, { timeout: 0 });
    try {
      // Exclusive: the index of the write-ahead log is then kept in memory, and no -shm file can be lost or stale.
      this.#database.exec(`PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = ${logPages}; PRAGMA cache_size = -4000; PRAGMA journal_size_limit = ${logBytes};`);
      this.#range = rangeOf(this.#database);
      this.#row = this.#database.prepare('SELECT position, remaining, hash, event FROM events WHERE position = ?');
      // Takes the lock and makes the write-ahead log's file, before the mark that allows it to be missing is removed.
      this.#database.exec('BEGIN IMMEDIATE; COMMIT');
      const archived = this.#database.prepare('SELECT minimum, hash FROM retention ORDER BY minimum DESC LIMIT 1').get();
      if (archived !== undefined) this.#beginning = { minimum: Number(archived['minimum']), hash: archived['hash'] as Uint8Array };
      this.#writer = new RowWriter(this.#database);
      this.#wal = new WalFile(ledgerFiles(directory).wal, logBytes);
    } catch (error) {
      this.#database.close();
      throw error instanceof MissingTile || error instanceof SyntaxError ? new Damage(error.message) : error;
    }
  }

  get head(): number {
    return this.#writer.head;
  }

  get last(): Head {
    return this.#writer.last;
  }

  /** Position up to which events were archived. */
  get beginning(): number {
    return this.#beginning.minimum;
  }

  /** Time of the last event, 0 when there is none. */
  get time(): number {
    return this.head === this.#beginning.minimum ? 0 : (JSON.parse(this.#rowAt(this.head).event) as { time: number }).time;
  }

  /** Throws {@link Damage} unless the end is where `mark` says, and the rows before it are chained. */
  checkTail(mark: Mark): void {
    const { position, hash, root } = endOf(this.#writer);
    if (position !== mark.position || hash !== mark.hash) throw new Damage(`it ends at ${position} and not at ${mark.position}, as when it was closed`);
    if (root !== mark.root) throw new Damage('its tree is not the one that it had when it was closed');
    for (const row of this.#chain(Math.max(this.#beginning.minimum, position - tail), -1)) void row;
  }

  /** Throws {@link Damage} unless the whole chain holds, and the tiles are those of its tree. */
  checkChain(): void {
    const get = this.#database.prepare('SELECT hashes FROM tiles WHERE id = ?');
    const stored = (level: number, index: number) => get.get(tileId(level, index))?.['hashes'] as Uint8Array | undefined;
    const put = (level: number, index: number, hashes: Uint8Array) => {
      const kept = stored(level, index);
      if (kept === undefined || !equal(kept.subarray(0, hashes.length), hashes)) throw new Damage(`tile ${index} of level ${level} is not that of the events`);
    };
    const tree = new Tree({ get: stored, put }, this.#beginning.minimum, []);
    for (const row of this.#chain(this.#beginning.minimum, -1)) tree.append(leafOf(row.event));
    if (!equal(tree.root, this.#writer.tree.root)) throw new Damage('its tree is not that of its events');
  }

  /** Throws {@link Damage} unless the tables and indexes agree with each other, as SQLite sees it. */
  checkStructure(): void {
    const verdict = this.#database.prepare('PRAGMA integrity_check(1)').get()?.['integrity_check'];
    if (verdict !== 'ok') throw new Damage(String(verdict));
  }

  /** From here on the ledger counts as in use: whatever ends it but {@link close} leads to a complete check. */
  begin(): void {
    removeMark(this.#directory);
  }

  /**
   * Writes the rows of `lines` (see `lines.ts`) behind position `after` in one transaction, and returns the last of them when they are on disk.
   */
  append(after: number, lines: string): Head {
    if (after !== this.head) throw new Error(`append behind ${after}, but the last position is ${this.head}`);
    try {
      this.#commit(() => this.#writer.write(rowsOf(lines)));
      return this.last;
    } catch (error) {
      this.#writer.reload();
      throw error;
    }
  }

  /** JSON array of the events after `after`, at most `limit` and about a megabyte, each checked against the one before. */
  read(after: number, limit: number): string {
    if (after >= this.head) return '[]';
    if (after < this.#beginning.minimum) throw new Gone(`event ${after + 1} is archived, with all up to ${this.#beginning.minimum}`);
    const events: string[] = [];
    let size = 0;
    for (const row of this.#chain(after, limit)) {
      events.push(row.event);
      size += row.event.length;
      if (size >= answerSize) break;
    }
    return `[${events.join(',')}]`;
  }

  /** JSON array of the newest events before a position that match, newest first, each checked against the one before it. */
  history(request: HistoryRequest): string {
    const events: string[] = [];
    let size = 0;
    for (const position of historyPositions(this.#database, this.#writer.postings, request)) {
      if (position <= this.#beginning.minimum) break;
      const event = this.#verified(position).event;
      events.push(event);
      size += event.length;
      if (size >= answerSize) break;
    }
    return `[${events.join(',')}]`;
  }

  /** Where the log begins and ends. */
  extent(): LogExtent & { root: Uint8Array } {
    return { head: this.head, ...this.#beginning, root: this.#writer.tree.root, archives: archivesOf(this.#database), stray: strayOf(this.#database) };
  }

  /** Rows behind `after` as they are stored, about a megabyte. */
  rows(after: number): StoredRow[] {
    return pageBehind(this.#range, Math.max(after, this.#beginning.minimum));
  }

  tile(level: number, index: number): Uint8Array | undefined {
    return this.#writer.tile(level, index);
  }

  postings(first: number, last: number): Posting[] {
    return storedPostings(this.#database, first, last);
  }

  /** The checkpoints that are kept, the smallest first. */
  checkpoints(): string[] {
    return this.#database.prepare('SELECT note FROM checkpoints ORDER BY size').all().map((row) => String(row['note']));
  }

  /** Keeps a checkpoint, durably, in the table and as a file; of older ones the newest thousand. */
  keep(size: number, note: string): void {
    this.#commit(() => {
      this.#database.prepare('INSERT INTO checkpoints (size, note) VALUES (?, ?) ON CONFLICT (size) DO UPDATE SET note = excluded.note').run(size, note);
      this.#database.prepare('DELETE FROM checkpoints WHERE size <= (SELECT size FROM checkpoints ORDER BY size DESC LIMIT 1 OFFSET ?)').run(checkpointsKept);
    });
    writeDurably(ledgerFiles(this.#directory).checkpoint, note, 0o644);
  }

  /**
   * Lets the ledger begin behind what `archived` holds. From when the file `retention.json` is written it does, whatever happens then.
   */
  prune(archived: Archived): void {
    const { from, upTo: minimum } = archived;
    if (from !== this.#beginning.minimum) throw new Error(`the archive begins at ${from}, and the ledger at ${this.#beginning.minimum}`);
    if (minimum <= from || minimum >= this.head || minimum % tileWidth !== 0) throw new Error(`the ledger, which ends at ${this.head}, cannot begin behind ${minimum}`);
    const retention = { minimum, hash: this.#verified(minimum).hash, tiles: this.#edgeAt(minimum), archives: [...archivesOf(this.#database), archived] };
    writeRetention(this.#directory, retention);
    this.#beginAt(retention);
  }

  /** Removes some of the rows that were archived. True while there are more. */
  sweep(): boolean {
    return sweep(this.#database, this.#beginning.minimum);
  }

  /** Goes on with what a crash interrupted, and makes `retention.json` good when it went missing. */
  resumePruning(): void {
    const noted = readRetention(this.#directory);
    const { minimum, hash } = this.#beginning;
    if (noted !== undefined && noted.minimum > minimum) {
      if (!equal(this.#verified(noted.minimum).hash, noted.hash)) throw new Damage(`it is not the ledger of which the events up to ${noted.minimum} were archived`);
      this.#beginAt(noted);
    } else if (minimum > 0 && noted?.minimum !== minimum) writeRetention(this.#directory, { minimum, hash, tiles: this.#edgeAt(minimum), archives: archivesOf(this.#database) });
    if (this.#beginning.minimum > 0) while (this.sweep());
  }

  #beginAt(retention: Retention): void {
    pruneTo(this.#database, retention);
    this.#wal.sync();
    this.#beginning = { minimum: retention.minimum, hash: retention.hash };
  }

  /** The tiles above the leaves from which a tree of `size` leaves goes on. */
  #edgeAt(size: number): EdgeTile[] {
    return edgeOf(size).map((place) => edgeTile(place, this.tile(place.level, place.index)));
  }

  /** To be called when anything here failed for damage: the next opening then checks everything. */
  distrust(): void {
    this.#sound = false;
  }

  /** Closes in order and leaves the mark, unless damage was seen or the disk does not let it. */
  close(): void {
    const path = ledgerFiles(this.#directory).database;
    const mark = endOf(this.#writer);
    let marked = false;
    try {
      // The log is emptied first, because SQLite removes its file on closing, and a missing one without a mark means damage.
      const checkpoint = this.#database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get();
      if (this.#sound && checkpoint?.['busy'] === 0) {
        writeMark(this.#directory, { ...mark, file: null });
        marked = true;
      }
    } catch (error) {
      if (failureOf(error).kind === 'damaged') this.#sound = false;
    }
    this.#wal.close();
    this.#database.close();
    if (marked) writeMark(this.#directory, { ...mark, file: fileFacts(path) });
  }

  /** Does `act` in one transaction, and returns when that is on disk. */
  #commit(act: () => void): void {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      act();
      this.#database.exec('COMMIT');
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw error;
    }
    this.#wal.sync();
  }

  *#chain(after: number, limit: number): Generator<Row> {
    let hash = this.#hashAt(after);
    let position = after;
    for (const row of rowsBehind(this.#range, after, limit)) {
      if (row.position !== position + 1) throw this.#damaged(position + 1);
      hash = this.#match(row, hash);
      position = row.position;
      yield row;
    }
    // The cursor ended early: a page that leads to the rest is lost.
    if (position < this.head && (limit < 0 || position < after + limit)) throw this.#damaged(position + 1);
  }

  #verified(position: number): Row {
    const row = this.#rowAt(position);
    this.#match(row, this.#hashAt(position - 1));
    return row;
  }

  #match(row: Row, previous: Uint8Array): Uint8Array {
    if (!equal(chained(previous, leafOf(row.event), row.remaining), row.hash) || !isPlaced(row.event, row.position)) throw this.#damaged(row.position);
    return row.hash;
  }

  #hashAt(position: number): Uint8Array {
    return position === this.#beginning.minimum ? this.#beginning.hash : this.#rowAt(position).hash;
  }

  #rowAt(position: number): Row {
    const row = this.#row.get(position);
    if (row === undefined) throw this.#damaged(position);
    return row as unknown as Row;
  }

  #damaged(position: number): Damage {
    return new Damage(`event ${position} is not what was written`);
  }
}
