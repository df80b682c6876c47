import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { homeTag } from '../src/host/home-tag.ts';
import { freePort, requires } from '../src/host/testing.ts';
import { ledgerFiles } from '../src/ledger/files.ts';
import { serverApp } from './apps.ts';
import { root, swarms, until, type Swarm } from './harness.ts';
import { Load } from './load.ts';
import { isAlive, processesOf } from './traces.ts';

const { open, after } = swarms(afterEach);

/** A file system of a few megabytes. */
function smallDisk(megabytes: number): string {
  const disk = realpathSync(mkdtempSync(join(tmpdir(), 'stratoswarm-disk-')));
  expect(spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', disk]).status).toBe(0);
  after.push(() => {
    spawnSync('umount', ['-l', disk]);
    rmSync(disk, { recursive: true, force: true });
  });
  return disk;
}

const crashy = (swarm: Swarm) => {
  const directory = swarm.directory('crashy');
  cpSync(join(root, 'examples/crashy'), directory, { recursive: true });
  return directory;
};
const who = async (swarm: Swarm, app: string) => (await swarm.agents(app)).map(({ id, pid }) => `${id} ${pid}`).sort();

describe.skipIf(!requires('linux', 'root'))('the disk', { timeout: 300_000 }, () => {
  test('that is full stops changes with a clear error, but no agent; with room again all goes on, and nothing acknowledged is lost', async () => {
    const disk = smallDisk(96);
    const swarm = await open({ home: join(disk, 'state') });
    await swarm.ok('deploy', swarm.directory('tiny', serverApp('v1')));
    await swarm.ok('scale', 'tiny', 'web=2');
    const before = await who(swarm, 'tiny');
    const load = new Load(swarm.port, 'tiny', ['keep-alive', 'fresh']);
    spawnSync('dd', ['if=/dev/zero', `of=${join(disk, 'ballast')}`, 'bs=64k'], { stdio: 'ignore' });
    spawnSync('dd', ['if=/dev/zero', `of=${join(disk, 'ballast2')}`, 'bs=512'], { stdio: 'ignore' });

    const refused = await until('a change is refused', async () => {
      const result = await swarm.cli(['scale', 'tiny', 'web=3', '--timeout', '5']);
      return result.code !== 0 && /full|no space/i.test(result.stderr) ? result : undefined;
    });
    expect(refused.stderr).toMatch(/^ {2}next {2}\S/m);
    expect((await swarm.cli(['deploy', swarm.directory('more', serverApp('v1', 'more'))])).stderr).toMatch(/full|no space|room/i);
    await swarm.killDaemon();
    rmSync(join(disk, 'ballast'));
    rmSync(join(disk, 'ballast2'));
    await swarm.startDaemon();
    await swarm.settled('tiny');
    const wanted = (await swarm.app('tiny')).services[0]!.replicas;
    expect((await who(swarm, 'tiny')).filter((line) => before.includes(line))).toEqual(before);
    await swarm.ok('scale', 'tiny', `web=${wanted === 1 ? 2 : 1}`);
    expect((await load.stop()).failures).toEqual([]);
  });

  test('that can only be read is told when the daemon starts there, and agents run on', async () => {
    const disk = smallDisk(96);
    const swarm = await open({ home: join(disk, 'state') });
    await swarm.ok('deploy', swarm.directory('tiny', serverApp('v1')));
    const before = await who(swarm, 'tiny');
    await swarm.killDaemon();
    const script = 'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && exec "$1" daemon start';
    const started = spawnSync('unshare', ['--mount', 'sh', '-c', script, swarm.home, join(root, 'stratoswarm')], { env: swarm.env, encoding: 'utf8', timeout: 120_000 });
    expect(started.status, started.stderr).toBe(3);
    expect(started.stderr).toMatch(/cannot be written|read-only/i);
    expect(started.stderr).toMatch(/^ {2}next {2}\S/m);
    expect(started.stderr).not.toMatch(/^\s+at .*:\d+:\d+/m);
    expect((await swarm.ask('tiny')).body).toBe('v1');
    await swarm.startDaemon();
    expect(await who(swarm, 'tiny')).toEqual(before);
    await swarm.ok('scale', 'tiny', 'web=2');
  });
});

describe('a database with a flipped bit', { timeout: 300_000 }, () => {
  test.each(['early', 'middle', 'late'] as const)('in an %s event: the daemon starts, tells the loss, and runs every agent on in the same process', async (place) => {
    const swarm = await open();
    await swarm.ok('deploy', swarm.directory('tiny', serverApp('v1')));
    await swarm.ok('scale', 'tiny', 'web=3');
    await swarm.ok('daemon', 'stop');
    const before = await processes(swarm);
    expect(before).toHaveLength(3);
    const { database } = ledgerFiles(swarm.paths.ledger);
    flipIn(database, place);
    await swarm.startDaemon();
    await until('the dust has settled', async () => (await swarm.agents()).every(({ state }) => state === 'ready') || undefined);
    const { warnings } = await swarm.status();
    expect(warnings.join('\n')).toMatch(/ledger was damaged.*events were kept/);
    expect((await swarm.cli(['status'])).stdout).toContain('ledger was damaged');
    expect((await processes(swarm)).filter((pid) => before.includes(pid))).toEqual(before);
    expect((await swarm.ask('tiny')).body).toBe('v1');
    // A new decision about the app says what is wanted: agents whose records are lost are taken in, or end.
    await swarm.ok('scale', 'tiny', 'web=2');
    await until('two agents are left', async () => ((await processes(swarm)).length === 2 && (await swarm.agents()).length === 2) || undefined);
  });

  /** Flips a bit in the text of an event. What SQLite has moved elsewhere stays behind in the file, and a bit of that is nobody's: the next place is taken then. */
  function flipIn(database: string, place: 'early' | 'middle' | 'late'): void {
    const whole = readFileSync(database);
    const rows = () => {
      const opened = new DatabaseSync(database, { readOnly: true });
      try {
        return JSON.stringify(opened.prepare('SELECT * FROM events ORDER BY position').all());
      } finally {
        opened.close();
      }
    };
    const before = rows();
    const places = occurrences(whole, '"agent":"tiny-web-');
    const order = { early: places, middle: places.slice(places.length >> 1), late: places.toReversed() }[place];
    for (const at of order) {
      const content = Buffer.from(whole);
      content[at + 12]! ^= 1;
      writeFileSync(database, content);
      if (rows() !== before) return;
    }
    throw new Error('no event has that text');
  }

  function occurrences(content: Buffer, text: string): number[] {
    const found: number[] = [];
    for (let at = content.indexOf(text); at >= 0; at = content.indexOf(text, at + 1)) found.push(at);
    expect(found).not.toEqual([]);
    return found;
  }

  /** Pids of the app's processes, seen without the daemon. */
  async function processes(swarm: Swarm): Promise<number[]> {
    return processesOf(swarm.home).filter(({ agent, command }) => agent !== null && command === 'node server.js').map(({ pid }) => pid).sort();
  }
});

describe('descriptors', { timeout: 300_000 }, () => {
  test('that run out hinder new clients for a while, and neither the daemon nor its agents', async () => {
    const swarm = await open();
    await swarm.ok('deploy', swarm.directory('tiny', serverApp('v1')));
    await swarm.ok('daemon', 'stop');
    const before = await who2(swarm);
    const log = join(swarm.paths.logs, 'few.log');
    const pid = spawnFew(swarm, log);
    await until('the daemon takes part', async () => (await swarm.ready().catch(() => undefined)) === pid || undefined);
    const clients = await Promise.all(Array.from({ length: 200 }, () => idle(swarm.paths.apiSocket)));
    expect((await swarm.ask('tiny')).body).toBe('v1');
    for (const client of clients) client.destroy();
    await swarm.ok('scale', 'tiny', 'web=2');
    expect(isAlive(pid), readFileSync(log, 'utf8')).toBe(true);
    expect(await who2(swarm)).toEqual(expect.arrayContaining(before));
    await swarm.ok('daemon', 'stop');
  });

  const who2 = async (swarm: Swarm) => processesOf(swarm.home).filter(({ agent, command }) => agent !== null && command === 'node server.js').map(({ pid }) => pid);

  function spawnFew(swarm: Swarm, log: string): number {
    const child = spawn('sh', ['-c', 'ulimit -n 90; exec "$0" "$1" >"$2" 2>&1', process.execPath, join(root, 'src/daemon/main.ts'), log], { env: swarm.env, stdio: 'ignore', detached: true });
    child.unref();
    return child.pid!;
  }

  function idle(path: string): Promise<Socket> {
    return new Promise((resolve) => {
      const socket = connect(path);
      socket.on('error', () => undefined);
      socket.once('connect', () => resolve(socket));
      setTimeout(() => resolve(socket), 2000);
    });
  }
});

describe.skipIf(!requires('linux', 'root'))('an app that takes too much', { timeout: 300_000 }, () => {
  test('of memory is told to have run out of it, and is replaced', async () => {
    const swarm = await open();
    await swarm.ok('deploy', crashy(swarm));
    const [agent] = await swarm.agents('crashy');
    limitMemory(swarm, agent!.id, 120);
    await swarm.ask('crashy', '/leak?mb=400').catch(() => undefined);
    await until('it was replaced', async () => (await swarm.agents('crashy')).some(({ id, state }) => id !== agent!.id && state === 'ready') || undefined);
    expect((await swarm.app('crashy')).services[0]!.lastFailure).toMatch(/out of memory/);
    expect((await swarm.cli(['events', '--app', 'crashy'])).stdout).toMatch(/out of memory/);
    expect((await swarm.answers('crashy', '/health')).trim()).toBe('ok');
  });

  test('of processes is held to its limit, and others do not notice', async () => {
    const swarm = await open();
    await swarm.ok('deploy', swarm.directory('tiny', serverApp('v1')));
    await swarm.ok('deploy', crashy(swarm));
    const load = new Load(swarm.port, 'tiny', ['keep-alive', 'fresh']);
    void swarm.ask('crashy', '/fork?children=2000').catch(() => undefined);
    await until('the limit was hit', async () => /EAGAIN|EMFILE|resource temporarily/i.test((await swarm.cli(['logs', 'crashy'])).stdout) || undefined);
    const [agent] = await swarm.agents('crashy');
    const pids = (await swarm.api.get<{ agents: { id: string; usage: { pids: number | null } | null }[] }>('/v1/agents')).agents.find(({ id }) => id === agent!.id)?.usage?.pids ?? 0;
    expect(pids).toBeLessThanOrEqual(512);
    expect((await load.stop()).failures).toEqual([]);
    await swarm.ok('rm', 'crashy', '--yes');
  });

  test('of the log is held to a bound, and its last lines are there', async () => {
    const swarm = await open();
    const code = `import { createServer } from 'node:http';
const line = 'x'.repeat(1000);
createServer(async (request, response) => {
  if (request.url !== '/flood') return response.end('ok');
  for (let i = 1; i <= 250000; i++) if (!process.stdout.write(i + ' ' + line + '\\n')) await new Promise((drained) => process.stdout.once('drain', drained));
  console.log('the very last line');
  response.end('flooded');
}).listen(process.env.PORT || 3000);`;
    await swarm.ok('deploy', swarm.directory('floody', { 'package.json': '{"name":"floody","type":"module","scripts":{"start":"node server.js"}}', 'server.js': code }));
    const [agent] = await swarm.agents('floody');
    expect((await swarm.ask('floody', '/flood', { timeout: 120_000 })).body).toBe('flooded');
    await until('the last line is there', async () => (await swarm.cli(['logs', 'floody', '-n', '3'])).stdout.includes('the very last line') || undefined);
    const log = join(swarm.paths.agents, agent!.driver, agent!.id, 'log');
    await until('the log was made smaller', () => statSync(log).blocks * 512 <= 70 * 2 ** 20 || undefined);
  });

  /** Limits an agent from outside, as an administrator would. */
  function limitMemory(swarm: Swarm, agent: string, megabytes: number): void {
    const bytes = String(megabytes * 2 ** 20);
    const group = `stratoswarm-${homeTag(swarm.home)}/${agent}`;
    for (const file of [`memory/${group}/memory.limit_in_bytes`, `memory/${group}/memory.memsw.limit_in_bytes`, `${group}/memory.max`]) {
      try {
        writeFileSync(join('/sys/fs/cgroup', file), bytes, { flag: 'r+' });
      } catch {
        // Version 1 has the first two, version 2 the third.
      }
    }
  }
});

describe('a port that another program has', { timeout: 300_000 }, () => {
  test('is not used for the ingress, which takes the next one and keeps it', async () => {
    const port = await occupy();
    const swarm = await open({ port });
    const { url } = await swarm.ok('deploy', swarm.directory('tiny', serverApp('v1')));
    const taken = Number(new URL(url).port);
    expect(taken).not.toBe(port);
    expect((await swarm.ask('tiny', '/', { port: taken })).body).toBe('v1');
    await swarm.ok('daemon', 'stop');
    await swarm.startDaemon();
    expect((await swarm.status()).ingress.url).toBe(`http://localhost:${taken}`);
  });

  test('and that is written in the code of a plain process is named in the error', async () => {
    const port = await occupy();
    const swarm = await open();
    const code = `import { createServer } from 'node:http';\ncreateServer((request, response) => response.end('mine')).listen(${port});`;
    const directory = swarm.directory('fixed', { 'package.json': '{"name":"fixed","type":"module","scripts":{"start":"node server.js"}}', 'server.js': code });
    const refused = await swarm.cli(['deploy', directory, '--isolation', 'process']);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain(`port ${port} is taken by another program`);
    expect(refused.stderr).toMatch(/PORT|stop the other program/);
  });

  async function occupy(): Promise<number> {
    const port = await freePort();
    const server = createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => server.listen(port, '0.0.0.0', resolve));
    after.push(() => new Promise((resolve) => server.close(resolve)));
    return port;
  }
});

