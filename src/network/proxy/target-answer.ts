import { Refusal } from '../http1/refusal.ts';
import type { RequestHead } from '../http1/request-head.ts';
import { parseResponseHead, type ResponseHead } from '../http1/response-head.ts';
import { responseHeadFor } from './forwarding.ts';
import type { Limits } from './limits.ts';
import { ResponseRelay, type Receiver } from './response-relay.ts';

const mostInterim = 16;

/** What an exchange learns while its target answers. */
export interface AnswerListener extends Receiver {
  /** The head of the final response came; says whether the client's connection ends after it. */
  onResponse(relay: ResponseRelay): boolean;
  /** The protocol changes; `rest` came behind the head. */
  onSwitch(head: ResponseHead, rest: Buffer): void;
  /** The last byte of the response was passed on; `clean` when the target sent nothing behind it. */
  onComplete(clean: boolean): void;
  /** An event stream was ended between two events. */
  onMovedOn(): void;
}

/** What a target says to one request: interim responses, then a head, then a body, passed on as they come. */
export class TargetAnswer {
  /** The final response, from its head on. */
  relay: ResponseRelay | null = null;
  readonly #request: RequestHead;
  readonly #id: string;
  readonly #limits: Limits;
  readonly #listener: AnswerListener;
  #pending: Buffer | null = null;
  #interim = 0;
  #politely = false;

  constructor(request: RequestHead, id: string, limits: Limits, listener: AnswerListener) {
    this.#request = request;
    this.#id = id;
    this.#limits = limits;
    this.#listener = listener;
  }

  /** Nothing of an answer was seen: the request may be sent again. */
  get untouched(): boolean {
    return this.relay === null && this.#pending === null && this.#interim === 0;
  }

  /** Takes bytes of the target. Throws {@link Refusal} on what is not HTTP. */
  read(chunk: Buffer): void {
    if (this.relay === null) this.#readHead(chunk);
    else this.#readBody(chunk, this.relay.pass(chunk, 0));
  }

  /** An event stream ends as soon as it stands between two events: true when it did so at once. */
  endPolitely(): boolean {
    this.#politely = true;
    return this.relay?.endBetweenEvents() === true;
  }

  #readHead(chunk: Buffer): void {
    let bytes = this.#pending === null ? chunk : Buffer.concat([this.#pending, chunk]);
    this.#pending = null;
    for (;;) {
      const parsed = bytes.length === 0 ? null : parseResponseHead(bytes, this.#request.method, this.#limits);
      if (parsed === null) {
        this.#pending = bytes.length === 0 ? null : bytes;
        return;
      }
      const { head, end } = parsed;
      if (head.status === 101) return this.#listener.onSwitch(head, bytes.subarray(end));
      if (head.status >= 200) return this.#begin(head, bytes, end);
      if (++this.#interim > mostInterim) throw new Refusal(502, 'it sent too many interim responses');
      if (this.#request.minor === 1) this.#listener.write(responseHeadFor(head, { body: 'as-is', connection: null, requestId: this.#id }));
      bytes = bytes.subarray(end);
    }
  }

  #begin(head: ResponseHead, bytes: Buffer, at: number): void {
    const { minor } = this.#request;
    const relay = new ResponseRelay(head, minor, this.#listener);
    this.relay = relay;
    const closes = this.#listener.onResponse(relay);
    this.#readBody(bytes, relay.begin(bytes, at, closes ? 'close' : minor === 0 ? 'keep-alive' : null, this.#id));
  }

  #readBody(bytes: Buffer, end: number): void {
    const relay = this.relay!;
    if (relay.complete) this.#listener.onComplete(end === bytes.length);
    else if (this.#politely && relay.endBetweenEvents()) this.#listener.onMovedOn();
  }
}
