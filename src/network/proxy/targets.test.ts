import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { Conversation, Opened, route, sendRaw, target, until } from '../testing.ts';
import { choose } from './balancer.ts';
import { TargetState } from './target-state.ts';

const opened = new Opened();
afterEach(() => opened.close());

const get = (path = '/', more = 'Connection: close\r\n') => `GET ${path} HTTP/1.1\r\nHost: shop.localhost\r\n${more}\r\n`;
const post = 'POST / HTTP/1.1\r\nHost: shop.localhost\r\nConnection: close\r\nContent-Length: 4\r\n\r\nbody';

/** A port on which nothing listens. */
async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe('balancing', () => {
  const states = (n: number) => Array.from({ length: n }, (_, i) => new TargetState(target(i + 1, `agent-${i}`)));

  test('prefers fewer requests in flight and shares ties', () => {
    const targets = states(3);
    targets[0]!.inFlight = 2;
    const chosen = new Set(Array.from({ length: 100 }, () => choose(targets, null, 0, Math.random)));
    expect(chosen).toEqual(new Set([targets[1], targets[2]]));
  });

  test('takes the lesser of two among many', () => {
    const targets = states(20);
    targets.forEach((each, n) => { each.inFlight = n; });
    for (let n = 0; n < 200; n++) expect(choose(targets, null, 0, Math.random)!.inFlight).toBeLessThan(19);
  });

  test('passes by a target that failed, for a while, and never one that was tried', () => {
    const targets = states(2);
    targets[0]!.failed(1000);
    for (let n = 0; n < 20; n++) expect(choose(targets, null, 1100, Math.random)).toBe(targets[1]);
    expect(choose(targets, new Set([targets[1]!]), 1100, Math.random)).toBe(targets[0]);
    expect(choose(targets, new Set(targets), 1100, Math.random)).toBeNull();
    const later = new Set(Array.from({ length: 100 }, () => choose(targets, null, 2000, Math.random)));
    expect(later.size).toBe(2);
  });
});

describe('a target that is gone', () => {
  test('is passed by for another one, for any method, because nothing was sent', async () => {
    const alive = await opened.http((_, response) => response.end('alive'));
    const { port, proxy } = await opened.proxy([route([target(await closedPort()), target(alive)])]);
    for (let n = 0; n < 10; n++) expect(await sendRaw(port, post)).toContain('alive');
    expect(proxy.traffic.of('shop', 'web').failures).toEqual({});
  });

  test('costs a wait until its replacement is there, when it was the only one', async () => {
    const { port, proxy } = await opened.proxy([route([target(await closedPort())])]);
    const answers = Promise.all([sendRaw(port, get()), sendRaw(port, post)]);
    await until(() => proxy.held.size === 2);
    const replacement = await opened.http((_, response) => response.end('replaced'));
    proxy.apply([route([target(replacement)])]);
    for (const answer of await answers) expect(answer).toContain('replaced');
  });

  test('and comes back at the same address is found without being told', async () => {
    const gone = await closedPort();
    const { port, proxy } = await opened.proxy([route([target(gone)])]);
    const answer = sendRaw(port, get());
    await until(() => proxy.held.size === 1);
    const server = createServer((socket) => socket.on('error', () => undefined).resume().end('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nback')).listen(gone, '127.0.0.1');
    opened.add(() => new Promise((resolve) => server.close(resolve)));
    expect(await answer).toContain('back');
  });

  test('having taken a GET is asked again, but not a POST', async () => {
    let taken = 0;
    const app = await opened.raw((socket) => socket.once('data', (data) => {
      taken++;
      if (taken === 1 || data.includes('POST')) socket.destroy();
      else socket.end('HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecond');
    }));
    const { port } = await opened.proxy([route([target(app), target(app)])]);
    expect(await sendRaw(port, get())).toContain('second');
    expect(await sendRaw(port, post)).toMatch(/^HTTP\/1\.1 502 /);
  });

  test('does not take all others along with a request that kills', async () => {
    let killed = 0;
    const ports = await Promise.all(Array.from({ length: 6 }, () => opened.raw((socket) => socket.once('data', () => {
      killed++;
      socket.destroy();
    }))));
    const { port } = await opened.proxy([route(ports.map((each) => target(each)))]);
    expect(await sendRaw(port, get())).toMatch(/^HTTP\/1\.1 502 /);
    expect(killed).toBeLessThanOrEqual(3);
  });

  test('between two requests of a kept connection is not noticed', async () => {
    let connections = 0;
    const app = await opened.raw((socket) => {
      connections++;
      let served = 0;
      socket.on('data', () => {
        if (++served === 1) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
        else socket.resetAndDestroy();
      });
    });
    const { port } = await opened.proxy([route([target(app)])]);
    for (let n = 0; n < 4; n++) expect(await sendRaw(port, get())).toContain('200 OK');
    expect(connections).toBe(4);
  });

  test('killed under load loses no request that may be repeated', async () => {
    const program = 'const s=require("http").createServer((q,r)=>setTimeout(()=>r.end(String(process.pid)),2)).listen(0,"127.0.0.1",()=>console.log(s.address().port))';
    const start = async () => {
      const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
      opened.add(() => child.kill('SIGKILL'));
      const [line] = await once(child.stdout, 'data') as [Buffer];
      return { child, port: Number(line.toString()) };
    };
    const [victim, survivor] = await Promise.all([start(), start()]);
    const { port } = await opened.proxy([route([target(victim.port), target(survivor.port)])]);
    let done = false;
    const answers: string[] = [];
    const load = Promise.all(Array.from({ length: 16 }, async () => {
      while (!done) answers.push((await sendRaw(port, get())).slice(0, 12));
    }));
    await until(() => answers.length > 100);
    victim.child.kill('SIGKILL');
    const after = answers.length;
    await until(() => answers.length > after + 200);
    done = true;
    await load;
    expect(answers.filter((answer) => answer !== 'HTTP/1.1 200')).toEqual([]);
  });
});

