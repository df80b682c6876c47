import { bodyReader, type BodyReader } from '../http1/body.ts';
import { Refusal } from '../http1/refusal.ts';

/** A request's body on its way from the client: where it ends, what came before the target could take it, and whether it stalls. */
export class RequestBody {
  /** Bytes so far, with chunk framing. */
  received = 0;
  /**
   * What came before a target was connected. It is kept until the target answers, so that the request can be sent again;
   * null once more than that was sent on.
   */
  early: Buffer | null = null;
  #streamed = false;
  readonly #reader: BodyReader;
  readonly #limit: number | null;
  #windowStart = 0;
  #windowMark = 0;

  constructor(framing: number | 'chunked', limit: number | null) {
    this.#reader = bodyReader(framing);
    this.#limit = limit;
    if (limit !== null && framing !== 'chunked' && framing > limit) throw new Refusal(413, `the body is larger than ${limit} bytes`);
  }

  get complete(): boolean {
    return this.#reader.done;
  }

  /** All that was received so far is still at hand. */
  get repeatable(): boolean {
    return !this.#streamed;
  }

  /** Follows the body through `bytes`; returns its part. Throws {@link Refusal} on bad framing and beyond the limit. */
  read(bytes: Buffer): Buffer {
    const end = this.#reader.read(bytes, 0);
    this.received += end;
    if (this.#limit !== null && this.received > this.#limit + 65_536 && !this.complete) throw new Refusal(413, `the body is larger than ${this.#limit} bytes`);
    return end === bytes.length ? bytes : bytes.subarray(0, end);
  }

  keep(part: Buffer): void {
    if (part.length > 0) this.early = this.early === null ? part : Buffer.concat([this.early, part]);
  }

  /** From now on parts go to the target as they come. */
  streams(): void {
    this.#streamed = true;
    this.early = null;
  }

  /** False when a client that is being waited for sent less than `progress` bytes in a window of `window` milliseconds. */
  progresses(now: number, waitedFor: boolean, window: number, progress: number): boolean {
    if (waitedFor && this.#windowStart !== 0 && now - this.#windowStart < window) return true;
    const stalled = waitedFor && this.#windowStart !== 0 && this.received - this.#windowMark < progress;
    this.#windowStart = now;
    this.#windowMark = this.received;
    return !stalled;
  }
}
