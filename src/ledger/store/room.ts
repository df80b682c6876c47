import { closeSync, fstatSync, openSync, writeSync } from 'node:fs';

const chunk = Buffer.alloc(512 * 1_024);
/** A commit that makes the file grow by more is one of many events: what its length costs is shared by all of them. */
const small = chunk.length / 8;

/**
 * Room in the write-ahead log, ahead of what is written. A sync of a file that has grown must write its new length, too, and on most file systems takes
 * twice as long as one within it; so the file grows by a chunk of zeros at a time, which end the log for SQLite as they do for `wal.ts`.
 */
export class Room {
  readonly #fd: number;
  #size: number;

  /** The log must be there, and must begin with what was committed, before {@link ensure} is called. */
  constructor(wal: string) {
    this.#fd = openSync(wal, 'r+');
    this.#size = fstatSync(this.#fd).size;
  }

  /** To be called after each commit. Without room on the disk there is just none in the log. */
  ensure(): void {
    const { size } = fstatSync(this.#fd);
    const grown = size - this.#size;
    this.#size = size;
    if (grown <= 0 || grown > small) return;
    try {
      this.#size += writeSync(this.#fd, chunk, 0, chunk.length, size);
    } catch {
      this.#size = fstatSync(this.#fd).size;
    }
  }

  close(): void {
    closeSync(this.#fd);
  }
}
