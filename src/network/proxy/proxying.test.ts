import { createHash, randomBytes } from 'node:crypto';
import { request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { Conversation, Opened, route, sendRaw, target, until } from '../testing.ts';

const opened = new Opened();
afterEach(() => opened.close());

const get = (path = '/', more = '') => `GET ${path} HTTP/1.1\r\nHost: shop.localhost\r\n${more}\r\n`;

/** A proxy before an app that echoes what it got. */
async function echo(limits = {}) {
  const app = await opened.http((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => response.end(JSON.stringify({ method: request.method, url: request.url, headers: request.headers, trailers: request.trailers, body: Buffer.concat(chunks).toString() })));
  });
  return opened.proxy([route([target(app)])], limits);
}

interface Echo { method: string; url: string; headers: Record<string, string>; trailers: Record<string, string>; body: string }
const bodyOf = (text: string) => JSON.parse(text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1)) as Echo;

describe('routing', () => {
  test('goes by host, then by the longest path prefix on segment borders', async () => {
    const ports = await Promise.all(['root', 'api', 'v2', 'other'].map((name) => opened.http((_, response) => response.end(name))));
    const { port } = await opened.proxy([
      route([target(ports[0]!)]),
      route([target(ports[1]!)], { path: '/api' }),
      route([target(ports[2]!)], { path: '/api/v2/' }),
      route([target(ports[3]!)], { hosts: ['other.localhost', 'www.example.com'] }),
    ]);
    const to = async (host: string, path: string) => (await sendRaw(port, `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)).split('\r\n\r\n')[1];
    expect(await to('shop.localhost', '/')).toContain('root');
    expect(await to('SHOP.localhost.:8080', '/api')).toContain('api');
    expect(await to('shop.localhost', '/api?x=/api/v2/')).toContain('api');
    expect(await to('shop.localhost', '/apis')).toContain('root');
    expect(await to('shop.localhost', '/api/v2/x')).toContain('v2');
    expect(await to('www.example.com', '/api')).toContain('other');
    expect(await sendRaw(port, 'GET http://other.localhost/x HTTP/1.1\r\nHost: shop.localhost\r\nConnection: close\r\n\r\n')).toContain('other');
  });

  test('an unknown host gets a page or problem details, and learns nothing of what else runs', async () => {
    const { port } = await echo();
    const page = await sendRaw(port, 'GET / HTTP/1.1\r\nHost: nobody.localhost\r\nAccept: text/html\r\nConnection: close\r\n\r\n');
    expect(page).toMatch(/^HTTP\/1\.1 404 /);
    expect(page).toContain('<!doctype html>');
    const problem = await sendRaw(port, 'GET / HTTP/1.1\r\nHost: nobody.localhost\r\nConnection: close\r\n\r\n');
    expect(bodyOf(problem)).toMatchObject({ status: 404, code: 'ingress.unknown-host' });
    expect(page + problem).not.toContain('shop');
  });

  test('a host with markup in it cannot get into the page', async () => {
    const { port } = await echo();
    expect(await sendRaw(port, 'GET / HTTP/1.1\r\nHost: <script>\r\nAccept: text/html\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
  });
});

describe('requests', () => {
  test('reach the app with forwarding fields, and without those of the connection', async () => {
    const { port } = await echo();
    const text = await sendRaw(port, get('/a/b?c=d', 'X-Own: 1\r\nConnection: close, X-Secret\r\nX-Secret: 2\r\nKeep-Alive: timeout=9\r\nProxy-Authorization: x\r\nTE: trailers\r\nX_Forwarded_For: 6.6.6.6\r\n'));
    const { headers, url } = bodyOf(text);
    expect(url).toBe('/a/b?c=d');
    expect(headers).toMatchObject({ host: 'shop.localhost', 'x-own': '1', 'x-forwarded-for': '127.0.0.1', 'x-forwarded-proto': 'http', 'x-forwarded-host': 'shop.localhost', te: 'trailers' });
    expect(Object.keys(headers)).not.toEqual(expect.arrayContaining(['x-secret']));
    for (const gone of ['x-secret', 'keep-alive', 'proxy-authorization', 'x_forwarded_for']) expect(headers).not.toHaveProperty(gone);
    expect(text).toContain(`X-Request-Id: ${headers['x-request-id']}`);
  });

  test('keep their id, and what a proxy on this machine said about its client', async () => {
    const { port } = await echo();
    const { headers } = bodyOf(await sendRaw(port, get('/', 'X-Request-Id: abc-1\r\nX-Forwarded-For: 9.9.9.9\r\nX-Forwarded-Proto: https\r\nConnection: close\r\n')));
    expect(headers).toMatchObject({ 'x-request-id': 'abc-1', 'x-forwarded-for': '9.9.9.9, 127.0.0.1', 'x-forwarded-proto': 'https' });
  });

  test('naming Host or Content-Length in Connection does not remove them', async () => {
    const { port } = await echo();
    const { headers, body } = bodyOf(await sendRaw(port, `POST / HTTP/1.1\r\nHost: shop.localhost\r\nConnection: close, host, content-length\r\nContent-Length: 2\r\n\r\nhi`));
    expect([headers['host'], body]).toEqual(['shop.localhost', 'hi']);
  });

  test('follow each other on one connection, also when sent ahead of the answers', async () => {
    const { port } = await echo();
    const text = await sendRaw(port, get('/1') + `POST /2 HTTP/1.1\r\nHost: shop.localhost\r\nContent-Length: 3\r\n\r\nabc` + get('/3') + get('/4', 'Connection: close\r\n'));
    expect([...text.matchAll(/"url":"([^"]+)"/g)].map((match) => match[1])).toEqual(['/1', '/2', '/3', '/4']);
  });

  test('use a connection to the app again', async () => {
    const connections = new Set<unknown>();
    const app = await opened.http((request, response) => {
      connections.add(request.socket);
      response.end('ok');
    });
    const { port } = await opened.proxy([route([target(app)])]);
    for (let n = 0; n < 5; n++) await sendRaw(port, get('/', 'Connection: close\r\n'));
    expect(connections.size).toBe(1);
  });

  test('with chunks and trailers arrive as they were', async () => {
    const { port } = await echo();
    const { body, trailers } = bodyOf(await sendRaw(port, `POST / HTTP/1.1\r\nHost: shop.localhost\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\nConnection: close\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\nX-Sum: 5\r\n\r\n`));
    expect([body, trailers]).toEqual(['abcde', { 'x-sum': '5' }]);
  });

  test('that expect 100 send their body after the app said so', async () => {
    const app = await opened.http(() => undefined, (server) => server.on('checkContinue', (request, response) => {
      response.writeContinue();
      request.on('data', (data: Buffer) => response.end(`got ${data}`));
    }));
    const { port } = await opened.proxy([route([target(app)])]);
    const client = new Conversation(port).say('PUT / HTTP/1.1\r\nHost: shop.localhost\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n');
    await client.hear('HTTP/1.1 100 Continue\r\n\r\n');
    client.say('body');
    await client.hear('got body');
    client.socket.destroy();
  });

  test('of a client that closed its sending side are answered', async () => {
    const { port } = await echo();
    expect(bodyOf(await sendRaw(port, get('/half'), { halfClose: true })).url).toBe('/half');
  });

  test('that smuggle are refused and the connection closed', async () => {
    const { port, records } = await echo();
    const text = await sendRaw(port, `POST / HTTP/1.1\r\nHost: shop.localhost\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${get('/admin')}`);
    expect(text).toMatch(/^HTTP\/1\.1 400 [^]*Connection: close/);
    expect(text.match(/HTTP\/1\.1/g)).toHaveLength(1);
    expect(await records()).toMatchObject([{ status: 400, error: expect.stringContaining('Content-Length') }]);
  });

  test('with bad chunks are refused, whatever the app made of them so far', async () => {
    const { port } = await echo();
    expect(await sendRaw(port, `POST / HTTP/1.1\r\nHost: shop.localhost\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcde\r\n0\r\n\r\n`)).toMatch(/^HTTP\/1\.1 400 /);
  });
});

describe('responses', () => {
  test('to HEAD, 204 and 304 have no body, and the next request is not confused', async () => {
    const app = await opened.http((request, response) => {
      if (request.url === '/304') response.writeHead(304, { etag: '"a"' });
      else if (request.url === '/204') response.writeHead(204);
      else response.setHeader('content-length', 5);
      response.end(request.url === '/200' ? 'hello' : undefined);
    });
    const { port } = await opened.proxy([route([target(app)])]);
    const text = await sendRaw(port, `HEAD / HTTP/1.1\r\nHost: shop.localhost\r\n\r\n${get('/204')}${get('/304')}${get('/200', 'Connection: close\r\n')}`);
    expect(text.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 204', 'HTTP/1.1 304', 'HTTP/1.1 200']);
    expect(text.endsWith('\r\n\r\nhello')).toBe(true);
    expect(text.match(/hello/g)).toHaveLength(1);
  });

  test('that end with the connection are framed for HTTP/1.1, and end it for HTTP/1.0', async () => {
    const app = await opened.raw((socket) => socket.once('data', () => socket.end('HTTP/1.0 200 OK\r\n\r\nold style')));
    const { port } = await opened.proxy([route([target(app)])]);
    expect(await sendRaw(port, get('/', 'Connection: close\r\n'))).toMatch(/Transfer-Encoding: chunked\r\n[^]*\r\n\r\n9\r\nold style\r\n0\r\n\r\n$/);
    expect(await sendRaw(port, 'GET / HTTP/1.0\r\nHost: shop.localhost\r\n\r\n')).toMatch(/\r\n\r\nold style$/);
  });

  test('with chunks lose them for HTTP/1.0', async () => {
    const app = await opened.http((_, response) => {
      response.write('a');
      response.end('b');
    });
    const { port } = await opened.proxy([route([target(app)])]);
    const text = await sendRaw(port, 'GET / HTTP/1.0\r\nHost: shop.localhost\r\n\r\n');
    expect(text).not.toContain('chunked');
    expect(text).toMatch(/\r\n\r\nab$/);
  });

  test('with a length keep an HTTP/1.0 connection that asked for it', async () => {
    const app = await opened.http((_, response) => response.setHeader('content-length', 2).end('ok'));
    const { port } = await opened.proxy([route([target(app)])]);
    const once = 'GET / HTTP/1.0\r\nHost: shop.localhost\r\n';
    const text = await sendRaw(port, `${once}Connection: keep-alive\r\n\r\n${once}\r\n`);
    expect(text.match(/HTTP\/1\.1 200/g)).toHaveLength(2);
    expect(text).toContain('Connection: keep-alive');
  });

  test('that come before 200, such as early hints, are passed on', async () => {
    const app = await opened.http((_, response) => {
      response.writeEarlyHints({ link: '</a.css>; rel=preload' });
      response.end('ok');
    });
    const { port } = await opened.proxy([route([target(app)])]);
    expect(await sendRaw(port, get('/', 'Connection: close\r\n'))).toMatch(/^HTTP\/1\.1 103 Early Hints\r\nLink: [^]*HTTP\/1\.1 200 OK/);
  });

  test('that break off are broken off for the client too', async () => {
    const app = await opened.raw((socket) => socket.once('data', (data) => {
      const framing = data.includes('/chunked') ? 'Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n' : 'Content-Length: 100\r\n\r\nhello';
      socket.end(`HTTP/1.1 200 OK\r\n${framing}`);
    }));
    const { port, records } = await opened.proxy([route([target(app)])]);
    for (const path of ['/length', '/chunked']) {
      const outcome = await fetch(`http://127.0.0.1:${port}${path}`, { headers: { host: 'shop.localhost' } }).then((response) => response.text()).catch(() => 'failed');
      expect(outcome).not.toContain('hello');
      const text = await sendRaw(port, get(path));
      expect(text).toContain('hello');
      expect(text).not.toMatch(/0\r\n\r\n$/);
    }
    expect(await records()).toContainEqual(expect.objectContaining({ status: 200, error: 'target closed within the response' }));
  });

  test('that are server-sent events arrive one by one', async () => {
    let send: (text: string) => void = () => undefined;
    const app = await opened.http((_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
      send = (text) => response.write(text);
    });
    const { port } = await opened.proxy([route([target(app)])]);
    const client = new Conversation(port).say(get('/', 'Accept: text/event-stream\r\n'));
    await client.hear('text/event-stream');
    for (const n of [1, 2, 3]) {
      send(`data: ${n}\n\n`);
      await client.hear(`data: ${n}\n\n`);
    }
    client.socket.destroy();
  });

  test('of another protocol are told as 502', async () => {
    const app = await opened.raw((socket) => socket.write('SSH-2.0-x\r\n\r\n'));
    const { port } = await opened.proxy([route([target(app)])]);
    expect(bodyOf(await sendRaw(port, get('/', 'Connection: close\r\n')))).toMatchObject({ status: 502, code: 'ingress.target-nonsense' });
  });

  test('without their complete head are told as 502', async () => {
    const app = await opened.raw((socket) => socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nA: b')));
    const { port } = await opened.proxy([route([target(app)])]);
    expect(bodyOf(await sendRaw(port, get('/', 'Connection: close\r\n')))).toMatchObject({ status: 502, code: 'ingress.target-closed' });
  });

  test('that do not come in time are told as 504', async () => {
    const app = await opened.raw(() => undefined);
    const { port } = await opened.proxy([route([target(app)])], { responseTimeout: 50 });
    expect(bodyOf(await sendRaw(port, get('/', 'Connection: close\r\n')))).toMatchObject({ status: 504, code: 'ingress.target-timeout' });
  });
});

describe('bodies of any size', () => {
  const size = 10 * 1024 * 1024;

  test('stream both ways at once and arrive unchanged', async () => {
    const app = await opened.http((request, response) => request.pipe(response));
    const { port, errors } = await opened.proxy([route([target(app)])]);
    const sent = createHash('sha256');
    const got = createHash('sha256');
    let received = 0;
    await new Promise<void>((resolve, reject) => {
      const call = request({ port, host: '127.0.0.1', method: 'POST', headers: { host: 'shop.localhost' } }, (response) => {
        response.on('data', (chunk: Buffer) => {
          got.update(chunk);
          received += chunk.length;
        });
        response.on('end', resolve);
      });
      call.on('error', reject);
      let left = size;
      const send = (): void => {
        while (left > 0) {
          const chunk = randomBytes(65_536);
          sent.update(chunk);
          left -= chunk.length;
          if (!call.write(chunk)) return void call.once('drain', send);
        }
        call.end();
      };
      send();
    });
    expect(received).toBe(size);
    expect(got.digest('hex')).toBe(sent.digest('hex'));
    expect(errors).toEqual([]);
  });

  test('wait for a client that does not read', async () => {
    let written = 0;
    const app = await opened.http((_, response) => {
      const push = (): void => {
        while (written < size * 10 && response.write(Buffer.alloc(65_536))) written += 65_536;
        written += 65_536;
        response.once('drain', push);
      };
      push();
    });
    const { port } = await opened.proxy([route([target(app)])]);
    const client = new Conversation(port);
    client.socket.pause();
    client.say(get());
    await until(() => written > 0);
    let before = -1;
    await until(async () => {
      const still = written === before;
      before = written;
      await delay(300);
      return still && written === before;
    }, () => 'the app to be slowed down');
    expect(written).toBeLessThan(size * 9);
    client.socket.destroy();
  });

  test('wait for an app that does not read', async () => {
    const app = await opened.raw((socket) => socket.pause());
    const { port } = await opened.proxy([route([target(app)])]);
    const client = new Conversation(port).say(`POST / HTTP/1.1\r\nHost: shop.localhost\r\nContent-Length: ${size * 10}\r\n\r\n`);
    let accepted = 0;
    const chunk = Buffer.alloc(65_536);
    const push = (): void => {
      while (client.socket.write(chunk)) accepted += chunk.length;
      accepted += chunk.length;
    };
    client.socket.on('drain', push);
    push();
    let before = -1;
    await until(async () => {
      const still = accepted === before;
      before = accepted;
      await delay(300);
      return still && accepted === before;
    }, () => 'the client to be slowed down');
    expect(accepted).toBeLessThan(size * 9);
    client.socket.destroy();
  });
});

describe('changed protocols', () => {
  async function webSocketEcho() {
    const app = await opened.http(() => undefined, (server) => server.on('upgrade', (request, socket) => {
      const accept = createHash('sha1').update(`${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
      socket.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`);
      socket.on('data', (frame: Buffer) => {
        const length = frame[1]! & 0x7f;
        if ((frame[0]! & 0x0f) === 8) return void socket.end(Buffer.from([0x88, 0]));
        const payload = frame.subarray(6, 6 + length).map((byte, n) => byte ^ frame[2 + (n % 4)]!);
        socket.write(Buffer.concat([Buffer.from([frame[0]!, length]), payload]));
      });
      socket.on('error', () => undefined);
    }));
    return opened.proxy([route([target(app)])]);
  }

  test('a WebSocket talks through, and its end is logged', async () => {
    const { proxy, port, records } = await webSocketEcho();
    proxy.apply([{ ...proxy.table.routes[0]!, hosts: ['127.0.0.1'] }]);
    const socket = new WebSocket(`ws://127.0.0.1:${port}/`);
    await new Promise((resolve, reject) => {
      socket.onopen = resolve;
      socket.onerror = reject;
    });
    for (const text of ['one', 'two', 'x'.repeat(100)]) {
      const answer = new Promise((resolve) => { socket.onmessage = (event) => resolve(event.data); });
      socket.send(text);
      expect(await answer).toBe(text);
    }
    expect(proxy.tunnels.size).toBe(1);
    const closed = new Promise((resolve) => { socket.onclose = resolve; });
    socket.close();
    await closed;
    await until(() => proxy.tunnels.size === 0);
    expect(await records()).toMatchObject([{ status: 101 }]);
  });

  test('bytes sent right behind the request belong to the new protocol', async () => {
    const app = await opened.http(() => undefined, (server) => server.on('upgrade', (_, socket, head) => {
      socket.write('HTTP/1.1 101 Switching\r\nUpgrade: chat\r\nConnection: Upgrade\r\n\r\nwelcome ');
      if (head.length > 0) socket.write(head);
      socket.on('data', (data) => socket.write(data)).on('end', () => socket.end()).on('error', () => undefined);
    }));
    const { port } = await opened.proxy([route([target(app)])]);
    const client = new Conversation(port).say(`${get('/', 'Connection: Upgrade\r\nUpgrade: chat\r\n')}early`);
    await client.hear('welcome early');
    client.say(' later');
    await client.hear('welcome early later');
    client.socket.destroy();
  });

  test('an app that declines answers as usual', async () => {
    const { port } = await echo();
    expect(await sendRaw(port, get('/', 'Connection: Upgrade, close\r\nUpgrade: websocket\r\n'))).toMatch(/^HTTP\/1\.1 200 /);
  });

  test('either side that vanishes takes the other along', async () => {
    let appSide: { destroyed: boolean; destroy(): void } | null = null;
    const app = await opened.http(() => undefined, (server) => server.on('upgrade', (_, socket) => {
      appSide = socket;
      socket.on('error', () => undefined).on('end', () => socket.end());
      socket.write('HTTP/1.1 101 Switching\r\nUpgrade: chat\r\nConnection: Upgrade\r\n\r\n');
    }));
    const { port, proxy } = await opened.proxy([route([target(app)])]);
    for (const first of ['client', 'app']) {
      const client = new Conversation(port).say(get('/', 'Connection: Upgrade\r\nUpgrade: chat\r\n'));
      await client.hear('101');
      if (first === 'client') client.socket.destroy();
      else appSide!.destroy();
      await until(() => client.closed && appSide!.destroyed);
    }
    expect([...proxy.table.targets()][0]!.inFlight).toBe(0);
  });
});
