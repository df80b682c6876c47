import { closeSync, fsyncSync, openSync, readSync, writeSync } from 'node:fs';
import { Header } from 'tar';
import { StratoError } from '../../model/errors.ts';

const block = 512;
const padded = (size: number) => Math.ceil(size / block) * block;

/** A tar file (POSIX.1-1988 ustar) that is written member by member. */
export class TarWriter {
  readonly #fd: number;
  #bytes = 0;

  /** Fails when the file is there already. */
  constructor(path: string) {
    this.#fd = openSync(path, 'wx', 0o600);
  }

  add(path: string, content: Uint8Array | string): void {
    const bytes = typeof content === 'string' ? Buffer.from(content) : content;
    const header = new Header({ path, size: bytes.length, type: 'File', mode: 0o644, mtime: new Date(0) });
    header.encode();
    this.#write(header.block!);
    this.#write(bytes);
    this.#write(Buffer.alloc(padded(bytes.length) - bytes.length));
  }

  /** Ends the file and has it on disk. Returns its length in bytes. */
  end(): number {
    this.#write(Buffer.alloc(2 * block));
    fsyncSync(this.#fd);
    this.close();
    return this.#bytes;
  }

  close(): void {
    closeSync(this.#fd);
  }

  #write(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length;) at += writeSync(this.#fd, bytes, at);
    this.#bytes += bytes.length;
  }
}

/** A tar file whose members are read in any order. Only the places of members are kept in memory. */
export class TarReader {
  readonly #fd: number;
  readonly #places = new Map<string, { at: number; size: number }>();
  readonly #path: string;

  /** @throws StratoError `ledger.archive` for what is no whole tar file. */
  constructor(path: string) {
    this.#path = path;
    this.#fd = openSync(path, 'r');
    try {
      this.#index();
    } catch (error) {
      this.close();
      throw error;
    }
  }

  get paths(): Iterable<string> {
    return this.#places.keys();
  }

  /** Undefined when there is no such member. */
  read(path: string): Buffer | undefined {
    const place = this.#places.get(path);
    return place === undefined ? undefined : this.#bytes(place.at, place.size);
  }

  close(): void {
    closeSync(this.#fd);
  }

  #index(): void {
    for (let at = 0; ; ) {
      const head = this.#bytes(at, block);
      if (head.every((byte) => byte === 0)) return;
      const header = new Header(head);
      if (!header.cksumValid || header.path === undefined || header.size === undefined || header.type !== 'File') throw this.#broken('a header in it is damaged');
      this.#places.set(header.path, { at: at + block, size: header.size });
      at += block + padded(header.size);
    }
  }

  #bytes(at: number, size: number): Buffer {
    const bytes = Buffer.alloc(size);
    for (let have = 0; have < size;) {
      const more = readSync(this.#fd, bytes, have, size - have, at + have);
      if (more === 0) throw this.#broken('it ends too early');
      have += more;
    }
    return bytes;
  }

  #broken(why: string): StratoError {
    return new StratoError('ledger.archive', `${this.#path} is not a whole archive`, { why, next: 'bring the file back from a copy' });
  }
}
