import { cpSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import type { RestoredApp, SnapshotTaken, SnapshotView } from '../src/api/views.ts';
import { processTable, readStat } from '../src/host/proc.ts';
import { freePort, requires } from '../src/host/testing.ts';
import { SeededRandom } from '../src/simulation/random.ts';
import { SnapshotId, writeManifest } from '../src/snapshot/manifest.ts';
import { Store } from '../src/snapshot/store.ts';
import { root, swarms, until, type Swarm } from './harness.ts';

const { open, after } = swarms(afterEach);

/** Moments at which taking and restoring are killed; `STRATOSWARM_KILLS=100` for more of them, `STRATOSWARM_SEED` for others. */
const moments = Number(process.env['STRATOSWARM_KILLS'] ?? 8);
const seed = Number(process.env['STRATOSWARM_SEED'] ?? 1);

/** Writes the same row into two tables, in one transaction, as fast as it can; and one word into a file beside the database. */
const ledgerApp = {
  'package.json': JSON.stringify({ name: 'books', version: '1.0.0', type: 'module', scripts: { start: 'node server.js' }, engines: { node: '>=22' } }),
  'server.js': `import { createServer } from 'node:http';
import { DatabaseSync } from 'node:sqlite';
const database = new DatabaseSync('data/books.db');
database.exec('PRAGMA busy_timeout = 10000; PRAGMA journal_mode = WAL; CREATE TABLE IF NOT EXISTS debit (n INTEGER); CREATE TABLE IF NOT EXISTS credit (n INTEGER); CREATE TABLE IF NOT EXISTS word (text TEXT)');
let busy = true;
const step = () => {
  if (busy) database.exec('BEGIN; INSERT INTO debit VALUES (1); INSERT INTO credit VALUES (1); COMMIT');
  setTimeout(step, 2);
};
step();
createServer((request, response) => {
  const url = new URL(request.url, 'http://books');
  if (url.pathname === '/word') database.prepare('INSERT INTO word VALUES (?)').run(url.searchParams.get('is'));
  if (url.pathname === '/rest') busy = false;
  const count = (table) => database.prepare('SELECT count(*) AS n FROM ' + table).get().n;
  const [{ integrity_check: integrity }] = database.prepare('PRAGMA integrity_check').all();
  response.end(JSON.stringify({ debit: count('debit'), credit: count('credit'), words: database.prepare('SELECT text FROM word ORDER BY rowid').all().map((row) => row.text), integrity, secret: process.env.API_KEY ?? null }));
}).listen(process.env.PORT || 3000);
`,
  'data/.keep': '',
};

interface Books { debit: number; credit: number; words: string[]; integrity: string; secret: string | null }
const books = async (swarm: Swarm, app = 'books', path = '/'): Promise<Books> => JSON.parse(await swarm.answers(app, path)) as Books;
/** '' for a process that is gone. */
const commandOf = (pid: number): string => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
};
const isStopped = (pid: number | null) => pid !== null && readStat(pid)?.state === 'T';

