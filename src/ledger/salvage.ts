import { chained, genesis } from './chain.ts';
import { cellsOf, readCell, type Cell } from './cells.ts';
import { Pages, type PageAt } from './pages.ts';
import type { Row } from './rows.ts';

type Place = PageAt & { readonly cell: number };

/**
 * Finds what is left of a damaged ledger: every page of the database file and every frame of the write-ahead log is searched for
 * rows, and the longest chain from the first event on is put together from them. A row counts when its checksum follows from the one before, so
 * it does not matter in which state of damage it was found. Reads only.
 */
export class Salvage {
  readonly #pages: Pages;
  readonly #places = new Map<number, Place[]>();
  /** The highest position of which a trace was seen, valid or not. */
  highest = 0;

  constructor(database: string, wal: string) {
    this.#pages = new Pages(database, wal);
    for (const place of this.#pages.all()) this.#search(place);
  }

  close(): void {
    this.#pages.close();
  }

  /** The longest valid prefix, without the beginning of an append whose end is lost. */
  *rows(): Generator<Row> {
    let hash = genesis;
    let append: Row[] = [];
    for (let position = 1; ; position++) {
      const row = this.#find(position, hash);
      if (row === undefined) return;
      hash = row.hash;
      append.push(row);
      if (row.remaining > 0) continue;
      yield* append;
      append = [];
    }
  }

  #search(place: PageAt): void {
    const page = this.#pages.read(place);
    for (const at of cellsOf(page)) {
      const { position } = readCell(page, at)!;
      const places = this.#places.get(position);
      if (places === undefined) this.#places.set(position, [{ ...place, cell: at }]);
      else places.push({ ...place, cell: at });
      this.highest = Math.max(this.highest, position);
    }
  }

  #find(position: number, previous: string): Row | undefined {
    for (const place of this.#places.get(position) ?? []) {
      const cell = readCell(this.#pages.read(place), place.cell);
      if (cell === undefined) continue;
      for (const event of this.#texts(cell)) {
        const { remaining, hash } = cell;
        if (chained(previous, remaining, event) === hash) return { position, remaining, hash, event };
      }
    }
    return undefined;
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
  #overflow(first: number, size: number, older: boolean): Buffer[] | undefined {
    const parts: Buffer[] = [];
    let left = size;
    for (let number = first; left > 0; ) {
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
