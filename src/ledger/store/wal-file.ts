import { closeSync, fdatasyncSync, openSync } from 'node:fs';

/**
 * The file of SQLite's write-ahead log, which is synced here after every commit (so SQLite itself works with `synchronous=NORMAL`, and syncs what else it takes for the log
 * to be whole after a crash: sqlite.org/wal.html). Node's SQLite would call fsync(2), which also writes down when the file was changed: one more block each time, and where the file system
 * has a journal, a commit of that. What fdatasync(2) leaves out nobody needs to read the log.
 */
export class WalFile {
  readonly #fd: number;

  /** @param path - Of a file that is there, and stays there as long as the database is open. */
  constructor(path: string) {
    this.#fd = openSync(path, 'r');
  }

  /** Returns when what was written to the file is on disk. Whatever it throws, nobody knows then what the disk holds. */
  sync(): void {
    try {
      fdatasyncSync(this.#fd);
    } catch (error) {
      // Also for a disk that is full: what is committed in the file cannot be taken back.
      throw new Error(`its write-ahead log could not be synced: ${String(error)}`, { cause: error });
    }
  }

  close(): void {
    closeSync(this.#fd);
  }
}
