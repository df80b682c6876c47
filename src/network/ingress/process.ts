import type { Server } from 'node:http';
import { join } from 'node:path';
import type { Route } from '../../control/router.ts';
import { pathsOf, type Paths } from '../../host/paths.ts';
import { AccessLog } from '../proxy/access-log.ts';
import type { Limits } from '../proxy/limits.ts';
import { Proxy } from '../proxy/proxy.ts';
import { ControlError, controlServer } from './control-server.ts';
import { claimSocket } from './control-socket.ts';
import { handOver, Inheritance } from './handover.ts';
import { Listeners } from './listeners.ts';
import { StateFile } from './state-file.ts';
import type { IngressStatus } from './status.ts';
import { ingressVersion } from './version.ts';

export interface IngressOptions {
  readonly home: string;
  readonly port: number;
  readonly addresses: readonly string[];
  readonly limits: Limits;
  /** Milliseconds for which an ingress that was replaced lets WebSockets and event streams run on. */
  readonly lingering: number;
  /** How this program was started, to start the next version of it. */
  readonly command: readonly string[];
  readonly exit: (status: number) => void;
}

const stopTimeout = 10_000;
const leaveCheck = 250;

/** The ingress as a whole: sockets, proxy, control, and its replacement by a newer one. */
export class IngressProcess {
  readonly #options: IngressOptions;
  readonly #paths: Paths;
  readonly #proxy: Proxy;
  readonly #log: AccessLog;
  readonly #listeners: Listeners;
  readonly #routes: StateFile<readonly Route[]>;
  readonly #control: Server;
  readonly #startedAt = Date.now();
  readonly #version = ingressVersion();
  #inheritance: Inheritance | null = null;
  #handingOver = false;

