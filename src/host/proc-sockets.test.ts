import { createServer, type AddressInfo, type Server } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { SocketOwners, listeningSockets, parseTcpTable, socketsOf } from './proc-sockets.ts';
import { requires } from './testing.ts';

const servers: Server[] = [];

async function listen(host: string): Promise<number> {
  const server = createServer();
  servers.push(server);
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, host, resolve));
  return (server.address() as AddressInfo).port;
}

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

describe('a table of TCP sockets', () => {
  test('gives those that listen, in both families', () => {
    const head = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode';
    expect(parseTcpTable([head,
      '   0: 0100007F:0BB8 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 111 1 0 100 0 0 10 0',
      '   1: 00000000:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 222 1 0 100 0 0 10 0',
      '   2: 0100007F:0BB8 0100007F:C001 01 00000000:00000000 00:00000000 00000000     0        0 333 1 0 100 0 0 10 0', ''].join('\n')))
      .toEqual([{ address: '127.0.0.1', port: 3000, inode: '111' }, { address: '0.0.0.0', port: 80, inode: '222' }]);
    expect(parseTcpTable([head,
      '   0: 00000000000000000000000000000000:1F90 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 1 1',
      '   1: 00000000000000000000000001000000:1F91 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 2 1',
      '   2: 0000000000000000FFFF00000100007F:1F92 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 3 1'].join('\n')))
      .toEqual([{ address: '::', port: 8080, inode: '1' }, { address: '::1', port: 8081, inode: '2' }, { address: '127.0.0.1', port: 8082, inode: '3' }]);
    expect(parseTcpTable('')).toEqual([]);
  });

  test.skipIf(!requires('linux'))('is that of this machine', async () => {
    const port = await listen('127.0.0.1');
    expect(listeningSockets()).toContainEqual({ address: '127.0.0.1', port, inode: expect.stringMatching(/^\d+$/) });
  });
});

describe.skipIf(!requires('linux'))('owners of sockets', () => {
  test('are those that have them open; new ones are found, closed ones gone', async () => {
    const owners = new SocketOwners();
    const ports = () => owners.of('we', listeningSockets(), () => [process.pid])!.map((socket) => socket.port);
    const first = await listen('127.0.0.1');
    expect(ports()).toContain(first);
    const second = await listen('127.0.0.1');
    expect(ports()).toEqual(expect.arrayContaining([first, second]));
    await new Promise((resolve) => servers.shift()!.close(resolve));
    expect(ports()).not.toContain(first);
    expect(owners.of('others', listeningSockets(), () => [process.ppid])?.map((socket) => socket.port) ?? []).not.toContain(second);
  });

  test('are not asked for again as long as nothing new listens', async () => {
    await listen('127.0.0.1');
    const owners = new SocketOwners();
    const sockets = listeningSockets();
    let asked = 0;
    for (let i = 0; i < 3; i++) owners.of('we', sockets, () => [(asked += 1, process.pid)]);
    expect(asked).toBe(1);
  });

  test('are unknown where nothing may be read', async () => {
    await listen('127.0.0.1');
    expect(new SocketOwners().of('gone', listeningSockets(), () => [2 ** 30])).toBeNull();
    expect(socketsOf(2 ** 30)).toBeUndefined();
  });
});
