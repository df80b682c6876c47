import { parseFields } from './fields.ts';
import { Refusal } from './refusal.ts';

/** Follows a body through the chunks in which it arrives, to know where it ends. */
export interface BodyReader {
  /** True once the last byte was read. */
  readonly done: boolean;
  /** Nothing that frames the body is half read: between two chunks. */
  readonly atBorder: boolean;
  /** Reads from `at`; returns the index after the last byte that belongs to the body. Throws {@link Refusal} on bad framing. */
  read(bytes: Buffer, at: number): number;
}

/** The reader for a message's framing; `onData` gets a chunked body without its framing. */
export function bodyReader(body: number | 'chunked' | 'until-close', onData?: (data: Buffer) => void): BodyReader {
  if (body === 'chunked') return new ChunkedBody(onData);
  return body === 'until-close' ? new EndlessBody() : new CountedBody(body);
}

class CountedBody implements BodyReader {
  readonly atBorder = false;
  done: boolean;
  #left: number;

  constructor(length: number) {
    this.#left = length;
    this.done = length === 0;
  }

  read(bytes: Buffer, at: number): number {
    const count = Math.min(this.#left, bytes.length - at);
    this.#left -= count;
    this.done = this.#left === 0;
    return at + count;
  }
}

class EndlessBody implements BodyReader {
  readonly done = false;
  readonly atBorder = true;

  read(bytes: Buffer): number {
    return bytes.length;
  }
}

const sizeLine = /^([0-9A-Fa-f]{1,12})[ \t]*(?:;[\t\x20-\x7e\x80-\xff]*)?$/;
const maxSizeLine = 1024;
const maxTrailers = 16_384;
const maxTrailerFields = 64;
/** Fields that frame or route a message may not come after it (RFC 9110 §6.5.1). */
const notAsTrailer = new Set(['transfer-encoding', 'content-length', 'host', 'connection', 'upgrade', 'te', 'trailer', 'authorization', 'cookie', 'set-cookie', 'expect', 'content-type', 'content-encoding', 'content-range']);

/** RFC 9112 §7.1, with CRLF and nothing else at the end of every line, so that it may be passed on byte for byte. */
class ChunkedBody implements BodyReader {
  done = false;
  readonly #onData: ((data: Buffer) => void) | undefined;
  #expects: 'size' | 'data' | 'data end' | 'trailer' = 'size';
  #left = 0;
  #line = '';
  #trailers = '';

  constructor(onData: ((data: Buffer) => void) | undefined) {
    this.#onData = onData;
  }

  get atBorder(): boolean {
    return this.#expects === 'size' && this.#line === '';
  }

  read(bytes: Buffer, at: number): number {
    while (at < bytes.length && !this.done) {
      if (this.#expects === 'data') {
        const end = Math.min(at + this.#left, bytes.length);
        this.#onData?.(bytes.subarray(at, end));
        this.#left -= end - at;
        at = end;
        if (this.#left === 0) this.#expects = 'data end';
      } else {
        const newline = bytes.indexOf(10, at);
        const end = newline < 0 ? bytes.length : newline + 1;
        if (this.#line.length + end - at > maxSizeLine && this.#expects !== 'trailer') throw new Refusal(400, 'a chunk-size line is too long');
        if (this.#line.length + end - at > maxTrailers) throw new Refusal(431, 'the trailers are too large');
        this.#line += bytes.toString('latin1', at, end);
        at = end;
        if (newline >= 0) this.#endLine();
      }
    }
    return at;
  }

  #endLine(): void {
    const line = this.#line;
    this.#line = '';
    if (!line.endsWith('\r\n')) throw new Refusal(400, 'a line of the chunked body ends without CR');
    if (this.#expects === 'data end') {
      if (line.length !== 2) throw new Refusal(400, 'a chunk is longer than it said');
      this.#expects = 'size';
    } else if (this.#expects === 'size') {
      const size = sizeLine.exec(line.slice(0, -2))?.[1];
      if (size === undefined) throw new Refusal(400, 'a chunk size is malformed');
      this.#left = Number.parseInt(size, 16);
      this.#expects = this.#left === 0 ? 'trailer' : 'data';
    } else if (line.length === 2) {
      this.#checkTrailers();
      this.done = true;
    } else {
      this.#trailers += line;
      if (this.#trailers.length > maxTrailers) throw new Refusal(431, 'the trailers are too large');
    }
  }

  #checkTrailers(): void {
    if (this.#trailers === '') return;
    const forbidden = parseFields(this.#trailers, 0, maxTrailerFields).keys.find((key) => notAsTrailer.has(key));
    if (forbidden !== undefined) throw new Refusal(400, `${forbidden} may not be a trailer`);
  }
}
