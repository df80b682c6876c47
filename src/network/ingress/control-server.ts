import type { IncomingMessage, Server, ServerResponse } from 'node:http';

/** What can be asked of the ingress over its socket. Every answer is JSON. */
export type Endpoints = Readonly<Record<string, (body: unknown) => Promise<unknown> | unknown>>;

/** An answer that is not a success. */
export class ControlError extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

const mostBytes = 64 * 1024 * 1024;

/**
 * Serves `endpoints`, keyed `METHOD /path`. `GET /watch` is answered by silence: its connection lasts as long as the ingress
 * controls the traffic, so that a client learns of the end without asking.
 */
export function controlServer(endpoints: Endpoints): Server {
  // `import` of node:http would touch all its exports, and with them load an HTTP client of 15 MB that nothing here uses.
  const http = process.getBuiltinModule('node:http');
  return http.createServer((request, response) => void serve(endpoints, request, response));
}

async function serve(endpoints: Endpoints, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const name = `${request.method} ${request.url}`;
  if (name === 'GET /watch') {
    response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders();
    return;
  }
  try {
    const endpoint = endpoints[name];
    if (endpoint === undefined) throw new ControlError(404, 'ingress.unknown-request', `nothing answers ${name}`);
    reply(response, 200, await endpoint(await bodyOf(request)) ?? {});
  } catch (error) {
    const known = error instanceof ControlError;
    reply(response, known ? error.status : 500, { code: known ? error.code : 'internal', message: error instanceof Error ? error.message : String(error) });
  }
}

function reply(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json', connection: 'close' }).end(JSON.stringify(body));
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > mostBytes) throw new ControlError(413, 'ingress.too-large', `more than ${mostBytes} bytes`);
    chunks.push(chunk);
  }
  if (bytes === 0) return undefined;
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    throw new ControlError(400, 'ingress.bad-json', 'the body is not JSON');
  }
}
