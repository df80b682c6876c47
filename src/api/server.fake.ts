import { mkdtempSync, rmSync } from 'node:fs';
import type { IncomingHttpHeaders, RequestOptions } from 'node:http';
import { request as requestTls } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathsOf, type Paths } from '../host/paths.ts';
import { FakeBackend } from './backend.fake.ts';
import { http } from '../host/http.ts';
import { serveApi, type ApiOptions, type ApiServer } from './server.ts';

/** A real server before a fake backend, on a home of its own. */
export interface Served {
  readonly backend: FakeBackend;
  readonly server: ApiServer;
  readonly paths: Paths;
  readonly port: number;
  readonly faults: unknown[];
  /** Moves the server's clock. */
  pass(ms: number): void;
  close(): Promise<void>;
}

export async function serveFake(options: Partial<Pick<ApiOptions, 'tcp'>> = {}, givenHome?: string): Promise<Served> {
  const home = givenHome ?? mkdtempSync(join(tmpdir(), 'stratoswarm-api-'));
  const backend = new FakeBackend();
  const paths = pathsOf({ STRATOSWARM_HOME: home });
  const faults: unknown[] = [];
  let now = 1_000_000;
  const clock = { now: () => now, monotonic: () => now, after: () => () => undefined };
  const tcp = 'tcp' in options ? options.tcp : { port: 0 };
  const server = await serveApi({ backend, paths, clock, tcp, onFault: (error) => faults.push(error) }).catch((error: unknown) => {
    if (givenHome === undefined) rmSync(home, { recursive: true });
    throw error;
  });
  const port = server.url === null ? 0 : Number(new URL(server.url).port);
  return {
    backend, server, paths, port, faults,
    pass: (ms) => void (now += ms),
    close: async () => {
      await server.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

export interface Answered {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
  json: any;
}

/** One plain HTTP request, with nothing added that a client library would add. */
export function ask(options: RequestOptions & { tls?: boolean; rejectUnauthorized?: boolean }, body?: string): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const request = (options.tls ? requestTls : http.request)({ agent: false, ...options }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('error', reject).on('end', () => resolve({ status: response.statusCode!, headers: response.headers, text, json: parsed(text) }));
    });
    request.on('error', reject);
    request.end(body);
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