  constructor(options: IngressOptions) {
    this.#options = options;
    this.#paths = pathsOf({ STRATOSWARM_HOME: options.home });
    const state = join(this.#paths.home, 'ingress');
    this.#log = new AccessLog({ path: join(this.#paths.logs, 'access.log') });
    this.#routes = new StateFile(join(state, 'routes.json'));
    this.#proxy = new Proxy({
      limits: options.limits, log: this.#log, random: Math.random, time: Date.now, now: () => performance.now(),
      report: (error) => console.error(new Date().toISOString(), error),
    });
    this.#listeners = new Listeners(options.port, join(state, 'listen.json'), (socket) => this.#proxy.accept(socket));
    this.#control = controlServer({
      'GET /status': () => this.status(),
      'PUT /routes': (body) => this.#whileInCharge(() => this.#apply(body)),
      'POST /drain': (body) => this.#whileInCharge(() => this.#drained(body)),
      'POST /listen': (body) => this.#whileInCharge(() => this.#listen(body)),
      'POST /upgrade': (body) => this.#whileInCharge(() => this.#upgrade(body)),
      'POST /stop': () => this.#whileInCharge(() => void this.stop()),
    });
    this.#control.headersTimeout = 10_000;
    this.#control.requestTimeout = 60_000;
  }

  /** Serves with the last routes. False when another ingress already serves this home. */
  async start(): Promise<boolean> {
    if (!await claimSocket(this.#control, this.#paths.ingressSocket, false)) return false;
    this.#proxy.apply(this.#routes.read() ?? []);
    await this.#listeners.open(this.#options.addresses);
    return true;
  }

  /** Takes over from the ingress that started this one. */
  async inherit(): Promise<void> {
    this.#inheritance = new Inheritance();
    await this.#inheritance.receive((port, routes) => {
      this.#proxy.apply(routes);
      this.#listeners.port = port;
    }, (address, server) => this.#listeners.adopt(address, server));
    await this.#listeners.openOthers(this.#options.addresses);
    await claimSocket(this.#control, this.#paths.ingressSocket, true);
    this.#inheritance.serving();
  }

  status(): IngressStatus {
    const now = performance.now();
    return {
      pid: process.pid, version: this.#version, port: this.#listeners.port, startedAt: this.#startedAt,
      addresses: this.#listeners.status(), connections: this.#proxy.connections, tunnels: this.#proxy.tunnels.size, held: this.#proxy.held.size,
      targets: [...this.#proxy.table.targets()].map((target) => ({
        agent: target.agent, address: target.address, port: target.port, inFlight: target.inFlight, streams: target.streams.size,
        requests: target.requests, failures: target.failures, ejected: target.ejected(now),
      })),
      services: this.#proxy.traffic.all(), droppedLogLines: this.#log.dropped, predecessor: this.#inheritance?.predecessor ?? false,
    };
  }

  /** Stops listening, lets requests in flight end, and exits. */
  async stop(): Promise<void> {
    if (this.#handingOver) return;
    this.#handingOver = true;
    this.#listeners.close();
    const { rmSync } = await import('node:fs');
    rmSync(this.#paths.ingressSocket, { force: true });
    await this.#leave(stopTimeout, false);
  }

  async #apply(body: unknown): Promise<{ persisted: boolean }> {
    const routes = parseRoutes(body);
    this.#proxy.apply(routes);
    const [persisted] = await Promise.all([
      this.#routes.write(routes).then(() => true, () => false),
      this.#inheritance?.apply(routes),
    ]);
    return { persisted };
  }

  async #drained(body: unknown): Promise<void> {
    const { agent, timeout } = body as { agent: unknown; timeout: unknown };
    if (typeof agent !== 'string' || typeof timeout !== 'number') throw new ControlError(400, 'ingress.bad-request', 'agent and timeout are needed');
    await Promise.all([this.#proxy.draining.drained(agent, timeout), this.#inheritance?.drained(agent, timeout)]);
  }

  async #listen(body: unknown): Promise<{ listening: boolean }> {
    const { address } = body as { address: unknown };
    if (typeof address !== 'string') throw new ControlError(400, 'ingress.bad-request', 'address is needed');
    return { listening: await this.#listeners.listenAlso(address) };
  }

  async #upgrade(body: unknown): Promise<{ pid: number }> {
    const command = (body as { command?: readonly string[] } | undefined)?.command ?? this.#options.command;
    this.#handingOver = true;
    try {
      const pid = await handOver(command, {
        port: this.#listeners.port,
        servers: this.#listeners.servers(),
        routes: () => this.#proxy.table.routes,
        apply: async (routes) => {
          this.#proxy.apply(routes);
          await this.#inheritance?.apply(routes);
        },
        drained: async (agent, timeout) => {
          await Promise.all([this.#proxy.draining.drained(agent, timeout), this.#inheritance?.drained(agent, timeout)]);
        },
      });
      this.#listeners.close();
      void this.#leave(this.#options.lingering, true);
      return { pid };
    } catch (error) {
      this.#handingOver = false;
      throw new ControlError(500, 'ingress.upgrade-failed', error instanceof Error ? error.message : String(error));
    }
  }

  /**
   * Finishes what is under way, for at most `timeout` milliseconds, and exits. A patient one lets idle connections run into
   * their usual timeout, because closing one just when its client sends a request loses that request.
   */
  async #leave(timeout: number, patient: boolean): Promise<void> {
    this.#proxy.leaving = true;
    this.#control.close();
    const deadline = performance.now() + timeout;
    // The answer to whoever asked for this is still on its way; then whoever watches learns that another is in charge.
    setTimeout(() => this.#control.closeAllConnections(), leaveCheck);
    while (this.#proxy.connections > 0 && performance.now() < deadline) {
      if (!patient) this.#proxy.closeIdle();
      await new Promise((resolve) => setTimeout(resolve, leaveCheck));
    }
    this.#proxy.cut();
    await this.#log.flush();
    this.#options.exit(0);
  }

  /** While another process takes over, changes would be lost: the caller asks again, and finds the other. */
  #whileInCharge<T>(action: () => T): T {
    if (this.#handingOver) throw new ControlError(503, 'ingress.handing-over', 'another ingress takes over; ask again');
    return action();
  }
}

/** Checks as much as serving relies on; the rest was checked by whoever made the routes. */
function parseRoutes(body: unknown): readonly Route[] {
  const valid = Array.isArray(body) && body.every((route: Partial<Route> | null) =>
    typeof route?.app === 'string' && typeof route.service === 'string' && typeof route.path === 'string' &&
    Array.isArray(route.hosts) && route.hosts.every((host) => typeof host === 'string') &&
    Array.isArray(route.targets) && route.targets.every((target) => typeof target?.agent === 'string' && typeof target.address === 'string' && isPort(target.port)));
  if (!valid) throw new ControlError(400, 'ingress.bad-routes', 'the body is not a list of routes');
  return body as readonly Route[];
}

function isPort(port: unknown): boolean {
  return Number.isInteger(port) && (port as number) > 0 && (port as number) < 65_536;
}