describe('a route without targets', () => {
  test('holds requests with their bodies until there is one', async () => {
    const app = await opened.http((request, response) => request.pipe(response));
    const { port, proxy } = await opened.proxy([route([])]);
    const answers = Promise.all(Array.from({ length: 20 }, () => sendRaw(port, post)));
    await until(() => proxy.held.size === 20);
    proxy.apply([route([target(app)])]);
    for (const answer of await answers) expect(answer).toContain('body');
    expect(proxy.traffic.of('shop', 'web').held).toBe(20);
  });

  test('gives up in time with 503 and when to try again', async () => {
    const { port } = await opened.proxy([route([])], { holdTimeout: 50 });
    expect(await sendRaw(port, get())).toMatch(/^HTTP\/1\.1 503 [^]*Retry-After: \d[^]*ingress\.no-target/);
  });

  test.each(['stopped', 'failed'] as const)('that is %s says so at once', async (absence) => {
    const { port } = await opened.proxy([route([], { absence })]);
    expect(await sendRaw(port, get())).toMatch(new RegExp(`^HTTP/1\\.1 503 [^]*ingress\\.${absence}`));
  });

  test('holds no more than it may', async () => {
    const { port, proxy } = await opened.proxy([route([])], { heldRequests: 2 });
    const clients = [1, 2].map(() => new Conversation(port).say(get()));
    await until(() => proxy.held.size === 2);
    expect(await sendRaw(port, get())).toMatch(/^HTTP\/1\.1 503 [^]*ingress\.overloaded/);
    clients.forEach(({ socket }) => socket.destroy());
    await until(() => proxy.held.size === 0, () => 'clients that left to be forgotten');
  });

  test('that vanishes while requests are held is unknown', async () => {
    const { port, proxy } = await opened.proxy([route([])]);
    const answer = sendRaw(port, get());
    await until(() => proxy.held.size === 1);
    proxy.apply([]);
    expect(await answer).toMatch(/^HTTP\/1\.1 404 /);
  });
});

