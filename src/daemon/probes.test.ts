import { createServer } from 'node:http';
import { createServer as createSocketServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ProbeSubject } from '../control/parts.ts';
import type { Driver } from '../drivers/driver.ts';
import { requires } from '../host/testing.ts';
import { probe } from './probes.ts';

const server = createServer((request, response) => {
  if (request.url === '/hangs') return;
  response.statusCode = request.url === '/broken' ? 503 : request.url === '/missing' ? 404 : 200;
  response.end('x'.repeat(100_000));
});
const subject = (port: number, address6: string | null = null): ProbeSubject => ({ agent: { address: '127.0.0.1', port } as ProbeSubject['agent'], service: {} as ProbeSubject['service'], address6 });

beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const ipv6 = requires('ipv6');

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

  it.each([
    ['what comes in pieces', ['HTTP/1.1 2', '00 OK\r\n\r\n'], { ok: true, detail: 'GET / answered 200' }],
    ['the answer behind an interim one', ['HTTP/1.1 103 Early\r\nLink: x\r\n', '\r\nHTTP/1.1 503 No\r\n\r\n'], { ok: false, detail: 'GET / answered 503' }],
    ['what is not HTTP for no answer', ['220 mail ready\r\n'], { ok: false, detail: 'GET / was not answered in HTTP/1' }],
    ['silence for no answer', [], { ok: false, detail: 'GET / was not answered' }],
  ] as const)('takes %s', async (_, parts, expected) => {
    const raw = createSocketServer((socket) => {
      socket.on('error', () => undefined).once('data', async () => {
        for (const part of parts) await new Promise((resolve) => socket.write(part, () => setImmediate(resolve)));
        socket.end();
      });
    });
    await new Promise<void>((resolve) => raw.listen(0, '127.0.0.1', resolve));
    expect(await probe(subject((raw.address() as AddressInfo).port), { kind: 'http', path: '/', accept: 'success' }, 5000, undefined)).toEqual(expected);
    raw.close();
  });

  it.skipIf(!ipv6)('finds an app that listens by IPv6 only, unless a probe at its address answers', async () => {
    const six = createServer((request, response) => response.writeHead(request.url === '/broken' ? 503 : 200).end());
    await new Promise<void>((resolve) => six.listen(0, '::1', resolve));
    const { port: there } = six.address() as AddressInfo;
    const ask = (path: string, address6: string | null) => probe(subject(there, address6), { kind: 'http', path, accept: 'success' }, 5000, undefined);
    expect(await ask('/', '::1')).toEqual({ ok: true, detail: 'GET / answered 200', at: '::1' });
    expect(await ask('/broken', '::1')).toEqual({ ok: false, detail: 'GET /broken answered 503', at: '::1' });
    expect(await ask('/', null)).toEqual({ ok: false, detail: `nothing listens on port ${there}` });
    expect(await probe(subject(port(), '::1'), { kind: 'tcp' }, 1000, undefined)).not.toHaveProperty('at');
    six.close();
  });

  it.skipIf(!ipv6)('does not take another program at the one address for the agent at the other', async () => {
    const foreign = createServer((_, response) => response.end());
    await new Promise<void>((resolve) => foreign.listen(0, '::1', resolve));
    const { port: there } = foreign.address() as AddressInfo;
    const driver = { recover: async () => ({ listeners: [] }) } as unknown as Driver;
    expect(await probe(subject(there, '::1'), { kind: 'tcp' }, 1000, driver)).toEqual({ ok: false, detail: `nothing listens on port ${there}` });
    foreign.close();
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
