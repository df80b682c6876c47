import { closeSync, openSync, readSync } from 'node:fs';
import { canonical } from '../canonical.ts';
import { cellsOf, currentShape, readCell, shapeOfFormat1, type Cell, type CellShape } from './cells.ts';
import { chained, chainedOfFormat1, genesis, isPlaced } from '../proof/chain.ts';
import { leafOf } from '../proof/leaf.ts';
import { equal } from '../merkle.ts';
import { Pages, type PageAt } from './pages.ts';
import { Places } from './places.ts';
import { formatOf } from '../store/rows.ts';

/** A row that was found, its text as today's format has it. */
export interface Found {
  readonly position: number;
  readonly remaining: number;
  readonly event: string;
}

/** How a format of the database lays out its rows and chains them. */
interface Shape extends CellShape {
  readonly genesis: Uint8Array;
  next(previous: Uint8Array, remaining: number, text: string): Uint8Array;
  /** Today's text of an event. */
  text(text: string): string;
}

const current: Shape = { ...currentShape, genesis, next: (previous, remaining, text) => chained(previous, leafOf(text), remaining), text: (text) => text };
const first: Shape = {
  ...shapeOfFormat1,
  genesis: new Uint8Array(),
  next: (previous, remaining, text) => Buffer.from(chainedOfFormat1(Buffer.from(previous).toString('latin1'), remaining, text), 'latin1'),
  text: (text) => canonical(JSON.parse(text)),
};

/** Where a ledger begins whose first events were archived: behind `minimum`, whose row had the checksum `hash`. */
export interface Beginning {
  readonly minimum: number;
  readonly hash: Uint8Array;
}

/**
 * Finds what is left of a damaged ledger, or all of one of an earlier format: every page of the database file and every frame of the write-ahead log is
 * searched for rows, and the longest chain from the first event on is put together from them. A row counts when its checksum follows from the one
 * before, so it does not matter in which state of damage it was found. Reads only.
 */
export class Salvage {
  readonly #pages: Pages;
  readonly #places = new Places();
  /** Cells of the page that was looked at last, by position. */
  #page: { place: PageAt; cells: Map<number, number[]> } | undefined;
  readonly #beginning: Beginning | undefined;
  #shape: Shape = current;
  /** The highest position of which a trace was seen, valid or not. */
  highest = 0;

  constructor(database: string, wal: string, beginning?: Beginning) {
    this.#pages = new Pages(database, wal);
    this.#beginning = beginning;
    const format = formatOf(headOf(database));
    this.#searchAll(format === 1 ? first : current);
    if (format === undefined && this.#places.isEmpty) this.#searchAll(first);
  }

  close(): void {
    this.#pages.close();
  }

  /** The longest valid prefix, without the beginning of an append whose end is lost. */
  *rows(): Generator<Found> {
    let hash = this.#beginning?.hash ?? this.#shape.genesis;
    let append: Found[] = [];
    for (let position = (this.#beginning?.minimum ?? 0) + 1; ; position++) {
      const row = this.#find(position, hash);
      if (row === undefined) return;
      const event = this.#shape.text(row.text);
      if (!isPlaced(event, position)) return;
      hash = row.hash;
      append.push({ position, remaining: row.remaining, event });
      if (row.remaining > 0) continue;
      yield* append;
      append = [];
    }
  }

  #searchAll(shape: Shape): void {
    this.#shape = shape;
    this.#page = undefined;
    for (const place of this.#pages.all()) this.#search(place);
  }

  #search(place: PageAt): void {
    let [first, last] = [NaN, NaN];
    for (const position of this.#cells(place).keys()) {
      if (position === last + 1) last++;
      else {
        if (!Number.isNaN(first)) this.#places.add(first, last, place);
        first = last = position;
      }
      this.highest = Math.max(this.highest, position);
    }
    if (!Number.isNaN(first)) this.#places.add(first, last, place);
  }

  #cells(place: PageAt): Map<number, number[]> {
    if (this.#page !== undefined && this.#page.place.wal === place.wal && this.#page.place.offset === place.offset) return this.#page.cells;
    const page = this.#pages.read(place);
    const cells = new Map<number, number[]>();
    for (const at of cellsOf(page, this.#shape)) {
      const { position } = readCell(page, at, this.#shape)!;
      const known = cells.get(position);
      if (known === undefined) cells.set(position, [at]);
      else known.push(at);
    }
    this.#page = { place, cells };
    return cells;
  }

  #find(position: number, previous: Uint8Array): { remaining: number; hash: Uint8Array; text: string } | undefined {
    for (const cell of this.#seen(position)) {
      const { remaining } = cell;
      const expected = Uint8Array.from(cell.hash);
      for (const text of this.#texts(cell)) {
        const hash = Number.isNaN(remaining) ? undefined : this.#shape.next(previous, remaining, text);
        if (hash !== undefined && equal(hash, expected)) return { remaining, hash, text };
      }
    }
    return undefined;
  }

  *#seen(position: number): Generator<Cell> {
    for (const place of this.#places.of(position)) {
      for (const at of this.#cells(place).get(position) ?? []) {
        const cell = readCell(this.#pages.read(place), at, this.#shape);
        if (cell !== undefined) yield cell;
      }
    }
  }

  /** The event's text with its overflow pages as the log has them, and as the database file has them. */
  *#texts(cell: Cell): Generator<string> {
    if (cell.overflow === 0) {
      yield cell.start.toString('utf8');
      return;
    }
    const start = Buffer.from(cell.start);
    for (const older of [false, true]) {
      const rest = this.#overflow(cell.overflow, cell.size - start.length, older);
      if (rest !== undefined) yield Buffer.concat([start, ...rest]).toString('utf8');
    }
  }

  /** Each page begins with the number of the next (§1.6 of the file format). */
  #overflow(start: number, size: number, older: boolean): Buffer[] | undefined {
    const parts: Buffer[] = [];
    let left = size;
    for (let number = start; left > 0; ) {
      if (number === 0) return undefined;
      const versions = [...this.#pages.versions(number)];
      const page = Buffer.from(this.#pages.read(versions.at(older ? -1 : 0)!));
      const part = page.subarray(4, 4 + Math.min(left, page.length - 4));
      parts.push(part);
      left -= part.length;
      number = page.readUInt32BE(0);
    }
    return parts;
  }
}

/** The first bytes of a database file; fewer, or none, when it does not have them. */
export function headOf(database: string): Buffer {
  const head = Buffer.alloc(100);
  try {
    const fd = openSync(database, 'r');
    try {
      return head.subarray(0, readSync(fd, head, 0, head.length, 0));
    } finally {
      closeSync(fd);
    }
  } catch {
    return Buffer.alloc(0);
  }
}
