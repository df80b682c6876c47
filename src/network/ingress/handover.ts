import type { ChildProcess } from 'node:child_process';
import { Server } from 'node:net';
import type { Route } from '../../control/router.ts';

/** From the old ingress to the new. `request` is answered by a {@link Done} with the same number. */
type ToNew = { type: 'state'; port: number; routes: readonly Route[] } | { type: 'server'; address: string } | { type: 'all' } | Done;
/** From the new ingress to the old. */
type ToOld = { type: 'ready' } | { type: 'serving' } | { type: 'apply'; request: number; routes: readonly Route[] } | { type: 'drain'; request: number; agent: string; timeout: number };
interface Done { type: 'done'; request: number }

const startTimeout = 15_000;

/** What the old ingress gives away, and what it still does for the new one until it has left. */
export interface Predecessor {
  readonly port: number;
  readonly servers: ReadonlyMap<string, Server>;
  readonly routes: () => readonly Route[];
  apply(routes: readonly Route[]): Promise<void>;
  drained(agent: string, timeout: number): Promise<void>;
}

/**
 * Starts `command` with `--handover` and gives it the listening sockets: both processes then share the kernel's queues of
 * connections, so that none is lost whichever of them accepts it. Resolves with its pid once it serves; rejects, with the new
 * process ended and nothing changed, when it does not come up.
 */
export async function handOver(command: readonly string[], old: Predecessor): Promise<number> {
  const { spawn } = await import('node:child_process');
  const child = spawn(command[0]!, [...command.slice(1), '--handover'], { detached: true, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  try {
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`the new ingress did not serve within ${startTimeout} ms`)), startTimeout);
      child.on('error', reject);
      child.on('exit', (code, signal) => reject(new Error(`the new ingress ended at once (${signal ?? `status ${code}`}); its log tells why`)));
      child.on('message', (message: ToOld) => {
        if (message.type === 'ready') giveState(child, old);
        else if (message.type === 'serving') {
          clearTimeout(timer);
          resolve();
        } else void serveSuccessor(child, message, old);
      });
    });
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
  child.unref();
  child.channel?.unref();
  return child.pid!;
}

function giveState(child: ChildProcess, old: Predecessor): void {
  child.send({ type: 'state', port: old.port, routes: old.routes() } satisfies ToNew);
  for (const [address, server] of old.servers) child.send({ type: 'server', address } satisfies ToNew, server, { keepOpen: true });
  child.send({ type: 'all' } satisfies ToNew);
}

async function serveSuccessor(child: ChildProcess, message: Exclude<ToOld, { type: 'ready' | 'serving' }>, old: Predecessor): Promise<void> {
  if (message.type === 'apply') await old.apply(message.routes);
  else await old.drained(message.agent, message.timeout);
  if (child.connected) child.send({ type: 'done', request: message.request } satisfies ToNew, () => undefined);
}

/** The new ingress's side: receives what the old one gives. */
export class Inheritance {
  readonly #requests = new Map<number, () => void>();
  #last = 0;

  /** True while the old ingress is still there. */
  get predecessor(): boolean {
    return process.connected;
  }

  /**
   * Resolves once all was received. `onServer` must take the connections of a server before it returns: the kernel gives them
   * to this process from then on.
   */
  receive(onState: (port: number, routes: readonly Route[]) => void, onServer: (address: string, server: Server) => void): Promise<void> {
    return new Promise((resolve, reject) => {
      process.on('message', (message: ToNew, handle: unknown) => {
        if (message.type === 'state') onState(message.port, message.routes);
        else if (message.type === 'server' && handle instanceof Server) onServer(message.address, handle);
        else if (message.type === 'all') resolve();
        else if (message.type === 'done') this.#done(message.request);
      });
      process.on('disconnect', () => {
        reject(new Error('the old ingress went away while it handed over'));
        for (const request of this.#requests.keys()) this.#done(request);
      });
      this.#send({ type: 'ready' });
    });
  }

  /** Tells the old ingress that its sockets are served here. */
  serving(): void {
    this.#send({ type: 'serving' });
    process.channel?.unref();
  }

  /** Puts routes in force in the old ingress too, for the connections that it still has. */
  apply(routes: readonly Route[]): Promise<void> {
    return this.#ask((request) => ({ type: 'apply', request, routes }));
  }

  drained(agent: string, timeout: number): Promise<void> {
    return this.#ask((request) => ({ type: 'drain', request, agent, timeout }));
  }

  #ask(message: (request: number) => ToOld): Promise<void> {
    if (!process.connected) return Promise.resolve();
    const request = ++this.#last;
    return new Promise((resolve) => {
      this.#requests.set(request, resolve);
      this.#send(message(request));
    });
  }

  #done(request: number): void {
    this.#requests.get(request)?.();
    this.#requests.delete(request);
  }

  #send(message: ToOld): void {
    if (process.connected) process.send!(message, undefined, undefined, () => undefined);
  }
}
