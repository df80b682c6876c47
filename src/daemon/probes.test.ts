import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ProbeSubject } from '../control/parts.ts';
import { probe } from './probes.ts';

const server = createServer((request, response) => {
  if (request.url === '/hangs') return;
  response.statusCode = request.url === '/broken' ? 503 : request.url === '/missing' ? 404 : 200;
  response.end('x'.repeat(100_000));
});
const subject = (port: number): ProbeSubject => ({ agent: { address: '127.0.0.1', port } as ProbeSubject['agent'], service: {} as ProbeSubject['service'] });

beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

describe('probes', () => {
  const port = () => (server.address() as AddressInfo).port;
  const http = (path: string, accept: 'success' | 'any' = 'success', timeout = 5000) => probe(subject(port()), { kind: 'http', path, accept }, timeout, undefined);

  it('believes an answer, not an open port, when a health path is known', async () => {
    expect(await http('/')).toEqual({ ok: true, detail: 'GET / answered 200' });
    expect(await http('/broken')).toEqual({ ok: false, detail: 'GET /broken answered 503' });
  });

  it('accepts any answer below 500 where no health path is known', async () => {
    expect((await http('/missing', 'any')).ok).toBe(true);
    expect((await http('/missing')).ok).toBe(false);
    expect((await http('/broken', 'any')).ok).toBe(false);
  });

  it('gives up on an app that accepts and never answers', async () => {
    expect(await http('/hangs', 'any', 50)).toEqual({ ok: false, detail: 'GET /hangs did not answer within 50 ms' });
  });

  it('says that nothing listens', async () => {
    const free = createServer();
    await new Promise<void>((resolve) => free.listen(0, '127.0.0.1', resolve));
    const { port: closed } = free.address() as AddressInfo;
    await new Promise((resolve) => free.close(resolve));
    expect(await probe(subject(closed), { kind: 'tcp' }, 1000, undefined)).toEqual({ ok: false, detail: `nothing listens on port ${closed}` });
    expect((await probe(subject(port()), { kind: 'tcp' }, 1000, undefined)).ok).toBe(true);
  });
});
