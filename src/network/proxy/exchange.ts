import { Refusal } from '../http1/refusal.ts';
import type { RequestHead } from '../http1/request-head.ts';
import { parseResponseHead, type ResponseHead } from '../http1/response-head.ts';
import { choose } from './balancer.ts';
import type { ClientConnection, ClientUser } from './client-connection.ts';
import { requestHeadFor, requestIdOf, responseHeadFor } from './forwarding.ts';
import type { Held } from './held-requests.ts';
import { answers, render, type OwnAnswer } from './own-answer.ts';
import type { Proxy } from './proxy.ts';
import { RequestBody } from './request-body.ts';
import { ResponseRelay, type Receiver } from './response-relay.ts';
import type { LiveRoute } from './route-table.ts';
import type { ConnectionUser, TargetConnection } from './target-connection.ts';
import type { Stream, TargetState } from './target-state.ts';
import { Tunnel } from './tunnel.ts';

/** Methods that may be sent again after a target might have seen them (RFC 9110 §9.2.2). */
const idempotent = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE']);

/** A request that was already sent is sent again this often: a request that kills its agent must not kill them all. */
const mostResends = 2;
const mostInterim = 16;

type Phase = 'new' | 'held' | 'connecting' | 'waiting' | 'responding' | 'done';

/** One request and its response, from the choice of a target to the last byte. */
export class Exchange implements ClientUser, ConnectionUser, Held, Receiver, Stream {
  readonly head: RequestHead;
  readonly id: string;
  readonly startedAt: number;
  route: LiveRoute | null = null;
  target: TargetState | null = null;
  readonly #client: ClientConnection;
  readonly #proxy: Proxy;
  #phase: Phase = 'new';
  #body: RequestBody | null = null;
  #connection: TargetConnection | null = null;
  #tried: Set<TargetState> | null = null;
  #resends = 0;
  #interim = 0;
  #deadline = Infinity;
  #halfClosedUntil = Infinity;
  #politely = false;
  #holdUntil = 0;
  #pending: Buffer | null = null;
  #relay: ResponseRelay | null = null;

  constructor(head: RequestHead, client: ClientConnection, proxy: Proxy) {
    this.head = head;
    this.#client = client;
    this.#proxy = proxy;
    this.startedAt = proxy.now();
    this.id = requestIdOf(head, () => proxy.freshId());
  }