describe('draining', () => {
  test('waits for the requests in flight, and for them only', async () => {
    const pending: (() => void)[] = [];
    const app = await opened.http((_, response) => pending.push(() => response.end('late')));
    const leaving = target(app);
    const { port, proxy } = await opened.proxy([route([leaving])]);
    const answer = sendRaw(port, get());
    await until(() => pending.length === 1);
    proxy.apply([route([])]);
    let drained = false;
    const draining = proxy.draining.drained(leaving.agent, 30_000).then(() => { drained = true; });
    await delay(20);
    expect(drained).toBe(false);
    pending[0]!();
    await draining;
    expect(await answer).toContain('late');
    await proxy.draining.drained('an-agent-nobody-knows', 30_000);
  });

  test('gives up in time', async () => {
    const app = await opened.http(() => undefined);
    const leaving = target(app);
    const { port, proxy } = await opened.proxy([route([leaving])]);
    const client = new Conversation(port).say(get());
    await until(() => [...proxy.table.targets()][0]!.inFlight === 1);
    await proxy.draining.drained(leaving.agent, 10);
    expect([...proxy.table.targets()][0]!.inFlight).toBe(1);
    client.socket.destroy();
  });

  test('ends the event streams of clients that reconnect, between two events', async () => {
    let stream: { write(text: string): void } | null = null;
    const app = await opened.http((_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
      stream = response;
    });
    const leaving = target(app);
    const { port, proxy } = await opened.proxy([route([leaving])]);
    const client = new Conversation(port).say(get('/', 'Accept: text/event-stream\r\n'));
    await client.hear('event-stream');
    stream!.write('data: half');
    await client.hear('half');
    await proxy.draining.drained(leaving.agent, 30_000);
    expect(client.received).not.toMatch(/0\r\n\r\n$/);
    stream!.write(' event\n\n');
    await client.end();
    expect(client.received).toMatch(/ event\n\n\r\n0\r\n\r\n$/);
  });

  test('waits for a stream that its client cannot resume', async () => {
    const app = await opened.http((_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\n');
    });
    const leaving = target(app);
    const { port, proxy } = await opened.proxy([route([leaving])]);
    const client = new Conversation(port).say('POST /complete HTTP/1.1\r\nHost: shop.localhost\r\nContent-Length: 0\r\n\r\n');
    await client.hear('data: 1');
    await proxy.draining.drained(leaving.agent, 30);
    expect(client.closed).toBe(false);
    client.socket.destroy();
  });

  test('gives an event stream of a client that may not reconnect a moment, and the agent its chance, before it ends between two events', async () => {
    let stream: { write(text: string): void } | null = null;
    const app = await opened.http((_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\n');
      stream = response;
    });
    const leaving = target(app);
    const { port, proxy } = await opened.proxy([route([leaving])], { streamGrace: 50, goodbyeAfter: 50 });
    const client = new Conversation(port).say(get());
    await client.hear('data: 1');
    const draining = proxy.draining.drained(leaving.agent, 30_000);
    stream!.write('data: 2\n\n');
    await client.hear('data: 2');
    await draining;
    expect(client.closed).toBe(false);
    await client.end();
    expect(client.received).toMatch(/data: 2\n\n\r\n0\r\n\r\n$/);
  });

  test('takes no notice of a WebSocket, and says goodbye on it when the agent does not', async () => {
    const heard: Buffer[] = [];
    let ended = false;
    let send: (bytes: Buffer) => void = () => undefined;
    const app = await opened.http(() => undefined, (server) => server.on('upgrade', (_, socket) => {
      socket.write('HTTP/1.1 101 Switching\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n');
      send = (bytes) => void socket.write(bytes);
      socket.on('data', (bytes: Buffer) => heard.push(bytes)).on('end', () => { ended = true; socket.end(); }).on('error', () => undefined);
    }));
    const leaving = target(app);
    const { port, proxy } = await opened.proxy([route([leaving])], { goodbyeAfter: 20 });
    const client = new Conversation(port).say(get('/', 'Connection: Upgrade\r\nUpgrade: websocket\r\n'));
    await client.hear('\r\n\r\n');
    send(Buffer.from([0x81, 5, 104, 101]));
    await client.hear('\x81\x05he');
    await proxy.draining.drained(leaving.agent, 30_000);
    await delay(60);
    expect(client.closed).toBe(false);
    send(Buffer.from('llo'));
    await client.end();
    expect(client.received.endsWith('\x81\x05hello\x88\x02\x03\xe9')).toBe(true);
    await until(() => ended);
    expect(Buffer.concat(heard).toString('hex')).toBe('88820000000003e9');
    expect(proxy.tunnels.size).toBe(0);
  });

  test('closes the connection of the last request to an agent that is routed to no more', async () => {
    const pending: (() => void)[] = [];
    let open = 0;
    const app = await opened.http((_, response) => pending.push(() => response.end('late')), (server) => server.on('connection', (socket) => {
      open++;
      socket.on('close', () => open--);
    }));
    const { port, proxy } = await opened.proxy([route([target(app)])]);
    const answer = sendRaw(port, get());
    await until(() => pending.length === 1);
    proxy.apply([route([])]);
    pending[0]!();
    expect(await answer).toContain('late');
    await until(() => open === 0);
    expect(proxy.pool.size).toBe(0);
  });

  test('closes idle connections to an agent that is routed to no more', async () => {
    let open = 0;
    const app = await opened.http((_, response) => response.end('ok'), (server) => server.on('connection', (socket) => {
      open++;
      socket.on('close', () => open--);
    }));
    const { port, proxy } = await opened.proxy([route([target(app)])]);
    await sendRaw(port, get());
    expect(open).toBe(1);
    proxy.apply([route([])]);
    await until(() => open === 0);
  });
});

