import { bodyReader, type BodyReader } from '../http1/body.ts';
import type { ResponseHead } from '../http1/response-head.ts';
import { responseHeadFor } from './forwarding.ts';

/** Where a response goes; `write` says false when the receiver is slower than the sender. */
export interface Receiver {
  write(data: Buffer | string): void;
}

/** How the body is written for the client: as it comes, with chunk framing added, or with chunk framing removed. */
type Mode = 'as-is' | 'enchunk' | 'dechunk';

/** Up to this many bytes a part is copied behind its framing, because one write is cheaper than gathering several. */
const worthJoining = 16_384;

/** Passes one response from target to client, in the framing that the client's HTTP version allows. */
export class ResponseRelay {
  readonly head: ResponseHead;
  /** The client can only learn the end of the body from the end of the connection. */
  readonly endsWithConnection: boolean;
  /** Bytes of the body that went to the client. */
  sent = 0;
  readonly #reader: BodyReader;
  readonly #mode: Mode;
  readonly #receiver: Receiver;
  /** The last bytes of the body itself, for event streams only. */
  #tail = '';
  /** Framing that waits for the bytes it belongs to. */
  #before = '';

  constructor(head: ResponseHead, clientMinor: number, receiver: Receiver) {
    this.head = head;
    this.#receiver = receiver;
    this.#mode = clientMinor === 1 ? (head.body === 'until-close' ? 'enchunk' : 'as-is') : (head.body === 'chunked' ? 'dechunk' : 'as-is');
    this.endsWithConnection = clientMinor === 0 && typeof head.body === 'string';
    this.#reader = bodyReader(head.body, this.#mode === 'dechunk' ? (data) => this.#write(data, 0, data.length, '') : head.eventStream ? (data) => this.#remember(data) : undefined);
  }

  get complete(): boolean {
    return this.#reader.done;
  }

  /** Writes head and the first part of the body together. Returns the index after the body's part in `bytes`. */
  begin(bytes: Buffer, at: number, connection: 'close' | 'keep-alive' | null, requestId: string): number {
    const chunked = this.#mode !== 'dechunk' && !this.endsWithConnection && typeof this.head.body === 'string';
    this.#before = responseHeadFor(this.head, { body: chunked ? 'chunked' : 'as-is', connection, requestId });
    try {
      return at < bytes.length ? this.pass(bytes, at) : at;
    } finally {
      if (this.#before !== '') this.#write(bytes, 0, 0, '');
    }
  }

  /** Passes a part of the body on; returns the index after it. Throws on bad framing. */
  pass(bytes: Buffer, at: number): number {
    const end = this.#reader.read(bytes, at);
    if (this.#mode === 'dechunk' || end === at) return end;
    if (this.head.body === 'until-close' && this.head.eventStream) this.#remember(bytes.subarray(at, end));
    if (this.#mode === 'enchunk') {
      this.#before += `${(end - at).toString(16)}\r\n`;
      this.#write(bytes, at, end, '\r\n');
    } else this.#write(bytes, at, end, '');
    return end;
  }

  /** The target closed in order: true when that completes the body. */
  closed(): boolean {
    if (this.head.body !== 'until-close') return false;
    if (this.#mode === 'enchunk') this.#receiver.write('0\r\n\r\n');
    return true;
  }

  /**
   * Completes an event stream when it stands between two events, so that the client reconnects instead of seeing an error
   * (HTML Living Standard §9.2.3). False while it stands within one.
   */
  endBetweenEvents(): boolean {
    const between = this.#tail === '' || /(?:\n\n|\r\r|\n\r\n)$/.test(this.#tail);
    if (!between || !this.#reader.atBorder) return false;
    if (!this.endsWithConnection) this.#receiver.write('0\r\n\r\n');
    return true;
  }

  #remember(data: Buffer): void {
    this.#tail = (this.#tail + data.toString('latin1', Math.max(0, data.length - 4))).slice(-4);
  }

  #write(bytes: Buffer, at: number, end: number, after: string): void {
    const before = this.#before;
    this.#before = '';
    this.sent += end - at;
    const part = at === 0 && end === bytes.length ? bytes : bytes.subarray(at, end);
    if (before === '' && after === '') this.#receiver.write(part);
    else if (end - at <= worthJoining) this.#receiver.write(before + bytes.toString('latin1', at, end) + after);
    else {
      this.#receiver.write(before);
      this.#receiver.write(part);
      if (after !== '') this.#receiver.write(after);
    }
  }
}