describe.skipIf(!requires('linux'))('a snapshot', { timeout: 400_000 }, () => {
  test('taken while an app writes brings back all of it, on the same machine and on an empty one', async () => {
    const swarm = await open();
    await swarm.ok('deploy', swarm.directory('books', ledgerApp), '--env', 'API_KEY=first');
    await books(swarm, 'books', '/word?is=before');
    const file = join(swarm.directory('backup'), 'all.tar');
    const { snapshot } = (await swarm.ok('snapshot', 'create', '--note', 'before the fair', '--output', file)) as { snapshot: SnapshotTaken };
    expect(snapshot).toMatchObject({ apps: ['books'], note: 'before the fair', damage: null, events: expect.any(Number), root: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(snapshot.held['books']).toBeTypeOf('number');
    const taken = await swarm.events({ types: 'SnapshotTaken' });
    expect(taken[0]!.body).toMatchObject({ snapshot: snapshot.id, root: snapshot.root });
    expect(await swarm.ok('snapshot', 'verify', snapshot.id)).toMatchObject({ root: snapshot.root, taken: taken[0]!.position });

    await books(swarm, 'books', '/word?is=after');
    await swarm.ok('deploy', swarm.directory('books'), '--env', 'API_KEY=second');
    expect(await books(swarm)).toMatchObject({ words: ['before', 'after'], secret: 'second' });

    const { apps } = (await swarm.ok('snapshot', 'restore', snapshot.id, 'books', '--yes')) as { apps: RestoredApp[] };
    expect(apps).toMatchObject([{ app: 'books', revision: 3 }]);
    const back = await books(swarm);
    expect(back).toMatchObject({ words: ['before'], integrity: 'ok', secret: 'first' });
    expect(back.debit).toBe(back.credit);
    expect((await swarm.events({ app: 'books', types: 'SnapshotRestored' }))[0]!.body).toMatchObject({ snapshot: snapshot.id, root: snapshot.root, fork: false });
    expect(readdirSync(join(swarm.home, 'volumes', 'books')).filter((name) => name.startsWith('.'))).toEqual([]);

    const running = (await swarm.agents('books')).map(({ id, pid }) => [id, pid]);
    const other = await open({ port: await freePort() });
    const brought = await other.cli(['snapshot', 'restore', file, '--yes']);
    expect(brought.stdout).toContain(`its first ${snapshot.events} events are those of the machine`);
    const there = await books(other);
    expect(there).toMatchObject({ words: ['before'], integrity: 'ok', secret: 'first' });
    expect(there.debit).toBe(there.credit);
    expect((await other.app('books')).revision).toBe(2);

    const key = async (home: Swarm) => ((await home.ok('audit', 'verify')) as { ok: boolean; key: string }).key;
    expect(await key(other)).toBe(await key(swarm));
    const earlier = async (home: Swarm) => (await home.ok('events', '--lines', '1000') as { events: { position: number; time: number; text: string }[] }).events.filter(({ position }) => position <= snapshot.events!).map(({ position, time }) => [position, time]);
    expect(await earlier(other)).toEqual(await earlier(swarm));
    expect(((await other.ok('audit', 'replay')) as { agrees: boolean }).agrees).toBe(true);
    expect((await swarm.agents('books')).map(({ id, pid }) => [id, pid])).toEqual(running);
    expect(await books(swarm)).toMatchObject({ words: ['before'] });

    const third = await open({ port: await freePort() });
    await third.startDaemon();
    const { history, ledger } = (await third.ok('snapshot', 'restore', file, '--yes')) as { history: string; ledger: null };
    expect(ledger).toBe(null);
    expect(await books(third)).toMatchObject({ words: ['before'] });
    expect((await third.ok('audit', 'verify', '--history', history)) as object).toMatchObject({ ok: true, events: snapshot.events, key: await key(swarm) });
    expect(await key(third)).not.toBe(await key(swarm));
  });

  test('that was made up anew, with a root of its own, is told from the one in the ledger, and restores nothing', async () => {
    const swarm = await open();
    await swarm.ok('deploy', swarm.directory('books', ledgerApp), '--env', 'API_KEY=first');
    const { snapshot } = (await swarm.ok('snapshot', 'create', 'books')) as { snapshot: SnapshotTaken };
    const store = new Store(join(swarm.home, 'snapshots'));
    const id = SnapshotId.parse(snapshot.id);
    const { header, leaves } = store.read(id);
    store.write(id, writeManifest(header, [...leaves].map(([key, value]) => ({ key, value: key.startsWith('secrets/') ? { ...(value as object), values: {} } : value }))).text);
    for (const argv of [['verify', id], ['restore', id, '--yes']]) expect((await swarm.cli(['snapshot', ...argv])).stderr).toMatch(/its root is [0-9a-f]{64}, and event \d+ of the ledger says that it was/);
    expect(await books(swarm)).toMatchObject({ secret: 'first' });
  });

  test('that is damaged restores nothing and leaves what runs as it is', async () => {
    const swarm = await open();
    await swarm.ok('deploy', swarm.directory('books', ledgerApp));
    const { snapshot } = (await swarm.ok('snapshot', 'create')) as { snapshot: SnapshotTaken };
    await books(swarm, 'books', '/word?is=later');
    const objects = join(swarm.home, 'snapshots', 'objects');
    const largest = readdirSync(objects, { recursive: true, encoding: 'utf8' }).map((name) => join(objects, name)).filter((path) => statSync(path).isFile()).sort((a, b) => statSync(b).size - statSync(a).size)[0]!;
    const content = readFileSync(largest);
    content[Math.floor(content.length / 2)]! ^= 0x01;
    writeFileSync(largest, content);
    const before = await swarm.agents('books');

    const refused = await swarm.cli(['snapshot', 'restore', snapshot.id, '--yes']);
    expect(refused.code).not.toBe(0);
    expect(refused.stderr).toMatch(/damaged/);
    expect((await swarm.cli(['snapshot', 'verify'])).stderr).toMatch(/(volume|artefact|ledger)\/.*: .*holds other content|cannot be unpacked/);
    expect((await swarm.agents('books')).map(({ id, pid }) => [id, pid])).toEqual(before.map(({ id, pid }) => [id, pid]));
    expect((await books(swarm)).words).toEqual(['later']);
    expect((await swarm.cli(['snapshot', 'restore', 'latest', 'unknown-app', '--yes'])).stderr).toMatch(/damaged|does not hold/);
    expect((await swarm.cli(['snapshot', 'restore', join(root, 'package.json'), '--yes'])).stderr).toMatch(/not a snapshot/);
    expect((await swarm.cli(['snapshot', 'verify', 'nope'])).stderr).toMatch(/no snapshot/);
  });

  test(`whose taking or restoring is killed at ${moments} moments drawn by chance leaves agents going, data whole, and every snapshot that is listed good`, { timeout: 60_000 + moments * 45_000 }, async () => {
    const random = new SeededRandom(seed);
    const swarm = await open();
    await swarm.ok('deploy', swarm.directory('books', ledgerApp));
    await books(swarm, 'books', '/word?is=kept');
    const { snapshot } = (await swarm.ok('snapshot', 'create')) as { snapshot: SnapshotTaken };
    const killAll = async () => {
      for (const { pid } of processTable()) {
        if (readStat(pid)?.parent === daemon && commandOf(pid).includes('snapshot/program')) process.kill(pid, 'SIGKILL');
      }
      process.kill(daemon, 'SIGKILL');
      await until('the daemon is gone', () => readStat(daemon) === undefined || undefined);
    };
    let daemon = await swarm.ready();
    for (let round = 0; round < moments; round++) {
      const verb = random.pick(['create', 'restore']);
      const argv = verb === 'create' ? ['snapshot', 'create', '--pause'] : ['snapshot', 'restore', snapshot.id, '--yes'];
      const running = swarm.cli(argv);
      await delay(random.between(100, 1800));
      await killAll();
      await running;
      daemon = await swarm.startDaemon();
      const { snapshots } = (await swarm.ok('snapshot', 'list')) as { snapshots: SnapshotView[] };
      for (const { id, damage } of snapshots) {
        expect(damage).toBe(null);
        await swarm.ok('snapshot', 'verify', id);
      }
      if ((await swarm.app('books')).desired === 'stopped') await swarm.ok('start', 'books');
      await swarm.settled('books');
      for (const { pid } of await swarm.agents('books')) expect(isStopped(pid)).toBe(false);
      const now = await books(swarm);
      expect(now.words).toEqual(['kept']);
      expect(now.debit).toBe(now.credit);
      expect(now.integrity).toBe('ok');
    }
    await swarm.ok('snapshot', 'restore', snapshot.id, '--yes');
    expect((await books(swarm)).words).toEqual(['kept']);
  });
});

describe.skipIf(!requires('linux', 'root', 'program:runc', 'program:conmon', 'program:nft'))('a fork', { timeout: 300_000 }, () => {
  test('runs beside the original with a copy of its data, and reaches neither the original nor its store, the host, its ingress, or the world, by address or by name', async () => {
    const swarm = await open();
    const directory = swarm.directory('guestbook');
    cpSync(join(root, 'examples/guestbook'), directory, { recursive: true, filter: (source) => !source.endsWith('/node_modules') });
    await swarm.ok('deploy', directory);
    const write = (app: string, message: string) => swarm.ask(app, '/api/entries', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ name: 'ada', message }) });
    const messages = async (app: string) => (JSON.parse(await swarm.answers(app, '/api/entries')) as { entries: { message: string }[] }).entries.map(({ message }) => message);
    expect((await write('guestbook', 'first')).status).toBe(201);
    const { fork } = (await swarm.ok('fork', 'guestbook', '--name', 'trial')) as { fork: RestoredApp };
    expect(fork).toMatchObject({ app: 'trial', volumes: ['postgresql-data'] });
    expect(await messages('trial')).toEqual(['first']);
    expect((await write('trial', 'in the fork')).status).toBe(201);
    expect(await messages('trial')).toEqual(['in the fork', 'first']);
    expect(await messages('guestbook')).toEqual(['first']);

    const host = createServer((socket) => void socket.on('error', () => undefined).end('host')).listen(0, '0.0.0.0');
    await once(host, 'listening');
    after.push(() => host.close());
    const { port } = host.address() as AddressInfo;
    const originals = await swarm.agents('guestbook');
    const gateway = `${originals[0]!.address!.split('.').slice(0, 2).join('.')}.0.1`;
    let own = await swarm.agents('trial');
    const addressOf = (agents: typeof own, service: string) => agents.find((agent) => agent.service === service)!.address!;
    const store = own.map(({ service }) => service).find((service) => service !== 'web')!;
    const targets = () => ({
      ownStore: `${addressOf(own, store)}:5432`, store: `${addressOf(originals, store)}:5432`, web: `${addressOf(originals, 'web')}:${originals.find(({ service }) => service === 'web')!.port ?? 3000}`,
      host: `${gateway}:${port}`, ingress: `${gateway}:${swarm.port}`, address: '198.51.100.1:80', name: 'deb.debian.org:80', hostByName: `${hostname()}:${port}`,
    });
    const script = `const { connect } = require('node:net'); const targets = JSON.parse(process.argv[1]);
Promise.all(Object.entries(targets).map(([name, target]) => new Promise((done) => {
  const at = target.lastIndexOf(':');
  const socket = connect(Number(target.slice(at + 1)), target.slice(0, at));
  const end = (how) => { socket.destroy(); done([name, how]); };
  socket.setTimeout(3000, () => end('no')).on('error', () => end('no')).on('connect', () => end('reached'));
}))).then((all) => console.log(JSON.stringify(Object.fromEntries(all))));`;
    const reach = async (app: string) => JSON.parse((await swarm.cli(['exec', `${app}/web`, '--', 'node', '-e', script, JSON.stringify(targets())])).stdout) as Record<string, string>;
    expect(await reach('guestbook')).toMatchObject({ ownStore: 'no', store: 'reached', web: 'reached', host: 'reached', ingress: 'reached' });
    const nothingElse = { ownStore: 'reached', store: 'no', web: 'no', host: 'no', ingress: 'no', address: 'no', name: 'no', hostByName: 'no' };
    expect(await reach('trial')).toEqual(nothingElse);
    // A remedy that is tried on it.
    await swarm.ok('deploy', directory, '--name', 'trial', '--env', 'REMEDY=1');
    await swarm.settled('trial');
    own = await swarm.agents('trial');
    expect(await reach('trial')).toEqual(nothingElse);
    expect(await messages('trial')).toEqual(['in the fork', 'first']);
    expect((await swarm.cli(['fork', 'guestbook', '--name', 'trial'])).stderr).toMatch(/already/);
  });

  test('of an app of plain processes is refused, and nothing of it is there', async () => {
    const swarm = await open();
    await swarm.ok('deploy', swarm.directory('books', ledgerApp), '--isolation', 'process');
    const refused = await swarm.cli(['fork', 'books', '--name', 'trial']);
    expect([refused.code, refused.stderr]).toEqual([5, expect.stringMatching(/web would have this machine's network, and a fork must not reach it/)]);
    expect((await swarm.cli(['status', 'trial'])).code).toBe(4);
    expect(readdirSync(join(swarm.home, 'volumes'))).toEqual(['books']);
  });
});
