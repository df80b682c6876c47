import { Agent, request } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import type { Route } from '../../control/router.ts';
import { requires } from '../../host/testing.ts';
import { Conversation, route, sendRaw, target, until } from '../testing.ts';
import { askIngress } from './control-client.ts';
import { alive, get, Ground } from './testing.ts';

const ground = new Ground();
afterEach(() => ground.close());

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
    const paths = ground.home();
    const router = ground.routerAt(paths, { linger: 2000 });
    const pids = [(await router.ensure()).pid];
    await router.apply([route([target(await ground.app('ok', 3)), target(await ground.app('ok', 0))])]);
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
    const router = ground.routerAt(ground.home());
    const { pid } = await router.ensure();
    let finish: () => void = () => undefined;
    const old = target(await ground.http((call, response) => {
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
    await router.apply([route([target(await ground.app('new'))])]);
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
    const paths = ground.home();
    const router = ground.routerAt(paths);
    const { pid } = await router.ensure();
    await router.apply([route([target(await ground.app('same'))])]);
    for (const command of [[process.execPath, '-e', 'process.exit(7)'], ['/no/such/program']]) {
      await expect(askIngress(paths.ingressSocket, 'POST', '/upgrade', { command }, 20_000)).rejects.toMatchObject({ code: 'ingress.upgrade-failed' });
    }
    expect((await router.status()).pid).toBe(pid);
    await router.apply([route([target(await ground.app('other'))])]);
    expect(await sendRaw(router.port!, get())).toContain('other');
  });

  test('in the midst of changing routes loses none of them', async () => {
    const router = ground.routerAt(ground.home());
    await router.ensure();
    const last = [route([target(await ground.app('last'))])] satisfies Route[];
    const upgrading = router.upgrade();
    for (let n = 0; n < 20; n++) await router.apply([route([], { absence: 'stopped' })]);
    await router.apply(last);
    await upgrading;
    expect(await sendRaw(router.port!, get())).toContain('last');
  });
});
