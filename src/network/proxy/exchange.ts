import { Refusal } from '../http1/refusal.ts';
import type { RequestHead } from '../http1/request-head.ts';
import type { ResponseHead } from '../http1/response-head.ts';
import { Attempts } from './attempts.ts';
import { choose } from './balancer.ts';
import type { Begun, ClientConnection } from './client-connection.ts';
import { requestHeadFor, requestIdOf } from './forwarding.ts';
import type { Held } from './held-requests.ts';
import { answers, render, type OwnAnswer } from './own-answer.ts';
import { RequestBody } from './request-body.ts';
import type { ResponseRelay } from './response-relay.ts';
import type { LiveRoute } from './route-table.ts';
import type { Served, Serving } from './serving.ts';
import { TargetAnswer, type AnswerListener } from './target-answer.ts';
import type { ConnectionUser, TargetConnection } from './target-connection.ts';
import type { Stream, TargetState } from './target-state.ts';
import { Tunnel } from './tunnel.ts';

type Phase = 'new' | 'held' | 'connecting' | 'waiting' | 'responding' | 'done';

/** One request and its response, from the choice of a target to the last byte. */
export class Exchange implements Begun, Served, ConnectionUser, Held, AnswerListener, Stream {
  readonly head: RequestHead;
  readonly id: string;
  readonly startedAt: number;
  route: LiveRoute | null = null;
  target: TargetState | null = null;
  readonly #client: ClientConnection;
  readonly #proxy: Serving;
  #phase: Phase = 'new';
  #body: RequestBody | null = null;
  #connection: TargetConnection | null = null;
  readonly #attempts = new Attempts();
  #deadline = Infinity;
  #halfClosedUntil = Infinity;
  readonly #answered: TargetAnswer;

  constructor(head: RequestHead, client: ClientConnection, proxy: Serving) {
    this.head = head;
    this.#client = client;
    this.#proxy = proxy;
    this.startedAt = proxy.now();
    this.id = requestIdOf(head, proxy);
    this.#answered = new TargetAnswer(head, this.id, proxy.limits, this);
  }

  get heldBytes(): number {
    return 2048 + (this.#body?.early?.length ?? 0);
  }

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
    const target = choose(route.targets, this.#attempts.tried, now, this.#proxy.random);
    if (target === null) return this.#hold(now);
    this.target = target;
    target.inFlight++;
    target.requests++;
    const connection = this.#proxy.pool.take(target, this, now, this.#attempts.needsFreshConnection);
    this.#connection = connection;
    if (connection.established) return this.onConnected();
    this.#phase = 'connecting';
    this.#deadline = now + this.#proxy.limits.connectTimeout;
  }

  #hold(now: number): void {
    const { app, service } = this.route!;
    this.#attempts.forget();
    if (this.#attempts.holdUntil === 0) {
      this.#attempts.holdUntil = now + this.#proxy.limits.holdTimeout;
      this.#proxy.traffic.of(app, service).held++;
    }
    if (now >= this.#attempts.holdUntil) return this.#answer(answers.starting(app));
    if (!this.#proxy.held.add(this)) return this.#answer(answers.overloaded());
    this.#phase = 'held';
    this.#deadline = this.#attempts.holdUntil;
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
      this.#answered.read(chunk);
    } catch (error) {
      if (!(error instanceof Refusal)) this.#proxy.report(error);
      const why = error instanceof Refusal ? error.message : 'it could not be understood';
      if (this.#phase === 'responding') this.#breakOff(`target sent nonsense: ${why}`);
      else if (this.#phase === 'waiting') this.#answer(answers.targetNonsense(this.route!.app, why));
    }
  }

  onResponse(relay: ResponseRelay): boolean {
    this.#phase = 'responding';
    this.#deadline = Infinity;
    this.target!.answered();
    if (relay.head.eventStream && this.head.method === 'GET') this.target!.streams.add(this);
    return this.#closesAfter(relay);
  }

  #closesAfter(relay: ResponseRelay): boolean {
    return !this.head.keepAlive || this.#proxy.leaving || relay.endsWithConnection;
  }

  onComplete(clean: boolean): void {
    const relay = this.#answered.relay!;
    const sent = this.#body?.complete ?? true;
    const connection = this.#connection!;
    this.#connection = null;
    if (clean && sent && relay.head.keepAlive) this.#proxy.pool.give(connection, relay.head.idleTimeout, this.#proxy.now());
    else connection.abandon();
    this.#finish(null, this.#closesAfter(relay) || !sent);
  }

  onMovedOn(): void {
    this.#finish('moved on', true);
  }

  /** A slow client slows the target down. */
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
    if (this.#answered.endPolitely()) this.onMovedOn();
  }

  onSwitch(head: ResponseHead, rest: Buffer): void {
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
      if (error === null && this.#answered.relay!.closed()) this.#finish(null, this.#closesAfter(this.#answered.relay!) || !(this.#body?.complete ?? true));
      else this.#breakOff('target closed within the response');
    } else if (this.#phase === 'connecting') this.#tryElsewhere();
    else if (this.#phase === 'waiting') this.#unanswered(connection!);
  }

  /** Nothing was sent: any request may go to another target. */
  #tryElsewhere(): void {
    const now = this.#proxy.now();
    const target = this.#leaveTarget()!;
    this.#attempts.failed(target, now);
    if (this.#attempts.holdUntil === 0) this.#attempts.holdUntil = now + this.#proxy.limits.holdTimeout;
    this.#proxy.traffic.of(this.route!.app, this.route!.service).retried++;
    this.dispatch();
  }

  /** The target took the request and closed without a word: sent again only when that is safe. */
  #unanswered(connection: TargetConnection): void {
    const target = this.#leaveTarget()!;
    if (!connection.reused) this.#attempts.failed(target, this.#proxy.now());
    if (!this.#attempts.resend(this.head, this.#answered.untouched && (this.#body?.repeatable ?? true))) return this.#answer(answers.targetClosed(this.route!.app));
    this.#proxy.traffic.of(this.route!.app, this.route!.service).retried++;
    this.dispatch();
  }

  onClientEnd(): void {
    const broken = this.#body !== null && !this.#body.complete;
    if (broken || this.#answered.relay?.head.eventStream === true) this.#client.socket.destroy();
    else if (this.#answered.relay === null) this.#halfClosedUntil = this.#proxy.now() + this.#proxy.limits.halfClosedTimeout;
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
    if (now >= this.#halfClosedUntil && this.#answered.relay === null) return void this.#client.socket.destroy();
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
    const reset = this.#answered.relay!.endsWithConnection;
    this.#client.user = null;
    this.#finish(why, false);
    this.#client.abort(reset);
  }

  #finish(error: string | null, close: boolean, status = this.#answered.relay?.head.status ?? 0): void {
    if (this.#phase === 'done') return;
    if (this.#phase === 'held') this.#proxy.held.remove(this);
    this.#phase = 'done';
    this.#dropConnection();
    this.#proxy.logExchange(this, this.#client.facts.address, { status, error, received: this.#body?.received ?? 0, sent: this.#answered.relay?.sent ?? 0 });
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