  get heldBytes(): number {
    return 2048 + (this.#body?.early?.length ?? 0);
  }

  /** Starts with the bytes that came behind the head. Throws {@link Refusal}. */
  begin(bytes: Buffer | null): void {
    if (this.head.body !== 0) this.#body = new RequestBody(this.head.body, this.#proxy.limits.bodyBytes);
    const rest = bytes === null ? null : this.onClientData(bytes);
    if (rest !== null) this.#client.keepForLater(rest);
    this.dispatch();
  }

  /** Chooses a target and sends the request to it, or holds it until there is one. */
  dispatch(): void {
    const now = this.#proxy.now();
    const route = this.#proxy.table.match(this.head.host, this.head.path);
    if (route === 'unknown host') return this.#answer(answers.unknownHost(this.head.host));
    if (route === 'unknown path') return this.#answer(answers.unknownPath(this.head.path));
    this.route = route;
    if (route.targets.length === 0 && route.absence === 'stopped') return this.#answer(answers.stopped(route.app));
    if (route.targets.length === 0 && route.absence === 'failed') return this.#answer(answers.failed(route.app));
    const target = choose(route.targets, this.#tried, now, this.#proxy.random);
    if (target === null) return this.#hold(now);
    this.target = target;
    target.inFlight++;
    target.requests++;
    const connection = this.#proxy.pool.take(target, this, now, this.#resends > 0);
    this.#connection = connection;
    if (connection.established) return this.onConnected();
    this.#phase = 'connecting';
    this.#deadline = now + this.#proxy.limits.connectTimeout;
  }

  #hold(now: number): void {
    const { app, service } = this.route!;
    this.#tried = null;
    if (this.#holdUntil === 0) {
      this.#holdUntil = now + this.#proxy.limits.holdTimeout;
      this.#proxy.traffic.of(app, service).held++;
    }
    if (now >= this.#holdUntil) return this.#answer(answers.starting(app));
    if (!this.#proxy.held.add(this)) return this.#answer(answers.overloaded());
    this.#phase = 'held';
    this.#deadline = this.#holdUntil;
  }

  onConnected(): void {
    this.#phase = 'waiting';
    this.#deadline = this.#proxy.now() + this.#proxy.limits.responseTimeout;
    const socket = this.#connection!.socket;
    const text = requestHeadFor(this.head, this.#client.facts, this.id);
    const early = this.#body?.early ?? null;
    if (early === null) return void socket.write(text, 'latin1');
    socket.cork();
    socket.write(text, 'latin1');
    socket.write(early);
    socket.uncork();
    if (!this.#body!.complete) this.#client.socket.resume();
  }

  onClientData(bytes: Buffer): Buffer | null {
    const body = this.#body;
    if (body === null || body.complete) return bytes;
    const part = body.read(bytes);
    if (this.#phase === 'waiting' || this.#phase === 'responding') {
      body.streams();
      if (this.#phase === 'waiting') this.#deadline = this.#proxy.now() + this.#proxy.limits.responseTimeout;
      if (!this.#connection!.socket.write(part)) this.#client.socket.pause();
    } else {
      body.keep(part);
      if (!body.complete) this.#client.socket.pause();
    }
    return part.length === bytes.length ? null : bytes.subarray(part.length);
  }

  onTargetDrain(): void {
    if (this.#body !== null && !this.#body.complete) this.#client.socket.resume();
  }

  onTargetData(chunk: Buffer): void {
    try {
      if (this.#relay === null) this.#onHead(chunk);
      else this.#onBody(chunk, this.#relay.pass(chunk, 0));
    } catch (error) {
      if (!(error instanceof Refusal)) this.#proxy.report(error);
      const why = error instanceof Refusal ? error.message : 'it could not be understood';
      if (this.#phase === 'responding') this.#breakOff(`target sent nonsense: ${why}`);
      else if (this.#phase === 'waiting') this.#answer(answers.targetNonsense(this.route!.app, why));
    }
  }

  #onHead(chunk: Buffer): void {
    let bytes = this.#pending === null ? chunk : Buffer.concat([this.#pending, chunk]);
    this.#pending = null;
    for (;;) {
      const parsed = bytes.length === 0 ? null : parseResponseHead(bytes, this.head.method, this.#proxy.limits);
      if (parsed === null) {
        this.#pending = bytes.length === 0 ? null : bytes;
        return;
      }
      const { head, end } = parsed;
      if (head.status === 101) return this.#switch(head, bytes.subarray(end));
      if (head.status >= 200) return this.#respond(head, bytes, end);
      if (++this.#interim > mostInterim) throw new Refusal(502, 'it sent too many interim responses');
      if (this.head.minor === 1) this.#client.write(responseHeadFor(head, { body: 'as-is', connection: null, requestId: this.id }));
      bytes = bytes.subarray(end);
    }
  }

  #respond(head: ResponseHead, bytes: Buffer, at: number): void {
    const relay = new ResponseRelay(head, this.head.minor, this);
    this.#relay = relay;
    this.#phase = 'responding';
    this.#deadline = Infinity;
    this.target!.answered();
    if (head.eventStream && this.head.method === 'GET') this.target!.streams.add(this);
    this.#onBody(bytes, relay.begin(bytes, at, this.#connectionField(relay), this.id));
  }

  #connectionField(relay: ResponseRelay): 'close' | 'keep-alive' | null {
    if (this.#closesAfter(relay)) return 'close';
    return this.head.minor === 0 ? 'keep-alive' : null;
  }

  #closesAfter(relay: ResponseRelay): boolean {
    return !this.head.keepAlive || this.#proxy.leaving || relay.endsWithConnection;
  }

  #onBody(bytes: Buffer, end: number): void {
    const relay = this.#relay!;
    if (!relay.complete) {
      if (this.#politely && relay.endBetweenEvents()) this.#finish('moved on', true);
      return;
    }
    const reusable = relay.head.keepAlive && end === bytes.length && (this.#body?.complete ?? true);
    const connection = this.#connection!;
    this.#connection = null;
    if (reusable) this.#proxy.pool.give(connection, relay.head.idleTimeout, this.#proxy.now());
    else connection.abandon();
    this.#finish(null, this.#closesAfter(relay) || !(this.#body?.complete ?? true));
  }

  /** {@link Receiver} of the relay: a slow client slows the target down. */
  write(data: Buffer | string): void {
    if (!this.#client.write(data)) this.#connection?.socket.pause();
  }

  onClientDrain(): void {
    this.#connection?.socket.resume();
  }

  /** Whoever asks for an event stream by its type, as browsers do, connects again after its end (HTML Living Standard §9.2.2). */
  get finite(): boolean {
    return !/\btext\/event-stream\b/i.test(this.head.accept);
  }

  /** The agent is about to be stopped: an event stream ends between two events. */
  endPolitely(last: boolean): void {
    if (this.finite && !last) return;
    this.#politely = true;
    if (this.#relay?.endBetweenEvents() === true) this.#finish('moved on', true);
  }

  #switch(head: ResponseHead, rest: Buffer): void {
    const connection = this.#connection!;
    if (this.head.upgrade === null) throw new Refusal(502, 'it changed the protocol unasked');
    this.target!.answered();
    this.#connection = null;
    this.#phase = 'done';
    new Tunnel(this, head, this.#client, connection, this.#proxy).start(rest);
  }

  onTargetEnd(error: NodeJS.ErrnoException | null): void {
    const connection = this.#connection;
    this.#connection = null;
    if (this.#phase === 'responding') {
      if (error === null && this.#relay!.closed()) this.#finish(null, this.#closesAfter(this.#relay!) || !(this.#body?.complete ?? true));
      else this.#breakOff('target closed within the response');
    } else if (this.#phase === 'connecting') this.#tryElsewhere();
    else if (this.#phase === 'waiting') this.#unanswered(connection!);
  }

  /** Nothing was sent: any request may go to another target. */
  #tryElsewhere(): void {
    const now = this.#proxy.now();
    const target = this.#leaveTarget()!;
    target.failed(now);
    (this.#tried ??= new Set()).add(target);
    if (this.#holdUntil === 0) this.#holdUntil = now + this.#proxy.limits.holdTimeout;
    this.#proxy.traffic.of(this.route!.app, this.route!.service).retried++;
    this.dispatch();
  }

  /** The target took the request and closed without a word: sent again only when that is safe. */
  #unanswered(connection: TargetConnection): void {
    const target = this.#leaveTarget()!;
    if (!connection.reused) {
      target.failed(this.#proxy.now());
      (this.#tried ??= new Set()).add(target);
    }
    const repeatable = this.#pending === null && this.#interim === 0 && (this.#body?.repeatable ?? true) && idempotent.has(this.head.method) && this.#resends < mostResends;
    if (!repeatable) return this.#answer(answers.targetClosed(this.route!.app));
    this.#resends++;
    this.#proxy.traffic.of(this.route!.app, this.route!.service).retried++;
    this.dispatch();
  }

  onClientEnd(): void {
    const broken = this.#body !== null && !this.#body.complete;
    if (broken || this.#relay?.head.eventStream === true) this.#client.socket.destroy();
    else if (this.#relay === null) this.#halfClosedUntil = this.#proxy.now() + this.#proxy.limits.halfClosedTimeout;
  }

  onClientGone(): void {
    this.#finish('client left', true);
  }

  onClientRefused(refusal: Refusal): void {
    if (this.#phase === 'responding') this.#breakOff(refusal.message);
    else this.#answer(answers.refused(refusal.status, refusal.message), true);
  }

  check(now: number): void {
    const { limits } = this.#proxy;
    if (now >= this.#halfClosedUntil && this.#relay === null) return void this.#client.socket.destroy();
    const body = this.#body;
    if (body !== null && !body.complete && this.#phase === 'waiting' && !body.progresses(now, !this.#client.socket.isPaused(), limits.stallTimeout, limits.bodyProgress)) {
      return this.#answer(answers.refused(408, 'the body of the request did not arrive in time'), true);
    }
    if (now < this.#deadline) return;
    if (this.#phase === 'held') this.#answer(answers.starting(this.route!.app));
    else if (this.#phase === 'waiting') this.#answer(answers.targetTimeout(this.route!.app));
    else if (this.#phase === 'connecting') {
      this.#dropConnection();
      this.#tryElsewhere();
    }
  }

  /** Answers in place of a target. */
  #answer(answer: OwnAnswer, close = false): void {
    const closes = close || !this.head.keepAlive || this.#proxy.leaving || !(this.#body?.complete ?? true);
    if (answer.status >= 502 && this.route !== null) {
      const { failures } = this.#proxy.traffic.of(this.route.app, this.route.service);
      failures[answer.status] = (failures[answer.status] ?? 0) + 1;
    }
    this.#client.write(render(answer, this.head, this.id, closes));
    this.#finish(answer.code, closes, answer.status);
  }

  /** The response cannot be completed: the client must see that. */
  #breakOff(why: string): void {
    const reset = this.#relay!.endsWithConnection;
    this.#client.user = null;
    this.#finish(why, false);
    this.#client.abort(reset);
  }

  #finish(error: string | null, close: boolean, status = this.#relay?.head.status ?? 0): void {
    if (this.#phase === 'done') return;
    if (this.#phase === 'held') this.#proxy.held.remove(this);
    this.#phase = 'done';
    this.#dropConnection();
    this.#proxy.logExchange(this, this.#client.facts.address, { status, error, received: this.#body?.received ?? 0, sent: this.#relay?.sent ?? 0 });
    this.#leaveTarget();
    if (this.#client.user === this) this.#client.release(close);
  }

  #dropConnection(): void {
    this.#connection?.abandon();
    this.#connection = null;
  }

  #leaveTarget(): TargetState | null {
    const target = this.target;
    if (target === null) return null;
    this.target = null;
    target.streams.delete(this);
    target.inFlight--;
    this.#proxy.draining.left(target);
    return target;
  }
}