describe('a client that leaves', () => {
  test.each([
    ['while it waits for the answer', 0],
    ['within the answer', 1],
  ])('%s takes the request to the app along', async (_, begun) => {
    let gone = false;
    let asked = false;
    const app = await opened.http((_request, response) => {
      asked = true;
      response.on('close', () => { gone = true; });
      if (begun === 1) {
        response.write('begun');
        const timer = setInterval(() => response.write('more'), 20);
        response.on('close', () => clearInterval(timer));
      }
    });
    const { port, proxy, records } = await opened.proxy([route([target(app)])], { halfClosedTimeout: 50 });
    const client = new Conversation(port).say(get());
    await (begun === 1 ? client.hear('begun') : until(() => asked));
    client.socket.destroy();
    await until(() => gone, () => 'the app to be told');
    await until(() => [...proxy.table.targets()][0]!.inFlight === 0);
    expect(await records()).toMatchObject([{ error: 'client left', status: begun === 1 ? 200 : 0 }]);
  });

  test('within its body takes the request along', async () => {
    let aborted = false;
    const app = await opened.http((request) => request.on('error', () => { aborted = true; }).resume());
    const { port, proxy } = await opened.proxy([route([target(app)])]);
    const client = new Conversation(port).say('POST / HTTP/1.1\r\nHost: shop.localhost\r\nContent-Length: 100\r\n\r\nbut');
    await until(() => [...proxy.table.targets()][0]!.inFlight === 1);
    client.socket.end();
    await until(() => aborted);
  });
});

describe('a client that is slow', () => {
  test('with its head, byte by byte, is cut off', async () => {
    const { port } = await opened.proxy([route([])], { headTimeout: 300 });
    const client = new Conversation(port);
    const timer = setInterval(() => client.socket.writable && client.say('X'), 20);
    client.say('GET / HTTP/1.1\r\nX: ');
    await client.end();
    clearInterval(timer);
    expect(client.received).toMatch(/^HTTP\/1\.1 408 /);
  });

  test('with its body, byte by byte, is cut off', async () => {
    const app = await opened.http((request, response) => request.resume().on('end', () => response.end()));
    const { port } = await opened.proxy([route([target(app)])], { stallTimeout: 500 });
    const client = new Conversation(port).say('POST / HTTP/1.1\r\nHost: shop.localhost\r\nContent-Length: 5000\r\n\r\n');
    const timer = setInterval(() => client.socket.writable && client.say('X'), 20);
    await client.end();
    clearInterval(timer);
    expect(client.received).toMatch(/^HTTP\/1\.1 408 /);
  });

  test('and never says anything is closed', async () => {
    const { port, proxy } = await opened.proxy([route([])], { headTimeout: 50 });
    const client = new Conversation(port);
    await client.end();
    expect(proxy.connections).toBe(0);
  });

  test('between requests is closed in the end', async () => {
    const app = await opened.http((_, response) => response.end('ok'));
    const { port } = await opened.proxy([route([target(app)])], { idleTimeout: 50 });
    const client = new Conversation(port).say(get('/', ''));
    await client.hear('ok');
    await client.end();
  });
});

describe('limits', () => {
  test('on bodies hold for told and untold lengths', async () => {
    const app = await opened.http((request, response) => request.resume().on('end', () => response.end()));
    const { port } = await opened.proxy([route([target(app)])], { bodyBytes: 1000 });
    expect(await sendRaw(port, 'POST / HTTP/1.1\r\nHost: shop.localhost\r\nContent-Length: 1001\r\n\r\n')).toMatch(/^HTTP\/1\.1 413 /);
    const chunk = `4000\r\n${'x'.repeat(0x4000)}\r\n`;
    expect(await sendRaw(port, `POST / HTTP/1.1\r\nHost: shop.localhost\r\nTransfer-Encoding: chunked\r\n\r\n${chunk.repeat(8)}`)).toMatch(/^HTTP\/1\.1 413 /);
  });

  test('on heads answer 431', async () => {
    const { port } = await opened.proxy([route([])]);
    expect(await sendRaw(port, get('/', `X: ${'x'.repeat(40_000)}\r\n`))).toMatch(/^HTTP\/1\.1 431 /);
    expect(await sendRaw(port, get('/', 'X: y\r\n'.repeat(200)))).toMatch(/^HTTP\/1\.1 431 /);
  });

  test('on connections turn away what is too many', async () => {
    const { port, proxy } = await opened.proxy([route([])], { connections: 2 });
    const clients = [1, 2].map(() => new Conversation(port));
    await until(() => proxy.connections === 2);
    await new Conversation(port).end();
    clients.forEach(({ socket }) => socket.destroy());
  });
});
