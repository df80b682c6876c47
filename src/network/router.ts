import type { Route, Router } from '../control/router.ts';
import type { Paths } from '../host/paths.ts';
import { sleep, StratoError, type AgentId, type Clock } from '../model/index.ts';
import { askIngress, watchIngress } from './ingress/control-client.ts';
import { ingressCommand, ingressLog, lastWords, launch, warmUp, type LaunchOptions } from './ingress/launch.ts';
import type { IngressStatus } from './ingress/status.ts';
import type { Limits } from './proxy/limits.ts';

export interface IngressRouterOptions {
  readonly paths: Paths;
  readonly clock: Clock;
  /** Where to look for a free port from; 8080. The one found is kept over restarts. */
  readonly port?: number;
  /** Addresses to listen on besides the loopback ones. */
  readonly addresses?: readonly string[];
  readonly limits?: Partial<Limits>;
  /** Milliseconds for which a replaced ingress lets WebSockets and event streams run on; five minutes. */
  readonly linger?: number;
  /** Told when the ingress came under other care: started again after it died, or replaced. */
  readonly onChange?: (status: IngressStatus) => void;
}

/** The daemon's side of the ingress. */
export interface IngressRouter extends Router {
  /** `http://localhost:<port>`; null until {@link ensure} resolved. An app is at `http://<app>.localhost:<port>`. */
  readonly url: string | null;
  readonly port: number | null;
  /** Adopts the ingress that runs, or starts one that outlives this process; from then on it is started again whenever it dies. */
  ensure(): Promise<IngressStatus>;
  /** Throws `ingress.unreachable` when none runs. */
  status(): Promise<IngressStatus>;
  /** Replaces the running ingress by one of this version without losing a connection. Throws when the new one fails; the old one then serves on. */
  upgrade(): Promise<IngressStatus>;
  /** Listens on one more address as soon as it exists; true when it does now. Kept over restarts. */
  listen(address: string): Promise<boolean>;
  /** Ends the ingress. */
  stop(): Promise<void>;
  /** Ends the care for the ingress, which serves on. */
  close(): void;
}

const askTimeout = 20_000;
const startTimeout = 20_000;
const pollInterval = 20;
const longestBackoff = 5_000;

/** The {@link Router} whose data plane is the ingress process of `options.paths`. */
export function ingressRouter(options: IngressRouterOptions): IngressRouter {
  return new SocketRouter(options);
}

class SocketRouter implements IngressRouter {
  port: number | null = null;
  readonly #options: IngressRouterOptions;
  readonly #launch: LaunchOptions;
  readonly #clock: Clock;
  readonly #socket: string;
  #routes: readonly Route[] | null = null;
  #pid: number | null = null;
  #ensuring: Promise<IngressStatus> | null = null;
  #applying: Promise<void> = Promise.resolve();
  #unwatch: (() => void) | null = null;
  #cares = false;

  constructor(options: IngressRouterOptions) {
    this.#options = options;
    this.#clock = options.clock;
    this.#socket = options.paths.ingressSocket;
    this.#launch = { paths: options.paths, port: options.port ?? 8080, addresses: options.addresses ?? [], limits: options.limits ?? {}, linger: options.linger ?? 300_000 };
  }

  get url(): string | null {
    return this.port === null ? null : `http://localhost:${this.port}`;
  }

  ensure(): Promise<IngressStatus> {
    this.#cares = true;
    this.#ensuring ??= this.#adoptOrStart().finally(() => { this.#ensuring = null; });
    return this.#ensuring;
  }

