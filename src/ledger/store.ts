import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { chained, genesis } from './chain.ts';
import { Damage, Newer, failureOf } from './failure.ts';
import { ledgerFiles } from './files.ts';
import { fileFacts, removeMark, writeMark } from './mark.ts';
import { historyPositions } from './history.ts';
import { RowInserter, isNewer, type Row } from './rows.ts';
import type { HistoryRequest } from './protocol.ts';

/** Characters of JSON in one answer; a reader asks again for more. */
const answerSize = 1_000_000;
/** Rows before the end whose chain is checked after an orderly close. */
const tail = 256;

/** The open database. Everything here is synchronous and runs in the store's own thread. */
export class Store {
  readonly #directory: string;
  readonly #database: DatabaseSync;
  readonly #inserter: RowInserter;
  readonly #range: StatementSync;
  readonly #row: StatementSync;
  #head = 0;
  #hash = genesis;
  #sound = true;

  /** Opens the database and takes it for this process alone. */
  constructor(directory: string) {
    this.#directory = directory;
    this.#database = new DatabaseSync(ledgerFiles(directory).database, { timeout: 0 });
    try {
      // Exclusive: the index of the write-ahead log is then kept in memory, and no -shm file can be lost or stale.
      this.#database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 4000; PRAGMA cache_size = -4000; PRAGMA journal_size_limit = 16777216;');
      if (isNewer(this.#database)) throw new Newer('a later version of the program made it');
      this.#inserter = new RowInserter(this.#database);
      this.#range = this.#database.prepare('SELECT position, remaining, hash, event FROM events WHERE position > ? ORDER BY position LIMIT ?');
      this.#row = this.#database.prepare('SELECT position, remaining, hash, event FROM events WHERE position = ?');
      // Takes the lock and makes the write-ahead log's file, before the mark that allows it to be missing is removed.
      this.#database.exec('BEGIN IMMEDIATE; COMMIT');
      const last = this.#database.prepare('SELECT position, hash FROM events ORDER BY position DESC LIMIT 1').get();
      if (last !== undefined) {
        this.#head = Number(last['position']);
        this.#hash = String(last['hash']);
      }
    } catch (error) {
      this.#database.close();
      throw error;
    }
  }

  get head(): number {
    return this.#head;
  }

  /** Time of the last event, 0 when there is none. */
  get time(): number {
    return this.#head === 0 ? 0 : (JSON.parse(this.#rowAt(this.#head).event) as { time: number }).time;
  }

  /** Throws {@link Damage} unless the end is where `position` and `hash` say, and the rows before it are chained. */
  checkTail(position: number, hash: string): void {
    if (this.#head !== position || this.#hash !== hash) throw new Damage(`it ends at ${this.#head} and not at ${position}, as when it was closed`);
    this.#verify(Math.max(0, position - tail));
  }

  /** Throws {@link Damage} unless the whole chain holds. */
  checkChain(): void {
    this.#verify(0);
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
   * Writes `lines` behind position `after` in one transaction, and returns when they are on disk. A line is
   * `type ⇥ app ⇥ agent ⇥ remaining ⇥ JSON`.
   */
  append(after: number, lines: string): void {
    if (after !== this.#head) throw new Error(`append behind ${after}, but the last position is ${this.#head}`);
    let position = after;
    let hash = this.#hash;
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      for (const line of lines.split('\n')) {
        const [type, app, agent, remaining] = line.split('\t', 4) as [string, string, string, string];
        const event = line.slice(type.length + app.length + agent.length + remaining.length + 4);
        hash = chained(hash, Number(remaining), event);
        this.#inserter.insert(++position, Number(remaining), type, { app, agent }, hash, event);
      }
      this.#database.exec('COMMIT');
    } catch (error) {
      this.#inserter.forget();
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw error;
    }
    this.#head = position;
    this.#hash = hash;
  }

  /** JSON array of the events after `after`, at most `limit` and about a megabyte, each checked against the one before. */
  read(after: number, limit: number): string {
    if (after >= this.#head) return '[]';
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
    for (const position of historyPositions(this.#database, request)) {
      const event = this.#verified(position).event;
      events.push(event);
      size += event.length;
      if (size >= answerSize) break;
    }
    return `[${events.join(',')}]`;
  }

  /** To be called when anything here failed for damage: the next opening then checks everything. */
  distrust(): void {
    this.#sound = false;
  }

  /** Closes in order and leaves the mark, unless damage was seen or the disk does not let it. */
  close(): void {
    const path = ledgerFiles(this.#directory).database;
    const mark = { position: this.#head, hash: this.#hash };
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
    this.#database.close();
    if (marked) writeMark(this.#directory, { ...mark, file: fileFacts(path) });
  }

  #verify(after: number): void {
    for (const row of this.#chain(after, -1)) void row;
  }

  *#chain(after: number, limit: number): Generator<Row> {
    let hash = after === 0 ? genesis : this.#rowAt(after).hash;
    let position = after;
    for (const row of this.#range.iterate(after, limit) as Iterable<unknown> as Iterable<Row>) {
      if (row.position !== position + 1) throw this.#damaged(position + 1);
      hash = this.#match(row, hash);
      position = row.position;
      yield row;
    }
    // The cursor ended early: a page that leads to the rest is lost.
    if (position < this.#head && (limit < 0 || position < after + limit)) throw this.#damaged(position + 1);
  }

  #verified(position: number): Row {
    const row = this.#rowAt(position);
    this.#match(row, position === 1 ? genesis : this.#rowAt(position - 1).hash);
    return row;
  }

  #match(row: Row, previous: string): string {
    if (chained(previous, row.remaining, row.event) !== row.hash) throw this.#damaged(row.position);
    return row.hash;
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
