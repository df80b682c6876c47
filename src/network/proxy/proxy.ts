import type { Socket } from 'node:net';
import type { Route } from '../../control/router.ts';
import type { Refusal } from '../http1/refusal.ts';
import type { RequestHead } from '../http1/request-head.ts';
import type { AccessLog } from './access-log.ts';
import { ClientConnection, type ConnectionOwner } from './client-connection.ts';
import { Draining } from './draining.ts';
import { Exchange } from './exchange.ts';
import { HeldRequests } from './held-requests.ts';
import type { Limits } from './limits.ts';
import { RouteTable } from './route-table.ts';
import type { Outcome, Served, Serving } from './serving.ts';
import { TargetPool } from './target-pool.ts';
import { count, Traffic } from './traffic.ts';

export interface ProxyOptions {
  readonly limits: Limits;
  readonly log: AccessLog;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** Milliseconds since the epoch. */
  readonly time: () => number;
  /** Milliseconds that never step back. */
  readonly now: () => number;
  /** Told of what should not happen; the traffic goes on. */
  readonly report: (error: unknown) => void;
}

const checkInterval = 1_000;

/** The data plane: takes clients' connections and serves them along the routes. What listens is not its business. */
export class Proxy implements Serving, ConnectionOwner {
  readonly limits: Limits;
  readonly table = new RouteTable();
  readonly pool = new TargetPool();
  readonly traffic = new Traffic();
  readonly held: HeldRequests;
  readonly draining: Draining;
  readonly tunnels = new Set<{ cut(): void }>();
  readonly random: () => number;
  readonly now: () => number;
  readonly report: (error: unknown) => void;
  leaving = false;
  readonly #log: AccessLog;
  readonly #time: () => number;
  readonly #connections = new Set<ClientConnection>();
  readonly #idPrefix: string;
  #ids = 0;
  #checking = false;

  constructor(options: ProxyOptions) {
    this.limits = options.limits;
    this.random = options.random;
    this.now = options.now;
    this.report = options.report;
    this.#log = options.log;
    this.#time = options.time;
    this.draining = new Draining(options.limits, this.table);
    this.held = new HeldRequests(options.limits.heldRequests, options.limits.heldBytes);
    this.#idPrefix = `${Math.floor(options.time()).toString(36)}${Math.floor(options.random() * 36 ** 5).toString(36).padStart(5, '0')}-`;
  }

  get connections(): number {
    return this.#connections.size;
  }

  /** Serves a client; beyond the limit it is turned away. */
  accept(socket: Socket): void {
    if (this.#connections.size >= this.limits.connections) return void socket.destroy();
    this.#connections.add(new ClientConnection(socket, this, this));
    if (!this.#checking) this.#checkLater();
  }

  exchange(head: RequestHead, client: ClientConnection): Exchange {
    return new Exchange(head, client, this);
  }

  forget(connection: ClientConnection): void {
    this.#connections.delete(connection);
  }

  /** Puts `routes` in force; requests that were held try again. */
  apply(routes: readonly Route[]): void {
    this.table.replace(routes);
    this.traffic.keepOnly(routes);
    this.pool.sweep(this.now());
    this.held.release();
  }

  /** Closes the connections that wait for a request. */
  closeIdle(): void {
    for (const connection of [...this.#connections]) if (connection.idle) connection.socket.destroy();
  }

  /** Ends what is without end, and breaks off the rest. */
  cut(): void {
    for (const tunnel of [...this.tunnels]) tunnel.cut();
    for (const connection of [...this.#connections]) connection.socket.destroy();
    this.pool.sweep(Infinity);
  }

  freshId(): string {
    return this.#idPrefix + (++this.#ids).toString(36);
  }

  logExchange(served: Served, client: string, outcome: Outcome): void {
    const { head, route } = served;
    const ms = this.now() - served.startedAt;
    if (route !== null) count(this.traffic.of(route.app, route.service), outcome.status, outcome.received, outcome.sent, ms);
    this.#log.write({
      time: Math.round(this.#time() - ms), app: route?.app ?? null, service: route?.service ?? null, agent: served.target?.agent ?? null,
      method: head.method, path: head.path, status: outcome.status, bytes: outcome.sent, ms, client, id: served.id,
      ...(outcome.error === null ? {} : { error: outcome.error }),
    });
  }

  logRefused(client: string, refusal: Refusal, id: string): void {
    this.#log.write({
      time: this.#time(), app: null, service: null, agent: null, method: null, path: null, status: refusal.status, bytes: 0, ms: 0, client, id, error: refusal.message,
    });
  }

  /** Timeouts of all connections in one pass, which costs nothing per request and nothing at all when there is no connection. */
  #check(): void {
    const now = this.now();
    for (const connection of this.#connections) connection.check(now);
    this.pool.sweep(now);
    this.#checking = false;
    if (this.#connections.size + this.pool.size > 0) this.#checkLater();
  }

  #checkLater(): void {
    this.#checking = true;
    setTimeout(() => this.#check(), checkInterval);
  }
}
