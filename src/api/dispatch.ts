import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { StratoError, type AgentId } from '../model/index.ts';
import { authorise, checkProvenance, identify, type Channel, type Gate } from './access.ts';
import type { Backend } from './backend.ts';
import { serveExec } from './exec.ts';
import { http } from '../host/http.ts';
import { parseInput, queryOf, readJson } from './input.ts';
import { problemOf } from './problems.ts';
import type { Call, Identity, Reply, Route } from './route.ts';
import type { Router } from './router.ts';
import { knownAgent } from './routes/agents.ts';
import { writeStream } from './stream.ts';

export interface Dispatch {
  readonly router: Router;
  readonly backend: Backend;
  readonly gate: Gate;
  /** Told of errors that are no StratoErrors: faults of ours. */
  readonly onFault: (error: unknown) => void;
}

const common = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'x-frame-options': 'DENY',
  'cross-origin-resource-policy': 'same-origin',
} as const;

/** Answers one request: provenance, identity, route, authorisation, input, handler, in this order and nowhere else. */
export async function answer(dispatch: Dispatch, channel: Channel, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  for (const [name, value] of Object.entries(common)) response.setHeader(name, value);
  try {
    const admitted = admit(dispatch, channel, request);
    const { route, identity } = admitted;
    const params = parseInput(route.params ?? anything, admitted.params, 'path');
    const query = route.query === undefined ? {} : parseInput(route.query, queryOf(admitted.url), 'query');
    const body = route.body === undefined ? undefined : parseInput(route.body, await readJson(request), 'body');
    const needed = route.elevate?.({ params, query, body, identity });
    if (needed !== undefined) authorise(identity, route, needed);
    const { headers } = request;
    const call: Call = {
      params, query, body, identity, backend: dispatch.backend, sessions: dispatch.gate.sessions, path: admitted.path, signal: gone.signal,
      lastEventId: one(headers['last-event-id']), accept: headers.accept ?? '', ifNoneMatch: headers['if-none-match'],
      reason: reasonIn(one(headers['stratoswarm-reason'])),
    };
    await send(request, response, await route.handle(call), gone.signal);
  } catch (error) {
    if (gone.signal.aborted) return;
    if (!(error instanceof StratoError)) dispatch.onFault(error);
    sendProblem(request, response, error);
  }
}

/** Switches an admitted request to the exec protocol. */
export function upgrade(dispatch: Dispatch, channel: Channel, request: IncomingMessage, socket: Duplex, head: Buffer): void {
  socket.on('error', () => undefined);
  try {
    const admitted = admit(dispatch, channel, request);
    const protocol = request.headers.upgrade;
    if (admitted.route.upgrade === undefined || admitted.route.upgrade !== protocol) {
      throw new StratoError('request.upgrade', `${admitted.path} does not switch to ${JSON.stringify(protocol?.slice(0, 60))}`);
    }
    const params = parseInput(admitted.route.params ?? anything, admitted.params, 'path') as { id: AgentId };
    const agent = knownAgent({ backend: dispatch.backend, params });
    socket.write(`HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: ${protocol}\r\n\r\n`);
    void serveExec(socket, head, dispatch.backend, agent.id as AgentId);
  } catch (error) {
    const problem = problemOf(error);
    const body = JSON.stringify(problem);
    socket.end(`HTTP/1.1 ${problem.status} ${http.STATUS_CODES[problem.status] ?? 'Error'}\r\nContent-Type: application/problem+json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`);
  }
}

const anything = { safeParse: (data: unknown) => ({ success: true, data }) } as unknown as NonNullable<Route['params']>;

function admit({ router, gate }: Dispatch, channel: Channel, request: IncomingMessage): { route: Route; identity: Identity; params: Readonly<Record<string, string>>; url: URL; path: string } {
  const url = parseUrl(request.url ?? '/');
  const path = decode(url.pathname);
  checkProvenance(request.headers, channel, gate, path);
  const identity = identify(request.headers, channel, gate);
  if (path.startsWith('/v1/')) authorise(identity, { role: 'viewer' });
  const { route, params } = router.match(request.method ?? 'GET', path);
  authorise(identity, route);
  return { route, identity, params, url, path };
}

function parseUrl(target: string): URL {
  if (!target.startsWith('/') || !URL.canParse(target, 'http://api')) throw new StratoError('request.invalid', 'The request names no path');
  return new URL(`http://api${target}`);
}

function decode(path: string): string {
  try {
    const decoded = decodeURIComponent(path);
    if (!decoded.includes('\0')) return decoded;
  } catch {
    // Falls through to the same answer as a NUL.
  }
  throw new StratoError('request.invalid', 'The path of the request is not properly encoded');
}

async function send(request: IncomingMessage, response: ServerResponse, reply: Reply, signal: AbortSignal): Promise<void> {
  const bodiless = request.method === 'HEAD';
  if (reply.kind === 'stream') {
    if (bodiless) response.end();
    else await writeStream(response, reply.format, reply.items, signal);
  } else if (reply.kind === 'json') {
    const body = JSON.stringify(reply.body);
    response.writeHead(reply.status, { 'content-type': 'application/json; charset=utf-8', 'content-length': Buffer.byteLength(body), 'cache-control': 'no-store' });
    response.end(bodiless ? undefined : body);
  } else {
    response.writeHead(reply.status, { 'cache-control': 'no-store', ...reply.headers, ...(reply.status !== 304 && { 'content-length': Buffer.byteLength(reply.body) }) });
    response.end(bodiless ? undefined : reply.body);
  }
}

function sendProblem(request: IncomingMessage, response: ServerResponse, error: unknown): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const problem = problemOf(error);
  const isForPerson = !request.url?.startsWith('/v1/') && (request.headers.accept ?? '').includes('text/html');
  const body = isForPerson ? [problem.title, problem.detail, problem.next].filter(Boolean).join('\n') : JSON.stringify(problem);
  const allowed = problem.code === 'route.method' ? { allow: (problem.details as { allowed: string[] }).allowed.join(', ') } : {};
  const challenge = problem.status === 401 ? { 'www-authenticate': 'Bearer' } : {};
  const closing = problem.status === 413 ? { connection: 'close' } : {};
  const type = isForPerson ? 'text/plain; charset=utf-8' : 'application/problem+json';
  response.writeHead(problem.status, { 'content-type': type, 'content-length': Buffer.byteLength(body), 'cache-control': 'no-store', ...allowed, ...challenge, ...closing });
  response.end(body);
}

function one(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}

/** Throws `request.invalid`. */
function reasonIn(header: string | undefined): string | undefined {
  if (header === undefined || header === '') return undefined;
  let text = '';
  try {
    text = decodeURIComponent(header).trim();
  } catch {
    // Not percent-encoded: refused below.
  }
  if (text === '' || text.length > 500) throw new StratoError('request.invalid', 'The reason cannot be used', { next: 'give at most 500 characters, percent-encoded' });
  return text;
}
