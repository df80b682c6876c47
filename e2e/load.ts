import { randomBytes } from 'node:crypto';
import { Agent, request } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** Kinds of clients, each with what it does over and over. */
export type ClientKind = 'keep-alive' | 'fresh' | 'slow' | 'websocket' | 'events';

export interface LoadResult {
  readonly requests: Readonly<Record<string, number>>;
  readonly failures: readonly string[];
}

/** Milliseconds that a client waits for an answer before that counts as a failure. */
const patience = 60_000;

/** Clients of one app that never stop asking, and write down each answer that is not as it should be. */
export class Load {
  readonly #port: number;
  readonly #host: string;
  readonly #requests: Record<string, number> = {};
  readonly #failures: string[] = [];
  readonly #clients: Promise<void>[] = [];
  readonly #pause: number;
  #over = false;

  /** @param options.pause milliseconds between two requests of one client */
  constructor(port: number, app: string, kinds: readonly ClientKind[] = ['keep-alive', 'fresh', 'slow', 'websocket', 'events'], options: { pause?: number } = {}) {
    this.#port = port;
    this.#host = `${app}.localhost`;
    this.#pause = options.pause ?? 15;
    for (const kind of kinds) this.#clients.push(this.#client(kind));
  }

  get total(): number {
    return Object.values(this.#requests).reduce((sum, count) => sum + count, 0);
  }

  async stop(): Promise<LoadResult> {
    this.#over = true;
    await Promise.all(this.#clients);
    return { requests: this.#requests, failures: this.#failures };
  }

  async #client(kind: ClientKind): Promise<void> {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    while (!this.#over) {
      const began = performance.now();
      try {
        if (kind === 'websocket') await this.#converse(() => this.#count(kind));
        else if (kind === 'events') await this.#listen(() => this.#count(kind));
        else {
          await this.#get(kind === 'slow' ? '/slow?ms=400' : '/', kind === 'keep-alive' ? agent : false);
          this.#count(kind);
        }
      } catch (error) {
        this.#failures.push(`${new Date().toISOString()} ${kind} after ${Math.round(performance.now() - began)} ms: ${(error as Error).message}`);
      }
      await delay(this.#pause);
    }
    agent.destroy();
  }

  #count(kind: ClientKind): void {
    this.#requests[kind] = (this.#requests[kind] ?? 0) + 1;
  }

  #get(path: string, agent: Agent | false): Promise<void> {
    return new Promise((resolve, reject) => {
      const asking = request({ host: '127.0.0.1', port: this.#port, path, agent, headers: { host: this.#host }, timeout: patience }, (response) => {
        let body = '';
        response.on('data', (chunk: Buffer) => { body += chunk.toString(); });
        response.on('error', reject);
        response.on('end', () => (response.statusCode === 200 && response.complete ? resolve() : reject(new Error(`status ${response.statusCode} ${body.slice(0, 200)}`))));
      });
      asking.on('timeout', () => asking.destroy(new Error('no answer')));
      asking.on('error', reject);
      asking.end();
    });
  }

  /** Sends messages, one after the other, until the other side says goodbye; each has to come back. */
  #converse(count: () => void): Promise<void> {
    return new Promise((resolve, reject) => {
      const headers = { host: this.#host, connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13', 'sec-websocket-key': randomBytes(16).toString('base64') };
      const asking = request({ host: '127.0.0.1', port: this.#port, path: '/ws', agent: false, headers, timeout: patience });
      asking.on('timeout', () => asking.destroy(new Error('no answer')));
      asking.on('error', reject);
      asking.on('response', (response) => {
        response.resume();
        reject(new Error(`status ${response.statusCode} instead of an upgrade`));
      });
      asking.on('upgrade', (_response, socket: Socket) => {
        socket.setTimeout(0);
        count();
        const say = () => {
          // Not every server closes its side when the client has closed its own.
          if (this.#over) return socket.destroySoon();
          const mask = randomBytes(4);
          socket.write(Buffer.concat([Buffer.from([0x81, 0x80 | 5]), mask, Buffer.from('hello').map((byte, i) => byte ^ mask[i % 4]!)]));
        };
        socket.on('data', () => setTimeout(say, 50));
        socket.on('error', reject);
        socket.on('end', () => socket.end());
        socket.on('close', () => resolve());
        say();
      });
      asking.end();
    });
  }

  /** Reads a stream of events until its end, which has to be a proper one. */
  #listen(count: () => void): Promise<void> {
    return new Promise((resolve, reject) => {
      const asking = request({ host: '127.0.0.1', port: this.#port, path: '/events', agent: false, headers: { host: this.#host }, timeout: patience }, (response) => {
        if (response.statusCode !== 200) {
          response.resume();
          return reject(new Error(`status ${response.statusCode} instead of events`));
        }
        count();
        response.on('data', () => {
          if (this.#over) asking.destroy();
        });
        response.on('error', (error) => (this.#over ? resolve() : reject(error)));
        response.on('end', () => (response.complete ? resolve() : reject(new Error('the stream was cut'))));
      });
      asking.on('timeout', () => asking.destroy(new Error('no answer')));
      asking.on('error', (error) => (this.#over ? resolve() : reject(error)));
      asking.end();
    });
  }
}
