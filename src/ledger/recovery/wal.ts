import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** Sizes of the write-ahead log's parts (sqlite.org/fileformat2.html §4). */
export const walHeader = 32;
export const frameHeader = 24;

/** One frame: a new content of one page of the database. */
export interface Frame {
  readonly page: number;
  /** Where the page's content begins in the file. */
  readonly offset: number;
  /** It belongs to what was written since the log was begun anew; others are left over from before. */
  readonly current: boolean;
}

export interface WalScan {
  readonly frames: readonly Frame[];
  /** Why part of what was committed cannot be read; null when nothing speaks for it. */
  readonly damage: string | null;
}

/**
 * Reads the write-ahead log as it stands, before SQLite does: SQLite takes the first frame with a wrong checksum for the log's end and
 * drops what follows without a word. That is right after a crash in the middle of a write, which leaves frames of a transaction that
 * was never committed. A *committed* frame at or behind the first wrong one means that something acknowledged is damaged, unless it is the last one and its content was never
 * written: SQLite writes the head of a frame before its page, and where it ends there are zeros already.
 */
export function scanWal(path: string, pageSize: number): WalScan {
  const fd = openSync(path, 'r');
  try {
    const size = fstatSync(fd).size;
    if (size === 0) return { frames: [], damage: null };
    const header = readAt(fd, 0, walHeader);
    const checksum = header.length === walHeader ? checksumOf(header) : undefined;
    const sound = checksum !== undefined && header.readUInt32BE(8) === pageSize && checksum.add(header, 0, 24).matches(header, 24);
    // A crash while the very first bytes were written leaves less than a frame.
    const hasFrame = size >= walHeader + frameHeader + pageSize;
    const damage = sound || !hasFrame ? null : 'the head of its write-ahead log is damaged';
    return scanFrames(fd, size, pageSize, header, sound ? checksum : undefined, damage);
  } finally {
    closeSync(fd);
  }
}

function scanFrames(fd: number, size: number, pageSize: number, header: Buffer, checksum: Checksum | undefined, headDamage: string | null): WalScan {
  const frames: Frame[] = [];
  let damage = headDamage;
  let valid = checksum !== undefined;
  let isCut = false;
  for (let offset = walHeader; offset + frameHeader + pageSize <= size; offset += frameHeader + pageSize) {
    const frame = readAt(fd, offset, frameHeader + pageSize);
    if (frame.length < frameHeader + pageSize) break;
    const salts = Number(frame.readUInt32BE(8) === header.readUInt32BE(16)) + Number(frame.readUInt32BE(12) === header.readUInt32BE(20));
    // One of two alike: a flipped bit in the other. Salts of different rounds never share one.
    const current = salts > 0;
    const isFollowing = valid;
    if (valid) valid = salts === 2 && checksum!.add(frame, 0, 8).add(frame, frameHeader, frameHeader + pageSize).matches(frame, 16);
    const commits = frame.readUInt32BE(4) !== 0;
    if (isFollowing && !valid && current && commits && isCutOff(frame, offset)) isCut = true;
    else if (!valid && current && (commits || isCut)) damage ??= 'its write-ahead log is damaged';
    frames.push({ page: frame.readUInt32BE(0), offset: offset + frameHeader, current });
  }
  return { frames, damage };
}

/** Parts of a file that a process which is killed writes whole or not at all. */
const block = 4_096;
/** Bytes of a page that are not zeros by chance. */
const telling = 64;

/** Whether a frame at `offset` of the file has nothing from the start of a block on, or no content at all. */
function isCutOff(frame: Buffer, offset: number): boolean {
  const end = offset + frame.length;
  const from = Math.floor((end - telling) / block) * block - offset;
  return frame.subarray(Math.max(frameHeader, from)).every((byte) => byte === 0);
}

function readAt(fd: number, offset: number, length: number): Buffer {
  const buffer = Buffer.alloc(length);
  return buffer.subarray(0, readSync(fd, buffer, 0, length, offset));
}

/** The log's running checksum (sqlite.org/fileformat2.html §4.2). */
class Checksum {
  #first = 0;
  #second = 0;
  readonly #bigEndian: boolean;

  constructor(bigEndian: boolean) {
    this.#bigEndian = bigEndian;
  }

  add(bytes: Buffer, from: number, to: number): this {
    let first = this.#first;
    let second = this.#second;
    for (let i = from; i < to; i += 8) {
      first = (first + (this.#bigEndian ? bytes.readUInt32BE(i) : bytes.readUInt32LE(i)) + second) >>> 0;
      second = (second + (this.#bigEndian ? bytes.readUInt32BE(i + 4) : bytes.readUInt32LE(i + 4)) + first) >>> 0;
    }
    this.#first = first;
    this.#second = second;
    return this;
  }

  matches(bytes: Buffer, at: number): boolean {
    return bytes.readUInt32BE(at) === this.#first && bytes.readUInt32BE(at + 4) === this.#second;
  }
}

function checksumOf(header: Buffer): Checksum | undefined {
  const magic = header.readUInt32BE(0);
  if (magic !== 0x377f0682 && magic !== 0x377f0683) return undefined;
  return new Checksum(magic === 0x377f0683);
}
