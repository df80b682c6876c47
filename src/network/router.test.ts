import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { connect, createServer as createTcpServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import type { Route } from '../control/router.ts';
import { pathsOf, type Paths } from '../host/paths.ts';
import { requires, systemTime as clock } from '../host/testing.ts';
import type { AgentId } from '../model/index.ts';
import { askIngress } from './ingress/control-client.ts';
import { ingressCommand } from './ingress/launch.ts';
import { ingressRouter, type IngressRouter, type IngressRouterOptions } from './router.ts';
import { Conversation, Opened, route, sendRaw, target, until } from './testing.ts';

const opened = new Opened();
afterEach(() => opened.close());

const get = (path = '/', more = 'Connection: close\r\n') => `GET ${path} HTTP/1.1\r\nHost: shop.localhost\r\n${more}\r\n`;

function home(): Paths {
  return pathsOf({ STRATOSWARM_HOME: opened.directory() });
}

function routerAt(paths: Paths, more: Partial<IngressRouterOptions> = {}): IngressRouter {
  const router = ingressRouter({ paths, clock, port: 0, ...more });
  opened.add(async () => {
    const pids = await router.status().then(({ pid }) => [pid], () => []);
    await router.stop();
    await until(() => pids.every((pid) => !alive(pid)));
  });
  return router;
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
}

async function app(answer = 'ok', delayed = 0): Promise<number> {
  return opened.http((_, response) => void setTimeout(() => response.end(answer), delayed));
}

describe('the ingress process', { skip: !requires('linux') }, () => {
  test('starts, serves what it is told, and is adopted by the next daemon', async () => {
    const paths = home();
    const first = routerAt(paths);
    const started = await first.ensure();
    await first.apply([route([target(await app('hello'))])]);
    expect(await sendRaw(first.port!, get())).toContain('hello');
    expect(first.url).toBe(`http://localhost:${started.port}`);
    expect(statSync(paths.ingressSocket).mode & 0o777).toBe(0o600);
    first.close();

    const second = routerAt(paths);
    expect((await second.ensure()).pid).toBe(started.pid);
    expect(await sendRaw(second.port!, get())).toContain('hello');
  });

  test('is small, does nothing when there is nothing to do, and stays flat while much streams through', async () => {
    const router = routerAt(home());
    const { pid, port } = await router.ensure();
    const status = (): string => readFileSync(`/proc/${pid}/status`, 'utf8');
    const rss = (): number => Number(/VmRSS:\s+(\d+)/.exec(status())![1]) / 1024;
    const cpu = (): number => readFileSync(`/proc/${pid}/stat`, 'utf8').split(' ').slice(13, 15).reduce((sum, ticks) => sum + Number(ticks), 0);
    // Pages of Node's program are shared with every other Node, and how many of them count depends on the kernel's huge pages: only its own are asserted here; bench/idle.ts has the whole.
    expect(Number(/RssAnon:\s+(\d+)/.exec(status())![1]) / 1024).toBeLessThan(20);
    const before = cpu();
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect(cpu() - before).toBeLessThanOrEqual(1);

    await router.apply([route([target(await opened.http((call, response) => call.pipe(response)))])]);
    const size = 200 * 1024 * 1024;
    let received = 0;
    let most = 0;
    await new Promise<void>((resolve, reject) => {
      const call = request({ port, host: '127.0.0.1', method: 'POST', headers: { host: 'shop.localhost' } }, (response) => {
        response.on('data', (chunk: Buffer) => {
          received += chunk.length;
          most = Math.max(most, rss());
        });
        response.on('end', resolve);
      });
      call.on('error', reject);
      const chunk = Buffer.alloc(65_536);
      let left = size;
      const send = (): void => {
        for (; left > 0; left -= chunk.length) if (!call.write(chunk)) {
          left -= chunk.length;
          return void call.once('drain', send);
        }
        call.end();
      };
      send();
    });
    expect(received).toBe(size);
    expect(most).toBeLessThan(160);
  });

  test('serves at once after its own death, at the same port, with the last routes, without a daemon', async () => {
    const paths = home();
    const router = routerAt(paths);
    const { pid, port } = await router.ensure();
    await router.apply([route([target(await app('still'))])]);
    router.close();
    process.kill(pid, 'SIGKILL');
    await until(() => !alive(pid));
    const [file, ...args] = ingressCommand({ paths, port: 0, addresses: [], limits: {}, linger: 1000 });
    const child = spawn(file!, args, { stdio: 'ignore' });
    opened.add(() => child.kill('SIGKILL'));
    await until(async () => (await sendRaw(port, get())).includes('still'));
  });

  test('is started again by the daemon when it dies, and told the routes anew', async () => {
    const paths = home();
    const changes: number[] = [];
    const router = routerAt(paths, { onChange: ({ pid }) => changes.push(pid) });
    const { pid, port } = await router.ensure();
    await router.apply([route([target(await app('again'))])]);
    writeFileSync(join(paths.home, 'ingress/routes.json'), '[{"broken');
    process.kill(pid, 'SIGKILL');
    await until(() => changes.length === 1, () => 'the router to notice');
    expect(changes[0]).not.toBe(pid);
    expect(router.port).toBe(port);
    await until(async () => (await sendRaw(port, get())).includes('again'));
  });

  test('is only one per home, however many start it', async () => {
    const paths = home();
    const routers = [1, 2, 3, 4].map(() => routerAt(paths));
    const pids = new Set((await Promise.all(routers.map((router) => router.ensure()))).map(({ pid }) => pid));
    expect(pids.size).toBe(1);
  });

  test('takes the next port when its own is taken, and keeps that', async () => {
    const paths = home();
    // Below the range from which the kernel gives ports away: there nobody else takes the one that is to be kept.
    const port = 21_000 + (process.pid % 9000);
    const taken = createTcpServer().listen(port, '127.0.0.1');
    await once(taken, 'listening');
    const router = routerAt(paths, { port });
    const started = await router.ensure();
    expect(started.port).toBeGreaterThan(port);
    expect(started.addresses).toContainEqual({ address: '127.0.0.1', listening: true, error: null });
    await router.stop();
    await until(() => !alive(started.pid));
    await new Promise((resolve) => taken.close(resolve));
    expect((await router.ensure()).port).toBe(started.port);
  });

  test('listens on an address that appears later, as soon as it exists', { skip: !requires('linux', 'root', 'program:ip') }, async () => {
    const router = routerAt(home());
    await router.ensure();
    await router.apply([route([target(await app('reached'))])]);
    const name = `swt${process.pid % 100_000}`;
    const address = `10.213.${process.pid % 250}.1`;
    const ip = async (...args: string[]) => once(spawn('ip', args, { stdio: 'ignore' }), 'exit');
    expect(await router.listen(address)).toBe(false);
    expect((await router.status()).addresses).toContainEqual({ address, listening: false, error: 'EADDRNOTAVAIL' });
    opened.add(() => ip('link', 'del', name));
    await ip('link', 'add', name, 'type', 'bridge');
    await ip('addr', 'add', `${address}/24`, 'dev', name);
    await ip('link', 'set', name, 'up');
    await until(async () => (await router.status()).addresses.some((each) => each.address === address && each.listening));
    const socket = connect({ host: address, port: router.port! });
    socket.write(get());
    const [data] = await once(socket, 'data') as [Buffer];
    socket.destroy();
    expect(data.toString()).toContain('200 OK');
  });

  test('refuses what is not a list of routes, and keeps those it has', async () => {
    const paths = home();
    const router = routerAt(paths);
    await router.ensure();
    await router.apply([route([target(await app('kept'))])]);
    for (const nonsense of [null, {}, [null], [{ app: 'a' }], [{ ...route([]), targets: [{ agent: 'a', address: 'b', port: 70_000 }] }]]) {
      await expect(askIngress(paths.ingressSocket, 'PUT', '/routes', nonsense, 5000)).rejects.toMatchObject({ code: 'ingress.bad-routes' });
    }
    expect(await sendRaw(router.port!, get())).toContain('kept');
  });

  test('tells what it does: per agent, per service, and in the access log', async () => {
    const paths = home();
    const router = routerAt(paths);
    await router.ensure();
    const to = target(await app('counted'));
    await router.apply([route([to])]);
    for (let n = 0; n < 3; n++) await sendRaw(router.port!, get('/path?secret=1'));
    const status = await router.status();
    expect(status.targets).toMatchObject([{ agent: to.agent, requests: 3, inFlight: 0, failures: 0 }]);
    expect(status.services).toMatchObject([{ app: 'shop', service: 'web', requests: 3, sentBytes: 21 }]);
    expect(status.services[0]!.responses[2]).toBe(3);
    const log = join(paths.logs, 'access.log');
    await until(() => existsSync(log) && readFileSync(log, 'utf8').split('\n').length === 4);
    const line = JSON.parse(readFileSync(log, 'utf8').split('\n')[0]!) as Record<string, unknown>;
    expect(line).toMatchObject({ app: 'shop', service: 'web', agent: to.agent, method: 'GET', path: '/path', status: 200, bytes: 7, client: '127.0.0.1' });
  });
});

/** Clients that ask without pause; `failures` are answers that are not 200 and connections that break. */
function load(port: number, keepAlive: boolean, clients: number): { served: () => number; failures: string[]; end(): Promise<void> } {
  const agent = new Agent({ keepAlive, maxSockets: clients });
  const failures: string[] = [];
  let served = 0;
  let ended = false;
  const ask = (): Promise<void> => new Promise((resolve) => {
    const call = request({ port, host: '127.0.0.1', agent, method: 'POST', headers: { host: 'shop.localhost' } }, (response) => {
      let text = '';
      response.on('data', (data: Buffer) => { text += data.toString(); });
      response.on('end', () => {
        if (response.statusCode === 200 && text === 'ok') served++;
        else failures.push(`${response.statusCode} ${text}`);
        resolve();
      });
      response.on('error', (error) => {
        failures.push(error.message);
        resolve();
      });
    });
    call.on('error', (error) => {
      failures.push(error.message);
      resolve();
    });
    call.end('body');
  });
  const all = Promise.all(Array.from({ length: clients }, async () => {
    while (!ended) await ask();
  }));
  return {
    served: () => served, failures,
    end: async () => {
      ended = true;
      await all;
      agent.destroy();
    },
  };
}

describe('an upgrade', { skip: !requires('linux') }, () => {
  test('loses no request, with kept and with fresh connections, several times in a row', async () => {
    const paths = home();
    const router = routerAt(paths, { linger: 2000 });
    const pids = [(await router.ensure()).pid];
    await router.apply([route([target(await app('ok', 3)), target(await app('ok', 0))])]);
    const loads = [load(router.port!, true, 8), load(router.port!, false, 8)];
    for (let n = 0; n < 4; n++) {
      const before = loads.map(({ served }) => served());
      await until(() => loads.every(({ served }, i) => served() > before[i]! + 50));
      pids.push((await router.upgrade()).pid);
    }
    await Promise.all(loads.map((each) => each.end()));
    expect(loads.flatMap(({ failures }) => failures)).toEqual([]);
    expect(new Set(pids).size).toBe(5);
    await until(() => pids.slice(0, 4).every((pid) => !alive(pid)), () => 'the old ones to leave');
    expect((await router.status()).port).toBe(router.port);
  });

  test('leaves WebSockets and slow answers with the old one, which still follows the routes', async () => {
    const router = routerAt(home());
    const { pid } = await router.ensure();
    let finish: () => void = () => undefined;
    const old = target(await opened.http((call, response) => {
      if (call.url === '/slow') finish = () => response.end('slow answer');
      else response.end('old');
    }, (server) => server.on('upgrade', (_, socket) => {
      socket.write('HTTP/1.1 101 Switching\r\nUpgrade: chat\r\nConnection: Upgrade\r\n\r\n');
      socket.on('data', (data) => socket.write(data)).on('end', () => socket.end()).on('error', () => undefined);
    })));
    await router.apply([route([old])]);
    const chat = new Conversation(router.port!).say(get('/', 'Connection: Upgrade\r\nUpgrade: chat\r\n'));
    await chat.hear('101');
    const slow = sendRaw(router.port!, get('/slow'));
    const kept = new Conversation(router.port!).say(get('/', ''));
    await kept.hear('old');
    await until(async () => (await router.status()).targets[0]!.inFlight === 2);

    const status = await router.upgrade();
    expect(status.predecessor).toBe(true);
    await router.apply([route([target(await app('new'))])]);
    let drained = false;
    const draining = router.drained(old.agent, 60_000).then(() => { drained = true; });
    chat.say('hello');
    await chat.hear('hello');
    kept.say(get('/', ''));
    await kept.hear('new');
    await kept.hear('Connection: close');
    expect(drained).toBe(false);
    finish();
    await draining;
    expect(await slow).toContain('slow answer');
    chat.socket.destroy();
    await until(() => !alive(pid));
    await until(async () => !(await router.status()).predecessor);
  });

  test('that fails changes nothing', async () => {
    const paths = home();
    const router = routerAt(paths);
    const { pid } = await router.ensure();
    await router.apply([route([target(await app('same'))])]);
    for (const command of [[process.execPath, '-e', 'process.exit(7)'], ['/no/such/program']]) {
      await expect(askIngress(paths.ingressSocket, 'POST', '/upgrade', { command }, 20_000)).rejects.toMatchObject({ code: 'ingress.upgrade-failed' });
    }
    expect((await router.status()).pid).toBe(pid);
    await router.apply([route([target(await app('other'))])]);
    expect(await sendRaw(router.port!, get())).toContain('other');
  });

  test('in the midst of changing routes loses none of them', async () => {
    const router = routerAt(home());
    await router.ensure();
    const last = [route([target(await app('last'))])] satisfies Route[];
    const upgrading = router.upgrade();
    for (let n = 0; n < 20; n++) await router.apply([route([], { absence: 'stopped' })]);
    await router.apply(last);
    await upgrading;
    expect(await sendRaw(router.port!, get())).toContain('last');
  });
});

test('draining an agent that the ingress does not know resolves at once', { skip: !requires('linux') }, async () => {
  const router = routerAt(home());
  await router.ensure();
  await router.drained('shop-web-0-aaaaaaaa' as AgentId, 60_000);
});

test('an ingress that cannot start says why', { skip: !requires('linux') }, async () => {
  const paths = home();
  writeFileSync(join(paths.home, 'ingress'), 'a file where a directory must be');
  const router = ingressRouter({ paths, clock, port: 0 });
  await expect(router.ensure()).rejects.toMatchObject({ code: 'ingress.not-started', why: expect.stringMatching(/EEXIST|ENOTDIR/) });
  router.close();
});

