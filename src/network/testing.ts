import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer as createHttpServer, type RequestListener, type Server as HttpServer } from 'node:http';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Route, Target } from '../control/router.ts';
import type { AgentId, AppName, ServiceName } from '../model/index.ts';
import { AccessLog, type AccessRecord } from './proxy/access-log.ts';
import { defaultLimits, type Limits } from './proxy/limits.ts';
import { Proxy } from './proxy/proxy.ts';

/** What a test opened, closed again in reverse order. */
export class Opened {
  readonly #closers: (() => unknown)[] = [];

  add(close: () => unknown): void {
    this.#closers.push(close);
  }

  async close(): Promise<void> {
    for (const close of this.#closers.splice(0).reverse()) await close();
  }

  directory(): string {
    const path = mkdtempSync(join(tmpdir(), 'stratoswarm-network-'));
    this.add(() => rmSync(path, { recursive: true, force: true }));
    return path;
  }

  /** An HTTP server as an app would be; returns its port. */
  async http(listener: RequestListener, more: (server: HttpServer) => void = () => undefined): Promise<number> {
    const server = createHttpServer(listener);
    more(server);
    const port = await this.#listen(server);
    this.add(() => server.closeAllConnections());
    return port;
  }

  /** A server that does with its connections what the test says; returns its port. */
  async raw(onConnection: (socket: Socket) => void): Promise<number> {
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
      onConnection(socket);
    });
    const port = await this.#listen(server);
    this.add(() => sockets.forEach((socket) => socket.destroy()));
    return port;
  }

  /** A proxy in this process, with `limits` and the access log in memory. */
  async proxy(routes: readonly Route[], limits: Partial<Limits> = {}): Promise<TestProxy> {
    const path = join(this.directory(), 'access.log');
    const log = new AccessLog({ path });
    const errors: unknown[] = [];
    const proxy = new Proxy({
      limits: { ...defaultLimits, ...limits }, log, random: Math.random, time: Date.now, now: () => performance.now(), report: (error) => errors.push(error),
    });
    proxy.apply(routes);
    const server = createServer({ allowHalfOpen: true }, (socket) => proxy.accept(socket));
    const port = await this.#listen(server);
    this.add(() => proxy.cut());
    const records = async (): Promise<AccessRecord[]> => {
      await log.flush();
      return readFileSync(path, 'utf8').trimEnd().split('\n').map((line) => JSON.parse(line) as AccessRecord);
    };
    return { proxy, port, records, errors };
  }

  async #listen(server: Server): Promise<number> {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    this.add(() => new Promise((resolve) => server.close(resolve)));
    return (server.address() as AddressInfo).port;
  }
}

export interface TestProxy {
  readonly proxy: Proxy;
  readonly port: number;
  readonly records: () => Promise<AccessRecord[]>;
  /** What the proxy reported as unexpected. */
  readonly errors: unknown[];
}

let agents = 0;

export function target(port: number, agent = `shop-web-0-${String(++agents).padStart(8, 'a').replace(/\d/g, 'b')}`): Target {
  return { agent: agent as AgentId, address: '127.0.0.1', port };
}

/** A route of the app `shop` at `shop.localhost`. */
export function route(targets: readonly Target[], more: Partial<Route> = {}): Route {
  return { app: 'shop' as AppName, service: 'web' as ServiceName, hosts: ['shop.localhost'], path: '/', targets, absence: targets.length > 0 ? null : 'starting', ...more };
}

/** Sends `text` as bytes and collects what comes back until the other side closes. */
export function sendRaw(port: number, text: string, options: { halfClose?: boolean } = {}): Promise<string> {
  return new Promise((resolve) => {
    let received = '';
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    socket.on('connect', () => (options.halfClose === true ? socket.end(text, 'latin1') : socket.write(text, 'latin1')));
    socket.on('data', (data) => { received += data.toString('latin1'); });
    socket.on('error', () => undefined);
    socket.on('end', () => socket.end());
    socket.on('close', () => resolve(received));
  });
}

/** A connection whose received text can be awaited. */
export class Conversation {
  received = '';
  closed = false;
  error: Error | null = null;
  readonly socket: Socket;

  constructor(port: number) {
    this.socket = connect({ port, host: '127.0.0.1' });
    this.socket.on('data', (data) => { this.received += data.toString('latin1'); });
    this.socket.on('error', (error) => { this.error = error; });
    this.socket.on('close', () => { this.closed = true; });
  }

  say(text: string): this {
    this.socket.write(text, 'latin1');
    return this;
  }

  /** Resolves once `text` was received. */
  async hear(text: string): Promise<void> {
    await until(() => this.received.includes(text), () => `${JSON.stringify(text)} in ${JSON.stringify(this.received.slice(0, 400))}`);
  }

  async end(): Promise<void> {
    await until(() => this.closed, () => 'the connection to close');
  }
}

/** Waits for a condition, at most 30 seconds. */
export async function until(condition: () => boolean | Promise<boolean>, what: () => string = () => 'a condition'): Promise<void> {
  const deadline = performance.now() + 30_000;
  while (!await condition()) {
    if (performance.now() > deadline) throw new Error(`waited in vain for ${what()}`);
    await delay(5);
  }
}
