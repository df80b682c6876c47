import { chmodSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { userInfo } from 'node:os';
import type { Duplex } from 'node:stream';
import type { Paths } from '../host/paths.ts';
import { StratoError, type Clock } from '../model/index.ts';
import { loopbackHosts, type Channel, type Gate } from './access.ts';
import type { Backend } from './backend.ts';
import { answer, upgrade, type Dispatch } from './dispatch.ts';
import { http } from '../host/http.ts';
import { routes } from './routes/index.ts';
import { Router } from './router.ts';
import { ConsoleSessions } from './sessions.ts';
import { answers } from './socket.ts';
import { loadTokens } from './tokens.ts';

export interface ApiOptions {
  readonly backend: Backend;
  readonly paths: Pick<Paths, 'home' | 'secrets' | 'apiSocket'>;
  readonly clock: Clock;
  /** Absent: the unix socket only. */
  readonly tcp?: TcpOptions | undefined;
  /** Told of faults of ours, which callers see as `internal`. */
  readonly onFault?: (error: unknown) => void;
}

export interface TcpOptions {
  /** Default 127.0.0.1. Other than loopback needs `tls`. */
  readonly host?: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** PEM files. */
  readonly tls?: { readonly cert: string; readonly key: string };
  /** Further names under which it may be addressed. */
  readonly hosts?: readonly string[];
}

export interface ApiServer {
  /** `http://127.0.0.1:7070`; null without TCP. */
  readonly url: string | null;
  /** Ends streams and connections, and resolves once nothing listens. */
  close(): Promise<void>;
}

/**
 * Serves the API on the unix socket (mode 0600) and, where asked for, on TCP. Throws `api.insecure-bind`, `api.port-taken`,
 * `api.tls`, `daemon.running`.
 */
export async function serveApi(options: ApiOptions): Promise<ApiServer> {
  const { backend, paths, tcp, clock } = options;
  if (tcp !== undefined) requireSafe(tcp);
  mkdirSync(paths.home, { recursive: true, mode: 0o700 });
  const tokens = loadTokens(paths.secrets);
  const sessions = new ConsoleSessions(tokens.admin, clock, tcp?.tls !== undefined);
  const hosts = new Set([...loopbackHosts, ...(tcp?.hosts ?? [])].map((host) => host.toLowerCase()));
  const gate: Gate = { tokens, sessions, hosts, user: userName() };
  const dispatch: Dispatch = { router: new Router(routes), backend, gate, onFault: options.onFault ?? (() => undefined) };

  // The socket comes last: who waits for the daemon takes it for ready once it is there.
  const listeners: Listener[] = [];
  let url: string | null = null;
  if (tcp !== undefined) {
    const { listener, origin } = await listenOnTcp(dispatch, tcp);
    listeners.push(listener);
    url = origin;
  }
  try {
    listeners.push(await listenOnSocket(dispatch, paths));
  } catch (error) {
    await closeAll(listeners);
    throw error;
  }
  sessions.servedAt(url ?? undefined);
  return { url, close: () => closeAll(listeners) };
}

/** Throws `api.insecure-bind` for an address that others reach, without TLS. */
export function requireSafe({ host = '127.0.0.1', tls }: TcpOptions): void {
  if (tls !== undefined || isLoopback(host)) return;
  throw new StratoError('api.insecure-bind', `The API is not served on ${host} without TLS`, { why: 'whoever listens on the way would read its token', next: 'give a certificate and its key, or bind to 127.0.0.1' });
}

async function listenOnSocket(dispatch: Dispatch, { home, apiSocket }: Pick<Paths, 'home' | 'apiSocket'>): Promise<Listener> {
  // Agents of a daemon that is root are somebody else, and pass through to what is theirs; nobody else can list it.
  chmodSync(home, process.getuid?.() === 0 ? 0o711 : 0o700);
  if (await answers(apiSocket)) {
    throw new StratoError('daemon.running', 'A daemon serves this home already', { why: `something answers on ${apiSocket}`, next: 'use it, or stop it with `stratoswarm daemon stop`' });
  }
  rmSync(apiSocket, { force: true });
  const listener = wire(http.createServer(limits), dispatch, { local: true, secure: false });
  // The socket is made within `listen`, so that it never exists with a wider mode.
  const mask = process.umask(0o177);
  try {
    listener.server.listen(apiSocket);
  } finally {
    process.umask(mask);
  }
  await listening(listener.server);
  chmodSync(apiSocket, 0o600);
  return listener;
}

async function listenOnTcp(dispatch: Dispatch, { host = '127.0.0.1', port, tls, hosts }: TcpOptions): Promise<{ listener: Listener; origin: string }> {
  const bare = tls === undefined
    ? http.createServer(limits)
    : process.getBuiltinModule('node:https').createServer({ ...limits, cert: readPem(tls.cert), key: readPem(tls.key), minVersion: 'TLSv1.2' });
  const listener = wire(bare, dispatch, { local: false, secure: tls !== undefined });
  const { server } = listener;
  server.listen(port, host);
  try {
    await listening(server);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    throw new StratoError('api.port-taken', `Port ${port} on ${host} is taken by another program`, { next: 'choose another port for the API', cause: error });
  }
  const bound = (server.address() as AddressInfo).port;
  const name = hosts?.[0] ?? (isLoopback(host) ? (host.includes(':') ? `[${host}]` : host) : 'localhost');
  return { listener, origin: `${tls === undefined ? 'http' : 'https'}://${name}:${bound}` };
}

/** Bounds for slow and large clients. Streams are answers and may last. */
const limits = { headersTimeout: 10_000, requestTimeout: 60_000, keepAliveTimeout: 30_000, maxHeaderSize: 16_384 };

interface Listener {
  readonly server: Server;
  /** Connections that were upgraded: the server does not know them any more, and would wait for them for ever. */
  readonly upgraded: Set<Duplex>;
}

function wire(server: Server, dispatch: Dispatch, channel: Channel): Listener {
  const upgraded = new Set<Duplex>();
  server.on('request', (request, response) => void answer(dispatch, channel, request, response));
  server.on('upgrade', (request, socket, head) => {
    upgraded.add(socket);
    socket.once('close', () => upgraded.delete(socket));
    upgrade(dispatch, channel, request, socket, head);
  });
  server.on('clientError', (_error, socket) => socket.destroy());
  return { server, upgraded };
}

function listening(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.once('listening', () => {
      // From now on: a client that could not be taken in because no descriptor was left. It comes again.
      server.off('error', reject).on('error', () => undefined);
      resolve();
    });
  });
}

async function closeAll(listeners: readonly Listener[]): Promise<void> {
  await Promise.all(listeners.map(({ server, upgraded }) => new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
    for (const socket of upgraded) socket.destroy();
  })));
}

function readPem(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new StratoError('api.tls', `The TLS file ${file} cannot be read`, { why: (error as Error).message, cause: error });
  }
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

/** The name of who runs the daemon; users without an entry in the password file have a number only. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? 'unknown');
  }
}
