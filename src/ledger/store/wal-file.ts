import { closeSync, fdatasyncSync, fstatSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';

/** Bytes by which the file is made longer than it has to be: as much as it has, within these. */
const shortest = 64 * 2 ** 10;
const longest = 2 ** 20;

/**
 * The file of SQLite's write-ahead log, which is synced here after every commit (so SQLite itself works with `synchronous=NORMAL`, and syncs what else it takes for the log
 * to be whole after a crash: sqlite.org/wal.html). Node's SQLite would call fsync(2), which also writes down when the file was changed: one more block each time, and where the file system
 * has a journal, a commit of that. What fdatasync(2) leaves out nobody needs to read the log.
 *
 * The length of the file is needed, so zeros are written ahead of where the log ends: then most commits leave it as it is. SQLite reads the log up to the first frame that does not belong to it.
 *
 * Whether the log went on behind them is seen by reading there. Asking for the file's length (fstat) asks for its times too, and where somebody saw those, Linux gives the file new ones at the next write
 * (multigrain timestamps, since 6.13), which the next sync then waits for: half as long again on a fast disk.
 */
export class WalFile {
  readonly #fd: number;
  readonly #most: number;
  /** Bytes that the file had when its length was last asked for, with the zeros. */
  #length = 0;
  readonly #byte = new Uint8Array(1);

  /**
   * @param path - Of a file that is there, and stays there as long as the database is open.
   * @param most - Bytes that the log keeps.
   */
  constructor(path: string, most: number) {
    this.#fd = openSync(path, 'r+');
    this.#most = most;
  }

  /** Returns when what was written to the file is on disk. Whatever it throws, nobody knows then what the disk holds. */
  sync(): void {
    try {
      if (readSync(this.#fd, this.#byte, 0, 1, this.#length) > 0) this.#length = this.#lengthen(fstatSync(this.#fd).size);
      fdatasyncSync(this.#fd);
    } catch (error) {
      // Also for a disk that is full: what is committed in the file cannot be taken back.
      throw new Error(`its write-ahead log could not be synced: ${String(error)}`, { cause: error });
    }
  }

  close(): void {
    closeSync(this.#fd);
  }

  /** Writes zeros behind the end, if there is room. The new length. */
  #lengthen(size: number): number {
    const zeros = Math.min(Math.max(size, shortest), longest, this.#most - size);
    if (zeros <= 0) return size;
    try {
      if (writeSync(this.#fd, new Uint8Array(zeros), 0, zeros, size) === zeros) return size + zeros;
    } catch {
      // No room: SQLite will say so when it needs some.
    }
    ftruncateSync(this.#fd, size);
    return size;
  }
}