describe('an app whose health flaps', { timeout: 300_000 }, () => {
  const code = `import { createServer } from 'node:http';
let unwellUntil = 0;
let seenWell = 0;
createServer((request, response) => {
  if (request.url === '/healthz') {
    if (Date.now() >= unwellUntil) seenWell++;
    return response.writeHead(Date.now() < unwellUntil ? 503 : 200).end();
  }
  if (request.url === '/seen-well') return response.end(String(seenWell));
  if (request.url.startsWith('/unwell/')) unwellUntil = Date.now() + Number(request.url.slice(8));
  response.end('ok');
}).listen(process.env.PORT || 3000);`;

  test('keeps its traffic through short spells, loses it in a long one, gets it back, and is never replaced for it', async () => {
    const swarm = await open();
    await swarm.ok('deploy', swarm.directory('flapping', { 'package.json': '{"name":"flapping","type":"module","scripts":{"start":"node server.js"}}', 'server.js': code }));
    const before = await who(swarm, 'flapping');
    for (let spell = 0; spell < 3; spell++) {
      await swarm.ask('flapping', '/unwell/2500');
      const seenWell = (await swarm.ask('flapping', '/seen-well')).body;
      await until('it was seen to be well again', async () => (await swarm.ask('flapping', '/seen-well')).body !== seenWell || undefined);
    }
    expect(await swarm.events({ app: 'flapping', types: 'AgentUnready' })).toEqual([]);
    await swarm.ask('flapping', '/unwell/15000');
    await until('it got unready', async () => (await swarm.agents('flapping')).every(({ state }) => state === 'unready') || undefined);
    await until('it is ready again', async () => (await swarm.agents('flapping')).every(({ state }) => state === 'ready') || undefined);
    expect(await swarm.events({ app: 'flapping', types: 'AgentUnready' })).toHaveLength(1);
    expect(await who(swarm, 'flapping')).toEqual(before);
  });
});

describe('clients that send one byte a second', { timeout: 300_000 }, () => {
  test('are cut off in the end, and hinder nobody meanwhile', async () => {
    const swarm = await open();
    await swarm.ok('deploy', swarm.directory('tiny', serverApp('v1')));
    const load = new Load(swarm.port, 'tiny', ['keep-alive', 'fresh']);
    const head = 'GET / HTTP/1.1\r\nhost: tiny.localhost\r\n\r\n';
    const answers = await Promise.all(Array.from({ length: 100 }, () => new Promise<string>((resolve) => {
      let said = 0;
      let heard = '';
      const socket = connect(swarm.port, '127.0.0.1');
      const timer = setInterval(() => socket.write(head[said++ % head.length]!), 1000);
      socket.on('data', (chunk) => { heard += chunk.toString(); });
      socket.on('error', () => undefined);
      socket.on('close', () => {
        clearInterval(timer);
        resolve(heard);
      });
    })));
    for (const answer of answers) expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    expect((await load.stop()).failures).toEqual([]);
  });
});
