import type { Socket } from 'node:net';
import { Refusal } from '../http1/refusal.ts';
import { parseRequestHead, type RequestHead } from '../http1/request-head.ts';
import type { ClientUser } from './client-user.ts';
import type { ClientFacts } from './forwarding.ts';
import { answers, render } from './own-answer.ts';
import type { Serving } from './serving.ts';

/** A request that was understood, before anything is done about it. */
export interface Begun extends ClientUser {
  /** Starts with the bytes that came behind the head. Throws {@link Refusal}. */
  begin(bytes: Buffer | null): void;
}

/** What becomes of a client's connection: who answers its requests, and who has to know of its end. */
export interface ConnectionOwner {
  exchange(head: RequestHead, client: ClientConnection): Begun;
  forget(client: ClientConnection): void;
}

const lingerTimeout = 2_000;

/** A client's connection: finds the requests in its bytes and hands each to an exchange, one after the other. */
export class ClientConnection {
  readonly socket: Socket;
  readonly facts: ClientFacts;
  /** The client closed its sending side. */
  ended = false;
  /** Since when the client does not take what is written to it; 0 when it does. */
  blockedSince = 0;
  user: ClientUser | null = null;
  readonly #proxy: Serving;
  readonly #owner: ConnectionOwner;
  #pending: Buffer | null = null;
  #deadline: number;
  #closing = false;
  #advancing = false;

  constructor(socket: Socket, proxy: Serving, owner: ConnectionOwner) {
    this.socket = socket;
    this.#proxy = proxy;
    this.#owner = owner;
    const address = socket.remoteAddress ?? '';
    this.facts = { address, trusted: address === '::1' || address.startsWith('127.') };
    this.#deadline = proxy.now() + proxy.limits.headTimeout;
    socket.setNoDelay(true);
    socket
      .on('data', (chunk: Buffer) => this.#guard(() => this.#onData(chunk)))
      .on('drain', () => {
        this.blockedSince = 0;
        this.user?.onClientDrain();
      })
      .on('end', () => this.#guard(() => this.#onEnd()))
      .on('error', () => undefined)
      .on('close', () => {
        this.#closing = true;
        const user = this.user;
        this.user = null;
        user?.onClientGone();
        owner.forget(this);
      });
  }

  get idle(): boolean {
    return this.user === null;
  }

  /** Writes to the client; false when it should not be given more until it drained. Text is latin1. */
  write(data: Buffer | string): boolean {
    const free = typeof data === 'string' ? this.socket.write(data, 'latin1') : this.socket.write(data);
    if (!free && this.blockedSince === 0) this.blockedSince = this.#proxy.now();
    return free;
  }

  /** The exchange is over; the connection serves the next request, or closes after what was written is sent. */
  release(close: boolean): void {
    this.user = null;
    if (this.#closing) return;
    if (close || this.ended) return this.#close();
    this.#deadline = this.#proxy.now() + this.#proxy.limits.idleTimeout;
    this.socket.resume();
    if (this.#pending !== null) this.#guard(() => this.#advance());
  }

  /** Breaks off, so that the client sees an incomplete response; `reset` when only that tells it from a complete one. */
  abort(reset: boolean): void {
    this.user = null;
    this.#closing = true;
    this.#deadline = this.#proxy.now() + lingerTimeout;
    if (reset) this.socket.resetAndDestroy();
    else this.socket.destroySoon();
  }

  check(now: number): void {
    if (this.blockedSince !== 0 && now - this.blockedSince > this.#proxy.limits.takeTimeout) return void this.socket.destroy();
    if (this.user !== null) return this.#guard(() => this.user?.check(now));
    if (now < this.#deadline) return;
    if (this.#pending !== null && !this.#closing) this.#refuse(new Refusal(408, 'the head of the request did not arrive in time'));
    else this.socket.destroy();
  }

  #onData(chunk: Buffer): void {
    if (this.#closing) return;
    const rest = this.user === null ? chunk : this.user.onClientData(chunk);
    if (rest === null) return;
    this.#pending = this.#pending === null ? rest : Buffer.concat([this.#pending, rest]);
    if (this.user === null) this.#advance();
    else this.socket.pause();
  }

  #advance(): void {
    if (this.#advancing) return;
    this.#advancing = true;
    try {
      while (this.user === null && this.#pending !== null && !this.#closing) {
        const parsed = parseRequestHead(this.#pending, this.#proxy.limits);
        if (parsed === null) {
          this.#deadline = Math.min(this.#deadline, this.#proxy.now() + this.#proxy.limits.headTimeout);
          return;
        }
        const rest = parsed.end === this.#pending.length ? null : this.#pending.subarray(parsed.end);
        this.#pending = null;
        const exchange = this.#owner.exchange(parsed.head, this);
        this.user = exchange;
        exchange.begin(rest);
      }
    } finally {
      this.#advancing = false;
    }
  }

  /** What came behind the request that is being served. */
  keepForLater(rest: Buffer): void {
    this.#pending = rest;
    this.socket.pause();
  }

  /** Hands over what was kept for later. */
  takePending(): Buffer | null {
    const pending = this.#pending;
    this.#pending = null;
    return pending;
  }

  #onEnd(): void {
    this.ended = true;
    if (this.user !== null) this.user.onClientEnd();
    else this.#close();
  }

  #refuse(refusal: Refusal): void {
    const id = this.#proxy.freshId();
    this.socket.write(render(answers.refused(refusal.status, refusal.message), null, id, true));
    this.#proxy.logRefused(this.facts.address, refusal, id);
    this.#close();
  }

  /** Sends what was written and closes; what the client still sends is read and dropped, lest a reset eats the answer. */
  #close(): void {
    if (this.#closing) return;
    this.#closing = true;
    this.#pending = null;
    this.#deadline = this.#proxy.now() + lingerTimeout;
    this.socket.end();
    this.socket.resume();
  }

  /** A refusal is answered; anything else that is thrown costs this connection only, never the others. */
  #guard(action: () => void): void {
    try {
      action();
    } catch (error) {
      if (!(error instanceof Refusal)) {
        this.#proxy.report(error);
        this.socket.destroy();
      } else if (this.user === null) this.#refuse(error);
      else this.user.onClientRefused(error);
    }
  }
}
