import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { pageSize } from '../store/rows.ts';
import { scanWal, type Frame } from './wal.ts';

/** Where one content of one page is: in the write-ahead log or in the database file. */
export interface PageAt {
  readonly wal: boolean;
  readonly offset: number;
}

/** All contents of all pages that a database file and its write-ahead log hold, each page possibly several times. Reads only. */
export class Pages {
  readonly #database: number | undefined;
  readonly #wal: number | undefined;
  readonly #databaseSize: number;
  readonly #frames: readonly Frame[];
  readonly #newest = new Map<number, number>();
  #buffered: { place: PageAt; page: Buffer } | undefined;

  constructor(database: string, wal: string) {
    this.#database = openIfThere(database);
    this.#wal = openIfThere(wal);
    this.#databaseSize = this.#database === undefined ? 0 : fstatSync(this.#database).size;
    this.#frames = this.#wal === undefined ? [] : scanWal(wal, pageSize).frames;
    for (const frame of this.#frames) if (frame.current) this.#newest.set(frame.page, frame.offset);
  }

  close(): void {
    for (const fd of [this.#database, this.#wal]) if (fd !== undefined) closeSync(fd);
  }

  /** Every content of every page but the first, which holds no rows. */
  *all(): Generator<PageAt> {
    for (let offset = pageSize; offset < this.#databaseSize; offset += pageSize) yield { wal: false, offset };
    for (const frame of this.#frames) if (frame.page !== 1) yield { wal: true, offset: frame.offset };
  }

  /** Contents of page `number`, the likeliest first. */
  *versions(number: number): Generator<PageAt> {
    const newest = this.#newest.get(number);
    if (newest !== undefined) yield { wal: true, offset: newest };
    yield { wal: false, offset: (number - 1) * pageSize };
  }

  /** Zeros stand for what cannot be read: the disk may refuse, or the file be too short. Valid until the next call. */
  read(place: PageAt): Buffer {
    const buffered = this.#buffered;
    if (buffered !== undefined && buffered.place.wal === place.wal && buffered.place.offset === place.offset) return buffered.page;
    const page = Buffer.alloc(pageSize);
    const fd = place.wal ? this.#wal : this.#database;
    try {
      if (fd !== undefined) readSync(fd, page, 0, pageSize, place.offset);
    } catch {
      page.fill(0);
    }
    this.#buffered = { place, page };
    return page;
  }
}

function openIfThere(path: string): number | undefined {
  try {
    return openSync(path, 'r');
  } catch {
    return undefined;
  }
}
