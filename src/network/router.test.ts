import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect, createServer as createTcpServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { requires, systemTime as clock } from '../host/testing.ts';
import type { AgentId } from '../model/index.ts';
import { askIngress } from './ingress/control-client.ts';
import { ingressCommand } from './ingress/launch.ts';
import { alive, get, Ground } from './ingress/testing.ts';
import { ingressRouter } from './router.ts';
import { route, sendRaw, target, until } from './testing.ts';

const ground = new Ground();
afterEach(() => ground.close());

describe('the ingress process', { skip: !requires('linux') }, () => {
  test('starts, serves what it is told, and is adopted by the next daemon', async () => {
    const paths = ground.home();
    const first = ground.routerAt(paths);
    const started = await first.ensure();
    await first.apply([route([target(await ground.app('hello'))])]);
    expect(await sendRaw(first.port!, get())).toContain('hello');
    expect(first.url).toBe(`http://localhost:${started.port}`);
    expect(statSync(paths.ingressSocket).mode & 0o777).toBe(0o600);
    first.close();

    const second = ground.routerAt(paths);
    expect((await second.ensure()).pid).toBe(started.pid);
    expect(await sendRaw(second.port!, get())).toContain('hello');
  });

  test('is small, does nothing when there is nothing to do, and stays flat while much streams through', async () => {
    const router = ground.routerAt(ground.home());
    const { pid, port } = await router.ensure();
    const status = (): string => readFileSync(`/proc/${pid}/status`, 'utf8');
    const rss = (): number => Number(/VmRSS:\s+(\d+)/.exec(status())![1]) / 1024;
    const cpu = (): number => readFileSync(`/proc/${pid}/stat`, 'utf8').split(' ').slice(13, 15).reduce((sum, ticks) => sum + Number(ticks), 0);
    // Pages of Node's program are shared with every other Node, and how many of them count depends on the kernel's huge pages: only its own are asserted here; bench/idle.ts has the whole.
    expect(Number(/RssAnon:\s+(\d+)/.exec(status())![1]) / 1024).toBeLessThan(20);
    const before = cpu();
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect(cpu() - before).toBeLessThanOrEqual(1);

    await router.apply([route([target(await ground.http((call, response) => call.pipe(response)))])]);
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
    const paths = ground.home();
    const router = ground.routerAt(paths);
    const { pid, port } = await router.ensure();
    await router.apply([route([target(await ground.app('still'))])]);
    router.close();
    process.kill(pid, 'SIGKILL');
    await until(() => !alive(pid));
    const [file, ...args] = ingressCommand({ paths, port: 0, addresses: [], limits: {}, linger: 1000 });
    const child = spawn(file!, args, { stdio: 'ignore' });
    ground.add(() => child.kill('SIGKILL'));
    await until(async () => (await sendRaw(port, get())).includes('still'));
  });

  test('is started again by the daemon when it dies, and told the routes anew', async () => {
    const paths = ground.home();
    const changes: number[] = [];
    const router = ground.routerAt(paths, { onChange: ({ pid }) => changes.push(pid) });
    const { pid, port } = await router.ensure();
    await router.apply([route([target(await ground.app('again'))])]);
    writeFileSync(join(paths.home, 'ingress/routes.json'), '[{"broken');
    process.kill(pid, 'SIGKILL');
    await until(() => changes.length === 1, () => 'the router to notice');
    expect(changes[0]).not.toBe(pid);
    expect(router.port).toBe(port);
    await until(async () => (await sendRaw(port, get())).includes('again'));
  });

  test('is only one per home, however many start it', async () => {
    const paths = ground.home();
    const routers = [1, 2, 3, 4].map(() => ground.routerAt(paths));
    const pids = new Set((await Promise.all(routers.map((router) => router.ensure()))).map(({ pid }) => pid));
    expect(pids.size).toBe(1);
  });

  test('takes the next port when its own is taken, and keeps that', async () => {
    const paths = ground.home();
    // Below the range from which the kernel gives ports away: there nobody else takes the one that is to be kept.
    const port = 21_000 + (process.pid % 9000);
    const taken = createTcpServer().listen(port, '127.0.0.1');
    await once(taken, 'listening');
    const router = ground.routerAt(paths, { port });
    const started = await router.ensure();
    expect(started.port).toBeGreaterThan(port);
    expect(started.addresses).toContainEqual({ address: '127.0.0.1', listening: true, error: null });
    await router.stop();
    await until(() => !alive(started.pid));
    await new Promise((resolve) => taken.close(resolve));
    expect((await router.ensure()).port).toBe(started.port);
  });

  test('listens on an address that appears later, as soon as it exists', { skip: !requires('linux', 'root', 'program:ip') }, async () => {
    const router = ground.routerAt(ground.home());
    await router.ensure();
    await router.apply([route([target(await ground.app('reached'))])]);
    const name = `swt${process.pid % 100_000}`;
    const address = `10.213.${process.pid % 250}.1`;
    const ip = async (...args: string[]) => once(spawn('ip', args, { stdio: 'ignore' }), 'exit');
    expect(await router.listen(address)).toBe(false);
    expect((await router.status()).addresses).toContainEqual({ address, listening: false, error: 'EADDRNOTAVAIL' });
    ground.add(() => ip('link', 'del', name));
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
    const paths = ground.home();
    const router = ground.routerAt(paths);
    await router.ensure();
    await router.apply([route([target(await ground.app('kept'))])]);
    for (const nonsense of [null, {}, [null], [{ app: 'a' }], [{ ...route([]), targets: [{ agent: 'a', address: 'b', port: 70_000 }] }]]) {
      await expect(askIngress(paths.ingressSocket, 'PUT', '/routes', nonsense, 5000)).rejects.toMatchObject({ code: 'ingress.bad-routes' });
    }
    expect(await sendRaw(router.port!, get())).toContain('kept');
  });

  test('tells what it does: per agent, per service, and in the access log', async () => {
    const paths = ground.home();
    const router = ground.routerAt(paths);
    await router.ensure();
    const to = target(await ground.app('counted'));
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

test('draining an agent that the ingress does not know resolves at once', { skip: !requires('linux') }, async () => {
  const router = ground.routerAt(ground.home());
  await router.ensure();
  await router.drained('shop-web-0-aaaaaaaa' as AgentId, 60_000);
});

test('an ingress that cannot start says why', { skip: !requires('linux') }, async () => {
  const paths = ground.home();
  writeFileSync(join(paths.home, 'ingress'), 'a file where a directory must be');
  const router = ingressRouter({ paths, clock, port: 0 });
  await expect(router.ensure()).rejects.toMatchObject({ code: 'ingress.not-started', why: expect.stringMatching(/EEXIST|ENOTDIR/) });
  router.close();
});

