import { cpSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { connect as connectTo, createServer, type AddressInfo, type Server as NetServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { requires } from '../../host/testing.ts';
import { emptyState, type Event, type NewEvent, type State } from '../../model/index.ts';
import { beginBehind } from '../archive/begin-behind.ts';
import { boundaryBefore, makeArchive } from '../archive/make.ts';
import { ledgerFiles } from '../files.ts';
import { Checkpoints } from '../proof/checkpoints.ts';
import { verifyLog } from '../proof/verify.ts';
import type { Ledger } from '../ledger.ts';
import { readRetention } from '../recovery/retention.ts';
import { baseHash, readBase, writeBase } from '../state/base.ts';
import { fold } from '../state/fold.ts';
import { Live } from '../state/live.ts';
import { Snapshots } from '../state/snapshots.ts';
import { dumpState, loadState, reducerHash } from '../state/state-file.ts';
import { stateHash } from '../state/state-hash.ts';
import { openPostgresLedger, type PostgresOptions } from './postgres.ts';
import { openPostgresReader } from './postgres-reader.ts';
import { migrations } from './postgres-schema.ts';
import { PostgresSource } from './postgres-source.ts';
import type { OpenLog } from './source.ts';
import { openLedger } from '../open.ts';
import { temporaryDirectory } from '../testing/directories.ts';
import { given, handClock, runningClock, sample, samples } from '../testing/events.ts';
import { serverPrograms, startServer, type Server } from '../testing/postgresql.ts';

let server: Server;
const hasServer = requires('linux') && serverPrograms() !== undefined;
const after: (() => unknown)[] = [];

beforeAll(async () => {
  if (hasServer) server = await startServer();
});
afterAll(() => server?.stop());
afterEach(async () => {
  for (const undo of after.splice(0).reverse()) await undo();
});

async function open(url: string, directory: string, options: Partial<PostgresOptions> = {}): Promise<Ledger & { log: OpenLog }> {
  const ledger = await openPostgresLedger(url, { directory, clock: runningClock, report: () => undefined, ...options });
  after.push(() => ledger.close());
  return ledger;
}

/** Appends until it succeeds; how often it was refused. Only with the error that tells to try again. */
async function insist(ledger: Ledger, n: number): Promise<number> {
  for (let refused = 0; ; refused++) {
    try {
      await ledger.append([sample(n)]);
      return refused;
    } catch (error) {
      expect(error).toMatchObject({ code: 'ledger.lost', retryable: true });
      await delay(50);
    }
  }
}

/** The server notices a moment later that a connection was cut. */
async function until<T>(act: () => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries++) {
    try {
      return await act();
    } catch (error) {
      if (tries > 100) throw error;
      await delay(50);
    }
  }
}

/** A way to a database that can be cut: at once, or when the next answer would come back, which then is lost. */
class Way {
  readonly url: string;
  readonly #pairs = new Set<Socket>();
  #swallow: 'no' | 'next commit' | 'now' = 'no';
  #open = true;

  private constructor(target: URL, server: NetServer) {
    this.url = Object.assign(new URL(target), { port: String((server.address() as AddressInfo).port) }).href;
    server.on('connection', (near) => {
      if (!this.#open) return void near.destroy();
      const far = connectTo(Number(target.port), '127.0.0.1');
      for (const socket of [near, far]) {
        this.#pairs.add(socket);
        socket.on('error', () => undefined).on('close', () => {
          this.#pairs.delete(socket);
          near.destroy();
          far.destroy();
        });
      }
      near.on('data', (chunk) => {
        if (this.#swallow === 'next commit' && chunk.includes('COMMIT')) this.#swallow = 'now';
        far.write(chunk);
      });
      far.on('data', (chunk) => (this.#swallow === 'now' ? this.cut() : void near.write(chunk)));
    });
  }

  static async to(url: string): Promise<Way> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const way = new Way(new URL(url), server);
    after.push(() => {
      way.close();
      way.cut();
      server.close();
    });
    return way;
  }

  /** The answer to the next COMMIT does not arrive. */
  swallowCommit(): void {
    this.#swallow = 'next commit';
  }

  cut(): void {
    this.#swallow = 'no';
    for (const socket of this.#pairs) socket.destroy();
  }

  close(): void {
    this.#open = false;
  }

  open(): void {
    this.#open = true;
  }
}

describe.skipIf(!hasServer)('a ledger in PostgreSQL', () => {
  it('goes on by itself after its connection was ended, and after the server was killed, with all that it had acknowledged', async () => {
    const ledger = await open(server.database(), temporaryDirectory());
    const heard: Event[] = [];
    ledger.subscribe(0, (batch) => heard.push(...batch));
    await ledger.append(samples(3));
    server.disconnect();
    await insist(ledger, 3);
    await server.kill();
    await expect.poll(() => ledger.append([sample(99)]).then(() => 'written', (error: { code: string }) => error.code), { timeout: 20_000 }).toBe('ledger.lost');
    await expect(ledger.read(0)).rejects.toMatchObject({ code: 'ledger.lost', retryable: true });
    await server.restart();
    expect(await insist(ledger, 4)).toBeGreaterThanOrEqual(0);
    const events = (await ledger.read(0)).map(given);
    expect(events.slice(0, 4)).toEqual(samples(4));
    expect(events.at(-1)).toEqual(sample(4));
    await expect.poll(() => heard.map(given)).toEqual(events);
  });

  it('says that it is lost when the server hangs, and goes on with all of it when that answers again', { timeout: 120_000 }, async () => {
    // Twenty times as fast, so that nobody waits for as long as the ledger does.
    const clock = { ...runningClock, after: (ms: number, action: () => void) => runningClock.after(ms / 20, action) };
    const ledger = await open(server.database(), temporaryDirectory(), { clock });
    await ledger.append([sample(1)]);
    const goOn = server.hang();
    try {
      await expect(ledger.append([sample(2)])).rejects.toMatchObject({ code: 'ledger.lost', retryable: true });
      await expect(ledger.read(0)).rejects.toMatchObject({ code: 'ledger.lost' });
    } finally {
      goOn();
    }
    await insist(ledger, 3);
    const reasons = (await ledger.read(0)).map(({ body }) => (body as { reason: string }).reason.trim());
    // What was under way when it hung was told to be uncertain: it is there once, or not at all.
    expect([['1', '2', '3'], ['1', '3']]).toContainEqual(reasons);
  });

  it('writes nothing twice and loses nothing when the answer to a commit does not arrive', async () => {
    const way = await Way.to(server.database());
    const ledger = await open(way.url, temporaryDirectory());
    for (let n = 0; n < 20; n++) {
      if (n % 2 === 0) way.swallowCommit();
      await insist(ledger, n);
    }
    expect((await ledger.read(0)).map(given)).toEqual(samples(20));
  });

  it('tells as news what was written although its author had to be told that nobody knows', { timeout: 60_000 }, async () => {
    const way = await Way.to(server.database());
    const ledger = await open(way.url, temporaryDirectory());
    const heard: Event[] = [];
    ledger.subscribe(0, (batch) => heard.push(...batch));
    await ledger.append([sample(0)]);
    way.swallowCommit();
    way.close();
    await expect(ledger.append([sample(1)])).rejects.toMatchObject({ code: 'ledger.lost', why: expect.stringContaining('not known') });
    expect(ledger.head).toBe(1);
    way.open();
    await expect.poll(() => ledger.head, { timeout: 10_000 }).toBe(2);
    await ledger.append([sample(2)]);
    expect(heard.map(given)).toEqual(samples(3));
    expect((await ledger.read(0)).map(given)).toEqual(samples(3));
  });

  it('is refused to a second daemon, which is told who leads; and to one of another home, also when the first is gone', async () => {
    const url = server.database();
    const home = temporaryDirectory();
    const first = await open(url, home);
    await expect(open(url, temporaryDirectory())).rejects.toMatchObject({ code: 'ledger.locked', message: expect.stringContaining(home) });
    await first.append(samples(2));
    await first.close();
    await expect(open(url, temporaryDirectory())).rejects.toMatchObject({ code: 'ledger.other-home', message: expect.stringContaining(home) });
    const moved = temporaryDirectory();
    cpSync(join(home, 'id'), join(moved, 'id'));
    expect((await open(url, moved)).head).toBe(2);
  });

  it('writes no more when another one has written meanwhile, and says so once', async () => {
    const url = server.database();
    const way = await Way.to(url);
    const home = temporaryDirectory();
    let overtaken: unknown;
    const first = await open(way.url, home, { onOvertaken: (error) => (overtaken = error) });
    await first.append(samples(2));
    way.close();
    way.cut();
    const moved = temporaryDirectory();
    cpSync(join(home, 'id'), join(moved, 'id'));
    const second = await until(() => open(url, moved));
    await second.append([sample(2)]);
    await second.close();
    way.open();
    await expect.poll(() => overtaken, { timeout: 10_000 }).toMatchObject({ code: 'ledger.overtaken', why: expect.stringContaining('another one wrote') });
    await expect(first.append([sample(3)])).rejects.toMatchObject({ code: 'ledger.overtaken' });
    expect(first.head).toBe(2);
  });

  it('lets nobody change, remove or empty its events by mistake', async () => {
    const url = server.database();
    const ledger = await open(url, temporaryDirectory());
    await ledger.append(samples(3));
    for (const statement of ["UPDATE ledger_events SET event = 'x' WHERE position = 2", 'DELETE FROM ledger_events WHERE position = 3', 'TRUNCATE ledger_events']) expect(() => server.sql(url, statement), statement).toThrow();
    expect((await ledger.read(0)).map(given)).toEqual(samples(3));
  });

  it.each(['DELETE FROM ledger_events WHERE position = 3', "UPDATE ledger_events SET hash = '\\x00' WHERE position = 3"])('writes nothing behind an event that is not there any more as it was: %s', async (statement) => {
    const url = server.database();
    const directory = temporaryDirectory();
    let overtaken: unknown;
    const ledger = await open(url, directory, { onOvertaken: (error) => (overtaken = error) });
    await ledger.append(samples(3));
    server.sql(url, `ALTER TABLE ledger_events DISABLE TRIGGER ALL; ${statement}`);
    const refused = { code: 'ledger.overtaken', why: expect.stringContaining('event 3') };
    await expect(ledger.append([sample(3)])).rejects.toMatchObject(refused);
    await expect(ledger.append([sample(3)])).rejects.toMatchObject(refused);
    expect(overtaken).toMatchObject(refused);
    expect(server.sql(url, 'SELECT max(position) FROM ledger_events').trim()).toBe(statement.startsWith('DELETE') ? '2' : '3');
  });

  it('signs nothing while one of its events is gone, also when it is opened again, and goes on once it is back', async () => {
    const url = server.database();
    const directory = temporaryDirectory();
    const ledger = await open(url, directory);
    const checkpointsOf = (from: { log: OpenLog }) => Checkpoints.open({ directory, log: from.log, key: join(directory, 'key'), clock: handClock() });
    await ledger.append(samples(300));
    const checkpoints = await checkpointsOf(ledger);
    await checkpoints.sign();
    server.sql(url, 'ALTER TABLE ledger_events DISABLE TRIGGER ALL; CREATE TABLE aside AS SELECT * FROM ledger_events WHERE position = 2; DELETE FROM ledger_events WHERE position = 2');
    await ledger.append(samples(2));
    await expect(checkpoints.sign()).rejects.toMatchObject({ code: 'ledger.not-signed', why: 'event 2 was taken out of the database' });
    await ledger.close();
    const again = await open(url, directory);
    const later = await checkpointsOf(again);
    expect([later.gap, later.broken]).toEqual([2, null]);
    await expect(later.sign()).rejects.toMatchObject({ code: 'ledger.not-signed' });
    server.sql(url, 'INSERT INTO ledger_events SELECT * FROM aside');
    await later.sign();
    expect(later.gap).toBe(undefined);
    expect(await verifyLog(again.log, { log: later.verifier })).toMatchObject({ ok: true, signed: 302 });
  });

  it.each(["app = 'other'", "type = 'DaemonStarted'", "actor = 'user:eve'"])('is found damaged by an audit where an event is found by something else: %s', async (change) => {
    const url = server.database();
    const directory = temporaryDirectory();
    const ledger = await open(url, directory);
    await ledger.append(samples(300));
    const { verifier } = await Checkpoints.open({ directory, log: ledger.log, key: join(directory, 'key'), clock: handClock() });
    server.sql(url, `ALTER TABLE ledger_events DISABLE TRIGGER ALL; UPDATE ledger_events SET ${change} WHERE position = 7`);
    const source = await PostgresSource.open(url, runningClock);
    after.push(() => source.close());
    expect((await verifyLog(source, { log: verifier })).finding).toMatchObject({ kind: 'index', position: 7 });
  });

  it('is not opened while one of its newest events is gone, of which nothing else tells the hash', async () => {
    const url = server.database();
    const directory = temporaryDirectory();
    const ledger = await open(url, directory);
    await ledger.append(samples(300));
    await ledger.close();
    server.sql(url, 'ALTER TABLE ledger_events DISABLE TRIGGER ALL; CREATE TABLE aside AS SELECT * FROM ledger_events WHERE position = 290; DELETE FROM ledger_events WHERE position = 290');
    await expect(open(url, directory)).rejects.toMatchObject({ code: 'ledger.damaged', why: expect.stringContaining('event 290'), next: expect.stringContaining('backup') });
    server.sql(url, 'INSERT INTO ledger_events SELECT * FROM aside');
    expect((await open(url, directory)).head).toBe(300);
  });

  it('says that a server cannot be reached', async () => {
    await expect(open('postgres://nobody@127.0.0.1:1/x', temporaryDirectory())).rejects.toMatchObject({ code: 'ledger.unreachable' });
  });
});

const nodes = (count: number): NewEvent[] => Array.from({ length: count }, (_, n) => ({ type: 'NodeSeen', actor: 'daemon', body: { node: `n${n % 70}`, cpu: n + 1, memory: 1, isolations: [], ownNetwork: false } }));

/** A bundle of what can be archived of a ledger, with the state to which it leads in the home. */
async function bundled(ledger: Ledger & { log: OpenLog }, directory: string) {
  const checkpoints = await Checkpoints.open({ directory, log: ledger.log, key: join(directory, 'key'), clock: handClock() });
  const upTo = await boundaryBefore(ledger.log, 600);
  const { archived, state } = await makeArchive({ source: ledger.log, log: checkpoints.verifier, checkpoint: await checkpoints.sign(), upTo, file: join(directory, 'first.tar'), base: undefined });
  writeBase(directory, upTo, state);
  return { archived, log: checkpoints.verifier, ledger: { ledger, directory } };
}

describe.skipIf(!hasServer)('archiving of a ledger in PostgreSQL', () => {
  it('whose end was not heard of is told as uncertain; whoever opens it next begins behind it, and removes what is left', async () => {
    const url = server.database();
    const directory = temporaryDirectory();
    const way = await Way.to(url);
    const ledger = await open(way.url, directory);
    await ledger.append(nodes(700));
    const { archived, log } = await bundled(ledger, directory);
    const { from, upTo, name, sha256, bytes, state } = archived;
    await ledger.append([{ type: 'LedgerArchived', actor: 'user:ada', body: { from, upTo, name, sha256, bytes, state } }]);
    way.swallowCommit();
    await expect(ledger.log.prune(archived)).rejects.toMatchObject({ code: 'ledger.lost', why: expect.stringContaining('taken out') });
    expect(server.sql(url, 'SELECT count(*) FROM ledger_events').trim()).toBe('701');
    await until(() => ledger.append([sample(1)]));
    await ledger.close();
    rmSync(ledgerFiles(directory).bases, { recursive: true });
    const next = await open(url, directory);
    expect(next.beginning).toBe(512);
    expect(server.sql(url, 'SELECT count(*), min(position) FROM ledger_events').trim()).toBe('190|513');
    expect(await verifyLog(next.log, { log })).toMatchObject({ ok: true, minimum: 512, events: 190 });
    expect(baseHash(readBase(directory, 512))).toBe(archived.state);
    expect(readRetention(directory)).toMatchObject({ minimum: 512, archives: [archived] });
  });

  it('takes out nothing but what begins where the ledger does, and ends before it', async () => {
    const directory = temporaryDirectory();
    const ledger = await open(server.database(), directory);
    await ledger.append(nodes(700));
    const { archived } = await bundled(ledger, directory);
    for (const wrong of [{ from: 256 }, { upTo: 1_024 }, { upTo: 300 }]) await expect(ledger.log.prune({ ...archived, ...wrong })).rejects.toBeDefined();
    expect((await ledger.read(0)).length).toBe(700);
  });
});

describe.skipIf(!hasServer)('readers of a ledger in PostgreSQL', () => {
  it('from elsewhere never skip a position, and check the whole log, while it is written', async () => {
    const url = server.database();
    const directory = temporaryDirectory();
    const ledger = await open(url, directory);
    await ledger.append(samples(5));
    const reader = await openPostgresReader(url, { clock: runningClock, directory: temporaryDirectory() });
    after.push(() => reader.close());
    const heard: number[] = [];
    reader.subscribe(0, (batch) => heard.push(...batch.map(({ position }) => position)));
    const checkpoints = await Checkpoints.open({ directory, log: ledger.log, key: join(directory, 'key'), clock: handClock() });
    let writing = true;
    const written = (async () => {
      for (let n = 0; n < 120; n++) {
        await Promise.all([ledger.append(samples(1 + (n % 9), n)), ledger.append([sample(n)])]);
        if (n % 30 === 0) await checkpoints.sign();
      }
      writing = false;
    })();
    do {
      const source = await PostgresSource.open(url, runningClock);
      expect(await verifyLog(source, { log: checkpoints.verifier })).toMatchObject({ ok: true });
      await source.close();
    } while (writing);
    await written;
    await expect.poll(() => heard.at(-1), { timeout: 10_000 }).toBe(ledger.head);
    expect(heard).toEqual(heard.map((_, i) => i + 1));
    expect(await reader.read(0)).toEqual(await ledger.read(0));
    expect(await reader.history({ limit: 5 })).toEqual(await ledger.history({ limit: 5 }));
    await expect(reader.append([sample(1)])).rejects.toMatchObject({ code: 'ledger.read-only' });
  });

  it('follow on after the connection was lost', async () => {
    const url = server.database();
    const ledger = await open(url, temporaryDirectory());
    const reader = await openPostgresReader(url, { clock: runningClock, directory: temporaryDirectory(), report: () => undefined });
    after.push(() => reader.close());
    await ledger.append(samples(2));
    await expect.poll(() => reader.head).toBe(2);
    server.disconnect();
    await insist(ledger, 2);
    await expect.poll(() => reader.head, { timeout: 10_000 }).toBe(3);
  });

  it('go on from the state to which archived events led, which the database brings them', async () => {
    const url = server.database();
    const directory = temporaryDirectory();
    const ledger = await open(url, directory);
    await ledger.append(nodes(700));
    const { archived, ledger: leader } = await bundled(ledger, directory);
    await beginBehind(archived, 'user:ada', leader);
    const elsewhere = temporaryDirectory();
    const reader = await openPostgresReader(url, { clock: runningClock, directory: elsewhere, subjects: join(elsewhere, 'subjects') });
    after.push(() => reader.close());
    expect(reader.beginning).toBe(512);
    const snapshots = (at: string) => new Snapshots<State>({ directory: at, reducerHash: reducerHash(), dump: dumpState, load: loadState, loadBase: (text) => loadState(JSON.parse(text)) });
    const states = await Promise.all([[reader, elsewhere], [ledger, directory]].map(([from, at]) => Live.open<State>({ ledger: from as Ledger, fold, empty: emptyState, snapshots: snapshots(at as string) })));
    after.push(...states.map((live) => () => live.close()));
    expect(states[0]!.current.nodes.size).toBe(70);
    expect(stateHash(states[0]!.current)).toBe(stateHash(states[1]!.current));
    const source = await PostgresSource.open(url, runningClock);
    after.push(() => source.close());
    expect(await source.extent()).toMatchObject({ minimum: 512, archives: [archived] });
  });

  it('are told when there is no ledger', async () => {
    await expect(PostgresSource.open(server.database(), runningClock)).rejects.toMatchObject({ code: 'ledger.missing' });
  });
});

describe.skipIf(!hasServer)('a database of an earlier form', () => {
  it.each(migrations.map((_, applied) => applied).slice(1))('with %i steps applied is brought to today’s with all that is in it', async (applied) => {
    const directory = temporaryDirectory();
    const url = server.database();
    const lines = await rowsOf(700);
    server.sql(url, `CREATE TABLE ledger_format (applied integer NOT NULL); INSERT INTO ledger_format VALUES (${applied}); ${migrations.slice(0, applied).join(';')}`);
    for (const line of lines) server.sql(url, line);
    await expect(PostgresSource.open(url, runningClock)).rejects.toMatchObject({ code: 'ledger.earlier' });
    const ledger = await open(url, directory);
    expect((await ledger.read(0)).map(given)).toEqual(samples(700));
    expect(await ledger.append([sample(700)])).toMatchObject([{ position: 701 }]);
    const checkpoints = await Checkpoints.open({ directory, log: ledger.log, key: join(directory, 'key'), clock: handClock() });
    await checkpoints.sign();
    expect(await verifyLog(ledger.log, { log: checkpoints.verifier })).toMatchObject({ ok: true, events: 701 });
  });

  it('of a later version is refused', async () => {
    const url = server.database();
    server.sql(url, `CREATE TABLE ledger_format (applied integer NOT NULL); INSERT INTO ledger_format VALUES (${migrations.length + 1})`);
    await expect(open(url, temporaryDirectory())).rejects.toMatchObject({ code: 'ledger.newer' });
  });
});

/** Statements that write what the first version had written for so many events. */
async function rowsOf(count: number): Promise<string[]> {
  const ledger = await openLedger({ directory: temporaryDirectory(), clock: handClock() });
  after.push(() => ledger.close());
  await ledger.append(samples(count));
  const hex = (bytes: Uint8Array) => `'\\x${Buffer.from(bytes).toString('hex')}'`;
  const statements: string[] = [];
  for (let at = 0; at < count;) {
    const rows = await ledger.log.rows(at);
    statements.push(`INSERT INTO ledger_events VALUES ${rows.map(({ position, remaining, hash, event }) => `(${position}, ${remaining}, ${hex(hash)}, NULL, 'DaemonStopped', 'user:test', $event$${event}$event$)`).join(', ')}`);
    at = rows.at(-1)!.position;
  }
  for (const [level, index] of [[0, 0], [0, 1], [1, 0]] as const) statements.push(`INSERT INTO ledger_tiles VALUES (${level}, ${index}, ${hex((await ledger.log.tile(level, index))!)})`);
  return statements;
}
