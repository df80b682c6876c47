/**
 * Reads rows of the table `events` out of single pages of a database, without the tree that leads to them: what is left when SQLite
 * refuses a damaged file. Layouts: sqlite.org/fileformat2.html §1.6 (b-tree pages), §2.1 (records).
 */

const tableLeaf = 0x0d;
const indexPages = new Set([0x02, 0x0a]);
const leafHeader = 8;

/** What of a row's shape differs between formats of the database: its text comes last, the checksum before it, and `remaining` is its second value. */
export interface CellShape {
  readonly columns: number;
  /** With what the text of the event at a position begins. */
  opening(position: number): string;
}

export const shapeOfFormat1: CellShape = { columns: 6, opening: (position) => `{"position":${position},` };
export const currentShape: CellShape = { columns: 4, opening: () => '{"actor":"' };

/** A row as its page holds it. Text that does not fit goes on in a chain of overflow pages. */
export interface Cell {
  readonly position: number;
  readonly remaining: number;
  readonly hash: Buffer;
  /** Bytes of the event's JSON. */
  readonly size: number;
  /** Its first bytes, those within the page. */
  readonly start: Buffer;
  /** Number of the page where it goes on; 0 when `start` is all. */
  readonly overflow: number;
}

/**
 * Offsets of all cells that look like an event's row. Where the page's own list of them is damaged, every offset is tried; the chained
 * checksums tell later what is real.
 */
export function cellsOf(page: Buffer, shape: CellShape): number[] {
  const type = page[0]!;
  if (indexPages.has(type)) return [];
  const listed = type === tableLeaf ? listedCells(page, shape) : undefined;
  if (listed !== undefined) return listed;
  const found: number[] = [];
  for (let at = 0; at < page.length; at++) if (readCell(page, at, shape) !== undefined) found.push(at);
  return found;
}

function listedCells(page: Buffer, shape: CellShape): number[] | undefined {
  const count = page.readUInt16BE(3);
  if (leafHeader + 2 * count > page.length) return undefined;
  const cells: number[] = [];
  let last = 0;
  for (let i = 0; i < count; i++) {
    const at = page.readUInt16BE(leafHeader + 2 * i);
    const cell = readCell(page, at, shape);
    if (cell === undefined || cell.position <= last) return undefined;
    last = cell.position;
    cells.push(at);
  }
  return cells;
}

/** Undefined when there is no event's row at `at`. */
export function readCell(page: Buffer, at: number, { columns, opening }: CellShape): Cell | undefined {
  const reader = new Reader(page, at);
  const payload = reader.varint();
  const position = reader.varint();
  if (!(payload > 60) || !(position > 0)) return undefined;
  const begin = reader.at;
  const headerSize = reader.varint();
  if (!(headerSize > columns && headerSize < 40)) return undefined;
  const types: number[] = [];
  for (let i = 0; i < columns; i++) types.push(reader.varint());
  if (types[0] !== 0 || reader.at !== begin + headerSize) return undefined;
  const sizes = types.map(sizeOf);
  const before = headerSize + sizes.slice(0, -1).reduce((sum, size) => sum + size, 0);
  const size = sizes.at(-1)!;
  const local = localBytes(payload, page.length);
  if (before + size !== payload || before > local || begin + local + (local < payload ? 4 : 0) > page.length) return undefined;
  const start = page.subarray(begin + before, begin + local);
  const expected = opening(position);
  if (start.toString('latin1', 0, expected.length) !== expected) return undefined;
  const remaining = integer(page, begin + headerSize, types[1]!);
  const hash = page.subarray(begin + before - sizes.at(-2)!, begin + before);
  return { position, remaining, hash, size, start, overflow: local < payload ? page.readUInt32BE(begin + local) : 0 };
}

/** Bytes of a payload that stay in a table leaf's cell (§1.6; no space reserved on a page). */
function localBytes(payload: number, usable: number): number {
  const most = usable - 35;
  if (payload <= most) return payload;
  const least = Math.floor(((usable - 12) * 32) / 255) - 23;
  const wanted = least + ((payload - least) % (usable - 4));
  return wanted <= most ? wanted : least;
}

const integerSizes = [0, 1, 2, 3, 4, 6, 8, 8, 0, 0];

/** Bytes of a value of a serial type (§2.1). */
function sizeOf(type: number): number {
  return type < 12 ? (integerSizes[type] ?? NaN) : Math.floor((type - 12) / 2);
}

function integer(page: Buffer, at: number, type: number): number {
  if (type === 8 || type === 9) return type - 8;
  const size = type <= 5 ? sizeOf(type) : 0;
  return size === 0 || at + size > page.length ? NaN : page.readUIntBE(at, size);
}

class Reader {
  readonly #page: Buffer;
  at: number;

  constructor(page: Buffer, at: number) {
    this.#page = page;
    this.at = at;
  }

  /** NaN behind the page's end and for more than 7 bytes, which no number here needs. */
  varint(): number {
    let value = 0;
    for (let i = 0; i < 7; i++) {
      const byte = this.#page[this.at++];
      if (byte === undefined) return NaN;
      value = value * 128 + (byte & 0x7f);
      if (byte < 0x80) return value;
    }
    return NaN;
  }
}
