import { hashSize } from '../merkle.ts';
import type { StoredRow } from '../store/source.ts';

/** Names the form of a bundle, in its first member. */
export const archiveFormat = 'stratoswarm-archive-1';

/** The first member, `archive.json`. */
export interface ArchiveHead {
  readonly format: string;
  /** Of the log. */
  readonly origin: string;
  readonly from: number;
  readonly upTo: number;
  /** Chained checksum of the row at `from`, in hexadecimal digits. */
  readonly hash: string;
  /** Of the fold that made `state.json`. */
  readonly reducer: string;
}

/** Member with what a block of 256 rows has beside its entries. */
export const blockPath = (index: number): string => `rows/${String(index).padStart(9, '0')}`;

const width = 4 + hashSize;

/** Of each row the number of events of its append that follow (4 bytes, big-endian) and its chained checksum. */
export function packRows(rows: readonly StoredRow[]): Uint8Array {
  const bytes = Buffer.alloc(rows.length * width);
  rows.forEach(({ remaining, hash }, i) => {
    bytes.writeUInt32BE(remaining, i * width);
    bytes.set(hash, i * width + 4);
  });
  return bytes;
}

/** The inverse of {@link packRows}, for rows behind position `after`. */
export function unpackRows(packed: Buffer, after: number, events: readonly string[]): StoredRow[] {
  if (packed.length !== events.length * width) throw new RangeError('a block of rows has not as many as it has entries');
  return events.map((event, i) => ({ position: after + i + 1, remaining: packed.readUInt32BE(i * width), hash: packed.subarray(i * width + 4, (i + 1) * width), event }));
}