  status(): Promise<IngressStatus> {
    return askIngress<IngressStatus>(this.#socket, 'GET', '/status', undefined, askTimeout);
  }

  apply(routes: readonly Route[]): Promise<void> {
    this.#routes = routes;
    const applied = this.#applying.then(() => this.#insist('PUT', '/routes', routes)).then(() => undefined);
    this.#applying = applied.catch(() => undefined);
    return applied;
  }

  async drained(agent: AgentId, timeout: number): Promise<void> {
    const until = this.#clock.monotonic() + timeout;
    for (;;) {
      const left = Math.max(0, until - this.#clock.monotonic());
      try {
        await askIngress(this.#socket, 'POST', '/drain', { agent, timeout: left }, left + askTimeout);
        return;
      } catch (error) {
        // An ingress that died took its requests along: there is nothing left to wait for.
        if (!(error instanceof StratoError) || error.code !== 'ingress.handing-over' || left === 0) return;
        await sleep(this.#clock, pollInterval);
      }
    }
  }

  async upgrade(): Promise<IngressStatus> {
    const before = await this.ensure();
    await warmUp(this.#options.paths);
    const command = ingressCommand(this.#launch);
    await askIngress(this.#socket, 'POST', '/upgrade', { command }, askTimeout);
    const status = await this.ensure();
    if (status.pid === before.pid) throw new StratoError('ingress.upgrade-failed', 'the old ingress still serves', { why: lastWords(this.#options.paths), next: `see ${ingressLog(this.#options.paths)}` });
    return status;
  }

  async listen(address: string): Promise<boolean> {
    const { listening } = await this.#insist<{ listening: boolean }>('POST', '/listen', { address });
    return listening;
  }

  async stop(): Promise<void> {
    this.close();
    try {
      await askIngress(this.#socket, 'POST', '/stop', undefined, askTimeout);
    } catch (error) {
      if (!(error instanceof StratoError) || error.code !== 'ingress.unreachable') throw error;
    }
    this.port = null;
    this.#pid = null;
  }

  close(): void {
    this.#cares = false;
    this.#unwatch?.();
    this.#unwatch = null;
  }

  async #adoptOrStart(): Promise<IngressStatus> {
    const status = await this.#running() ?? await this.#start();
    this.port = status.port;
    if (status.pid !== this.#pid) {
      const first = this.#pid === null;
      this.#pid = status.pid;
      if (this.#routes !== null) await askIngress(this.#socket, 'PUT', '/routes', this.#routes, askTimeout);
      if (!first) this.#options.onChange?.(status);
    }
    this.#watch();
    return status;
  }

  async #running(): Promise<IngressStatus | null> {
    try {
      const status = await this.status();
      return status.port === 0 ? null : status;
    } catch (error) {
      if (error instanceof StratoError && error.code === 'ingress.unreachable') return null;
      throw error;
    }
  }

  async #start(): Promise<IngressStatus> {
    await warmUp(this.#options.paths);
    const { paths } = this.#options;
    let exited: number | null | undefined;
    const pid = launch(this.#launch, (status) => { exited = status; });
    const until = this.#clock.monotonic() + startTimeout;
    while (this.#clock.monotonic() < until) {
      const status = await this.#running();
      // When another one was faster, ours has to be gone before that is adopted, lest it comes up after the other was stopped.
      if (status !== null && (status.pid === pid || exited !== undefined)) return status;
      if (exited !== undefined && exited !== 3) break;
      await sleep(this.#clock, pollInterval);
    }
    throw new StratoError('ingress.not-started', 'the ingress could not be started', { why: lastWords(paths), next: `see ${ingressLog(paths)}`, retryable: true });
  }

  /** Learns at once when the ingress dies or is replaced, and takes care of it again. */
  #watch(): void {
    this.#unwatch?.();
    if (!this.#cares) return;
    this.#unwatch = watchIngress(this.#socket, () => {
      this.#unwatch = null;
      void this.#careAgain(pollInterval);
    });
  }

  async #careAgain(backoff: number): Promise<void> {
    await sleep(this.#clock, backoff);
    if (!this.#cares) return;
    await this.ensure().catch(() => this.#careAgain(Math.min(longestBackoff, backoff * 4)));
  }

  /** Asks until an ingress that is in charge answers. */
  async #insist<T>(method: string, target: string, body: unknown): Promise<T> {
    const until = this.#clock.monotonic() + askTimeout;
    for (;;) {
      try {
        return await askIngress<T>(this.#socket, method, target, body, askTimeout);
      } catch (error) {
        if (!(error instanceof StratoError) || !error.retryable || this.#clock.monotonic() > until) throw error;
        if (error.code === 'ingress.unreachable' && this.#cares) await this.ensure();
        else await sleep(this.#clock, pollInterval);
      }
    }
  }
}
