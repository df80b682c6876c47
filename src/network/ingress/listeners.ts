import { createServer, type Server, type Socket } from 'node:net';
import { StateFile } from './state-file.ts';
import type { ListenStatus } from './status.ts';

interface Remembered {
  /** The port that was asked for, and the one that was free. */
  readonly base: number;
  readonly port: number;
  readonly addresses: readonly string[];
}

const loopback = ['127.0.0.1', '::1'];
const portsToTry = 51;
const retryInterval = 2_000;
/** The machine has no such address (yet), or no such family. */
const absent = new Set(['EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EINVAL']);

/** The listening sockets: one port on the loopback addresses, and on others as they come into being. */
export class Listeners {
  #port = 0;
  #isKept = false;
  readonly #base: number;
  readonly #onConnection: (socket: Socket) => void;
  readonly #file: StateFile<Remembered>;
  readonly #servers = new Map<string, Server>();
  readonly #missing = new Map<string, string>();
  #timer: NodeJS.Timeout | null = null;

  constructor(base: number, file: string, onConnection: (socket: Socket) => void) {
    this.#base = base;
    this.#file = new StateFile(file);
    this.#onConnection = onConnection;
  }

  /** Zero until the port is written down: who was told of it finds it again after any crash. */
  get port(): number {
    return this.#isKept ? this.#port : 0;
  }

  /** The port of sockets that were taken over. */
  set port(port: number) {
    this.#port = port;
    this.#isKept = true;
  }

  status(): ListenStatus[] {
    return [
      ...[...this.#servers.keys()].map((address) => ({ address, listening: true, error: null })),
      ...[...this.#missing].map(([address, error]) => ({ address, listening: false, error })),
    ];
  }

  servers(): ReadonlyMap<string, Server> {
    return this.#servers;
  }

  /**
   * Listens on the port of the last time when it is free, else on the first free one from the base up; the same on every
   * loopback address. Throws when none of them is.
   */
  async open(addresses: readonly string[]): Promise<void> {
    const remembered = this.#remembered();
    const candidates = Array.from({ length: portsToTry }, (_, n) => (this.#base === 0 ? 0 : this.#base + n));
    if (remembered !== null) candidates.unshift(remembered.port);
    for (const port of candidates) if (port < 65_536 && await this.#openLoopback(port)) break;
    if (this.#port === 0) throw new Error(`no port from ${this.#base} to ${this.#base + portsToTry - 1} is free`);
    await this.openOthers(addresses);
    this.#isKept = true;
  }

  /** Takes over a socket that already listens. */
  adopt(address: string, server: Server): void {
    server.on('connection', this.#onConnection);
    (server as Server & { allowHalfOpen: boolean }).allowHalfOpen = true;
    this.#servers.set(address, server);
  }

  /** Listens on one more address, now or as soon as it exists, also after a restart. Returns whether it listens now. */
  async listenAlso(address: string): Promise<boolean> {
    if (!this.#servers.has(address)) await this.#try(address);
    await this.#remember();
    return this.#servers.has(address);
  }

  close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    for (const server of this.#servers.values()) server.close();
    this.#servers.clear();
  }

  /** Listens on `addresses` and on those of the last time, each now or as soon as it exists. */
  async openOthers(addresses: readonly string[]): Promise<void> {
    for (const address of new Set([...this.#remembered()?.addresses ?? [], ...addresses])) if (!this.#servers.has(address)) await this.#try(address);
    await this.#remember().catch(() => undefined);
  }

  async #openLoopback(port: number): Promise<boolean> {
    const opened = new Map<string, Server>();
    for (const address of loopback) {
      try {
        const server = await listen(address, opened.size === 0 ? port : portOf(opened), this.#onConnection);
        opened.set(address, server);
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code !== undefined && absent.has(code) && opened.size > 0) continue;
        for (const server of opened.values()) server.close();
        if (code === 'EADDRINUSE') return false;
        throw error;
      }
    }
    this.#port = portOf(opened);
    for (const [address, server] of opened) this.#servers.set(address, server);
    return true;
  }

  async #try(address: string): Promise<void> {
    try {
      const server = await listen(address, this.#port, this.#onConnection);
      this.#missing.delete(address);
      this.#servers.set(address, server);
    } catch (error) {
      this.#missing.set(address, (error as NodeJS.ErrnoException).code ?? String(error));
      this.#timer ??= setTimeout(() => void this.#tryMissing(), retryInterval);
    }
  }

  async #tryMissing(): Promise<void> {
    this.#timer = null;
    for (const address of [...this.#missing.keys()]) await this.#try(address);
  }

  #remembered(): Remembered | null {
    const remembered = this.#file.read();
    return remembered !== null && remembered.base === this.#base ? remembered : null;
  }

  async #remember(): Promise<void> {
    const addresses = this.status().map(({ address }) => address).filter((address) => !loopback.includes(address));
    await this.#file.write({ base: this.#base, port: this.#port, addresses });
  }
}

function portOf(servers: ReadonlyMap<string, Server>): number {
  const [server] = servers.values();
  return (server!.address() as { port: number }).port;
}

function listen(host: string, port: number, onConnection: (socket: Socket) => void): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer({ allowHalfOpen: true }, onConnection);
    server.once('error', reject);
    server.listen({ host, port, backlog: 1024 }, () => {
      server.off('error', reject);
      server.on('error', () => undefined);
      resolve(server);
    });
  });
}
