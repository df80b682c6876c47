import { createServer, type Server } from 'node:http';
import type { Clock } from '../../model/index.ts';
import type { Witness } from './witness.ts';

const mostBytes = 1_000_000;

/** Serves a witness over HTTP (C2SP tlog-witness): `POST /add-checkpoint` and `GET /<origin hash>/checkpoint`. */
export function witnessServer(witness: Witness, clock: Clock): Server {
  const server = createServer({ requestTimeout: 30_000, headersTimeout: 10_000 }, (request, response) => {
    const answer = (status: number, type: string, body: string) => response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) }).end(body);
    if (request.method === 'GET') {
      const found = witness.checkpoint(/^\/([0-9a-f]{64})\/checkpoint$/.exec(request.url ?? '')?.[1] ?? '');
      return void (found === undefined ? answer(404, 'text/plain', 'no checkpoint\n') : answer(200, 'text/plain; charset=utf-8', found));
    }
    if (request.method !== 'POST' || request.url !== '/add-checkpoint') return void answer(404, 'text/plain', 'there is add-checkpoint, and nothing else\n');
    const parts: Buffer[] = [];
    let size = 0;
    request.on('data', (part: Buffer) => {
      size += part.length;
      if (size <= mostBytes) parts.push(part);
    });
    request.on('end', () => {
      try {
        const reply = size > mostBytes ? { status: 400, type: 'text/plain', body: 'too long\n' } : witness.add(Buffer.concat(parts).toString('utf8'), Math.floor(clock.now() / 1_000));
        answer(reply.status, reply.type, reply.body);
      } catch {
        // It could not be written down: then it is not cosigned.
        answer(500, 'text/plain', 'the witness cannot write its state\n');
      }
    });
  });
  return server;
}
