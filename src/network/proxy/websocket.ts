/** Follows one direction of a WebSocket through the chunks in which it arrives, to know when no frame is half sent (RFC 6455 §5.2). */
export class FrameBorders {
  /** Of the frame's head: bytes that are still missing, of which the last ones are its length. */
  readonly #head = Buffer.alloc(14);
  #known = 0;
  #left = 0;

  /** All frames so far are complete, so that another may be put behind them. */
  get atBorder(): boolean {
    return this.#known === 0 && this.#left === 0;
  }

  read(bytes: Buffer): void {
    let at = 0;
    while (at < bytes.length) {
      if (this.#left > 0) {
        const part = Math.min(this.#left, bytes.length - at);
        this.#left -= part;
        at += part;
      } else {
        this.#head[this.#known++] = bytes[at++]!;
        if (this.#known >= 2 && this.#known === headLength(this.#head)) {
          this.#left = payloadLength(this.#head);
          this.#known = 0;
        }
      }
    }
  }
}

function headLength(head: Buffer): number {
  const length = head[1]! & 0x7f;
  return 2 + (length === 126 ? 2 : length === 127 ? 8 : 0) + (head[1]! & 0x80 ? 4 : 0);
}

function payloadLength(head: Buffer): number {
  const length = head[1]! & 0x7f;
  return length === 126 ? head.readUInt16BE(2) : length === 127 ? Number(head.readBigUInt64BE(2)) : length;
}

/** "Going away", as RFC 6455 §7.4.1 says of a server that goes down: clients connect again. */
const goingAway = [1001 >> 8, 1001 & 0xff] as const;

/** The frame with which a server says goodbye. */
export const serverGoodbye = Buffer.from([0x88, 2, ...goingAway]);

/** The frame with which a client does; its mask may be anything, also nothing. */
export const clientGoodbye = Buffer.from([0x88, 0x82, 0, 0, 0, 0, ...goingAway]);
