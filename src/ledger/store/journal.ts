import { closeSync, constants, openSync, readSync, rmSync, statSync, writeSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { ledgerFiles, syncPath, writeDurably } from '../files.ts';
import { equal } from '../merkle.ts';
import { chained } from '../proof/chain.ts';
import { leafOf } from '../proof/leaf.ts';
import { hashSize } from '../sha256.ts';
import { lineOf, rowsOf } from './lines.ts';
import type { Head } from './protocol.ts';
import type { NewRow } from './writer.ts';

/** Bytes of a slot: a page, which a disk writes at once, so that no entry shares one with another. */
const slotSize = 4_096;

/** Slots of the file. They are used in turn; an entry's slot is free again when the database has its rows. */
export const slots = 64;

/** Where a slot has what: the CRC-32 of all behind it, the bytes of text, position and checksum of the row before, the text. */
const at = { sum: 0, length: 4, after: 8, previous: 16, text: 16 + hashSize } as const;

/** Bytes of text for which a slot has room. */
export const slotRoom = slotSize - at.text;

/** An append that was acknowledged before the database had it. */
export interface Entry {
  /** Position and chained checksum of the row before it. */
  readonly after: number;
  readonly previous: Uint8Array;
  readonly rows: readonly NewRow[];
}

/** The checksum of the last of `rows`, chained to `previous`. */
export function chainedTo(previous: Uint8Array, rows: Iterable<Pick<NewRow, 'event' | 'remaining'>>): Uint8Array {
  let hash = previous;
  for (const { event, remaining } of rows) hash = chained(hash, leafOf(event), remaining);
  return hash;
}

/** Makes the journal of a directory where there is none. False when there is no room for it. */
export function makeJournal(directory: string): boolean {
  const { journal } = ledgerFiles(directory);
  if (stateOf(directory) === 'whole') return true;
  try {
    writeDurably(journal, new Uint8Array(slots * slotSize));
    return true;
  } catch {
    rmSync(`${journal}.next`, { force: true });
    return false;
  }
}

/** The journal of a directory, to be written: a file of slots that never changes its length, so that a write to it is one to the disk and no more. */
export class Journal {
  readonly directory: string;
  readonly #fd: number;
  readonly #slot = Buffer.alloc(slotSize);
  #next = 0;

  /** @param directory - In which {@link makeJournal} made it. */
  constructor(directory: string) {
    this.directory = directory;
    this.#fd = openSync(ledgerFiles(directory).journal, constants.O_WRONLY | constants.O_DSYNC);
  }

  /**
   * Writes an entry of `lines` (see `lines.ts`), and returns when it is on disk. Throws when nobody knows whether it is.
   *
   * @param head - The row before.
   * @param bytes - Of `lines` as UTF-8, at most {@link slotRoom}.
   */
  write(head: Head, lines: string, bytes: number): void {
    this.#slot.set(head.hash, at.previous);
    this.#slot.writeBigUInt64BE(BigInt(head.position), at.after);
    this.#slot.writeUInt32BE(bytes, at.length);
    this.#slot.write(lines, at.text);
    this.#slot.writeUInt32BE(crc32(this.#slot.subarray(at.length, at.text + bytes)), at.sum);
    const written = writeSync(this.#fd, this.#slot, 0, slotSize, this.#next * slotSize);
    if (written !== slotSize) throw new Error(`${written} of ${slotSize} bytes were written to the journal`);
    this.#next = (this.#next + 1) % slots;
  }

  close(): void {
    closeSync(this.#fd);
  }

  /** Removes it, so that nobody reads an entry of which nobody knows. */
  remove(): void {
    rmSync(ledgerFiles(this.directory).journal, { force: true });
    syncPath(this.directory);
  }
}

/** Whether a directory has a journal. It is made whole, and keeps its length: one of another is `damaged`. */
export function stateOf(directory: string): 'absent' | 'whole' | 'damaged' {
  const stat = statSync(ledgerFiles(directory).journal, { throwIfNoEntry: false });
  return stat === undefined ? 'absent' : stat.isFile() && stat.size === slots * slotSize ? 'whole' : 'damaged';
}

/** The entries of a directory's journal, in their order; what was not written to its end is none. Most are of rows that the database has. */
export function entriesOf(directory: string): Entry[] {
  const { journal } = ledgerFiles(directory);
  if (!statSync(journal, { throwIfNoEntry: false })?.isFile()) return [];
  const file = Buffer.alloc(slots * slotSize);
  const fd = openSync(journal, constants.O_RDONLY);
  try {
    readSync(fd, file, 0, file.length, 0);
  } finally {
    closeSync(fd);
  }
  return Array.from({ length: slots }, (_, n) => entryIn(file.subarray(n * slotSize, (n + 1) * slotSize))).filter((entry) => entry !== undefined).toSorted((a, b) => a.after - b.after);
}

/**
 * What was acknowledged and is not in a database whose last row is `head`: the rows that follow from it, and up to which position there were some (0 where
 * there were none). That is a higher one than the rows have where the database lost others. A database that was salvaged may end within an entry.
 */
export function acknowledgedBehind(directory: string, { position, hash }: Head): { rows: NewRow[]; upTo: number } {
  const entries = entriesOf(directory).filter((entry) => entry.after + entry.rows.length > position);
  const rows: NewRow[] = [];
  for (const entry of entries) {
    const known = position + rows.length - entry.after;
    if (known < 0 || !equal(chainedTo(entry.previous, entry.rows.slice(0, known)), hash)) break;
    const more = entry.rows.slice(known);
    rows.push(...more);
    hash = chainedTo(hash, more);
  }
  return { rows, upTo: Math.max(0, ...entries.map((entry) => entry.after + entry.rows.length)) };
}

/** Rows as lines for the store. */
export const linesOf = (rows: readonly NewRow[]): string => rows.map((row) => lineOf(row)).join('\n');

/** What a slot holds, if it was written to its end. */
function entryIn(slot: Buffer): Entry | undefined {
  const length = slot.readUInt32BE(at.length);
  const end = at.text + length;
  if (length === 0 || length > slotRoom || crc32(slot.subarray(at.length, end)) !== slot.readUInt32BE(at.sum)) return undefined;
  return { after: Number(slot.readBigUInt64BE(at.after)), previous: slot.subarray(at.previous, at.text), rows: [...rowsOf(slot.toString('utf8', at.text, end))] };
}
