import { spawn, type ChildProcess } from 'node:child_process';
import { chownSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { ProbeSubject } from '../control/parts.ts';
import { requires } from '../host/testing.ts';
import { memcached } from '../services/stores/memcached.ts';
import { mariadb } from '../services/stores/mariadb.ts';
import { hostDirectory, postgresql } from '../services/stores/postgresql.ts';
import { redis } from '../services/stores/redis.ts';
import type { StoreDefinition } from '../services/stores/store.ts';
import { greetings } from './greetings.ts';
import { freePort } from './ports.ts';
import { probe } from './probes.ts';
import { systemClock as clock, systemRandom as random } from './system.ts';

const after: (() => unknown)[] = [];
afterEach(() => { for (const undo of after.splice(0).reverse()) undo(); });

const ask = (port: number, protocol: keyof typeof greetings, timeout = 5_000) => probe({ agent: { address: '127.0.0.1', port } as ProbeSubject['agent'], service: {} as ProbeSubject['service'], address6: null }, { kind: 'greeting', protocol }, timeout, undefined);
const user = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};

/** The store of this machine, as its agent would start it. */
async function started(definition: StoreDefinition): Promise<{ port: number; server: ChildProcess; output: () => string }> {
  const home = mkdtempSync(join(tmpdir(), 'stratoswarm-greeting-'));
  const directory = join(home, 'data');
  mkdirSync(directory);
  for (const path of [home, directory]) if (user.uid !== undefined) chownSync(path, user.uid, user.gid);
  const { argv } = await definition.provide({ paths: { cache: join(home, 'cache'), programs: join(home, 'programs') }, clock });
  const port = await freePort(random, new Set());
  const env = { PATH: '/usr/bin:/bin', DATA_DIRECTORY: directory, LISTEN: '127.0.0.1', PORT: String(port), STORE_USER: 'app', STORE_PASSWORD: 'secret', STORE_DATABASE: 'shop' };
  const server = spawn(argv[0]!, argv.slice(1), { env, ...user, cwd: '/', detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  after.push(() => rmSync(home, { recursive: true, force: true }), () => process.kill(-server.pid!, 'SIGKILL'));
  let output = '';
  for (const stream of [server.stdout, server.stderr]) stream.on('data', (data: Buffer) => (output += data.toString()));
  await expect.poll(async () => (await ask(port, definition.protocol)).ok, { timeout: 90_000, interval: 200 }).toBe(true);
  return { port, server, output: () => output };
}

/** Holds and frees all processes of a store: they accept connections, and answer nothing. */
const signal = (server: ChildProcess, name: 'SIGSTOP' | 'SIGCONT') => process.kill(-server.pid!, name);

describe.each([
  ['PostgreSQL', postgresql, requires('linux') && hostDirectory() !== undefined],
  ['MariaDB', mariadb, requires('linux', 'program:mariadbd', 'program:mariadb-install-db')],
  ['memcached', memcached, requires('linux', 'program:memcached')],
  ['Redis', redis, requires('linux', 'program:redis-server', 'program:redis-cli')],
] as const)('%s', (name, definition, isHere) => {
  it.skipIf(!isHere)('that hangs is not taken for ready, although its port takes connections', async () => {
    const { port, server, output } = await started(definition);
    const said = output();
    for (let n = 0; n < 3; n++) expect(await ask(port, definition.protocol)).toEqual({ ok: true, detail: `${name} answers` });
    signal(server, 'SIGSTOP');
    expect(await probe({ agent: { address: '127.0.0.1', port } as ProbeSubject['agent'], service: {} as ProbeSubject['service'], address6: null }, { kind: 'tcp' }, 5_000, undefined)).toMatchObject({ ok: true });
    expect(await ask(port, definition.protocol, 500)).toEqual({ ok: false, detail: `${name} did not answer within 500 ms` });
    signal(server, 'SIGCONT');
    expect(await ask(port, definition.protocol)).toEqual({ ok: true, detail: `${name} answers` });
    // Being asked every other second fills no log.
    expect(output().slice(said.length)).toBe('');
  }, 150_000);
});

describe('what answers a greeting', () => {
  const error = (code: string, message: string) => {
    const body = Buffer.from(`SFATAL\0C${code}\0M${message}\0\0`);
    const head = Buffer.alloc(5);
    head.write('E');
    head.writeUInt32BE(body.length + 4, 1);
    return Buffer.concat([head, body]);
  };

  it('is understood in pieces, and says why it is not ready', () => {
    const { judge } = greetings.postgresql;
    const starting = error('57P03', 'the database system is starting up');
    for (let length = 0; length < starting.length; length++) expect(judge(starting.subarray(0, length))).toBeUndefined();
    expect(judge(starting)).toEqual({ ok: false, detail: 'PostgreSQL: the database system is starting up' });
    expect(judge(error('28000', 'no entry'))).toEqual({ ok: true, detail: 'PostgreSQL answers' });
    expect(judge(Buffer.from('HTTP/1.1 400'))).toMatchObject({ ok: false });
    const ping = greetings.redis.judge;
    expect([ping(Buffer.from('+PO')), ping(Buffer.from('+PONG\r\n'))?.ok, ping(Buffer.from('-NOAUTH Authentication required.\r\n'))?.ok, ping(Buffer.from('HTTP/1.1 400 Bad\r\n'))?.ok]).toEqual([undefined, true, true, false]);
    expect(ping(Buffer.from('-LOADING Redis is loading the dataset in memory\r\n'))).toEqual({ ok: false, detail: 'Redis: LOADING Redis is loading the dataset in memory' });
  });

  it('of MariaDB comes by itself', () => {
    const { judge } = greetings.mysql;
    const packet = (...body: (number | string)[]) => {
      const content = Buffer.concat(body.map((part) => (typeof part === 'number' ? Buffer.from([part]) : Buffer.from(part))));
      return Buffer.concat([Buffer.from([content.length, 0, 0, 0]), content]);
    };
    expect(judge(packet(10, '10.11.6-MariaDB\0'))).toEqual({ ok: true, detail: 'MariaDB answers' });
    const ending = packet(0xff, 0x1d, 0x04, 'Server shutdown in progress');
    for (let length = 0; length < ending.length; length++) expect(judge(ending.subarray(0, length))).toBeUndefined();
    expect(judge(ending)).toEqual({ ok: false, detail: 'MariaDB: Server shutdown in progress' });
    expect(judge(packet(0xff, 0x10, 0x04, 'Too many connections'))).toEqual({ ok: true, detail: 'MariaDB answers' });
    expect(judge(Buffer.from('HTTP/1.1 400 Bad Request\r\n'))).toEqual({ ok: false, detail: 'what answered is not MariaDB' });
  });

  it('of memcached is its version', () => {
    const { judge } = greetings.memcached;
    expect([judge(Buffer.from('VERSION 1')), judge(Buffer.from('VERSION 1.6.18\r\n'))?.ok, judge(Buffer.from('ERROR\r\n'))?.ok]).toEqual([undefined, true, false]);
  });

  it('has to be an answer', async () => {
    const server = createServer((socket) => void socket.on('error', () => undefined).once('data', () => socket.end()));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    after.push(() => server.close());
    expect(await ask((server.address() as AddressInfo).port, 'redis')).toEqual({ ok: false, detail: 'Redis did not answer' });
    expect(await ask(await freePort(random, new Set()), 'postgresql')).toMatchObject({ ok: false, detail: expect.stringContaining('nothing listens') });
  });
});
