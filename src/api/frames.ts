/**
 * What goes over a connection that was upgraded to {@link execProtocol}: frames of one byte for the kind, four for the
 * length (big endian), and the payload.
 */
export const execProtocol = 'stratoswarm-exec';

export const Frame = {
  /** Client, first: JSON `{argv, terminal?: {columns, rows}}`. */
  start: 0,
  /** Client: bytes for the program. */
  stdin: 1,
  /** Client: there will be no more. */
  stdinEnd: 2,
  stdout: 3,
  stderr: 4,
  /** Server, last: the exit code as decimal text. */
  exit: 5,
  /** Server, last: problem details as JSON. */
  problem: 6,
  /** Client: JSON `{columns, rows}`, the terminal has another size. */
  resize: 7,
} as const;
export type FrameKind = (typeof Frame)[keyof typeof Frame];

const header = 5;
const payloadLimit = 1024 * 1024;

/** One frame; bytes of a program that do not fit in one become several. */
export function encodeFrame(kind: FrameKind, payload: Uint8Array | string = ''): Buffer {
  const bytes = typeof payload === 'string' ? Buffer.from(payload) : payload;
  if (bytes.length > payloadLimit) return Buffer.concat([encodeFrame(kind, bytes.subarray(0, payloadLimit)), encodeFrame(kind, bytes.subarray(payloadLimit))]);
  const frame = Buffer.allocUnsafe(header + bytes.length);
  frame.writeUInt8(kind, 0);
  frame.writeUInt32BE(bytes.length, 1);
  frame.set(bytes, header);
  return frame;
}

/** Puts frames together again from chunks cut anywhere. Throws RangeError for a frame above 1 MB. */
export class FrameReader {
  #rest: Buffer = Buffer.alloc(0);

  push(chunk: Uint8Array): { kind: number; payload: Buffer }[] {
    this.#rest = this.#rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([this.#rest, chunk]);
    const frames: { kind: number; payload: Buffer }[] = [];
    while (this.#rest.length >= header) {
      const length = this.#rest.readUInt32BE(1);
      if (length > payloadLimit) throw new RangeError('frame too large');
      if (this.#rest.length < header + length) break;
      frames.push({ kind: this.#rest.readUInt8(0), payload: this.#rest.subarray(header, header + length) });
      this.#rest = this.#rest.subarray(header + length);
    }
    return frames;
  }
}
