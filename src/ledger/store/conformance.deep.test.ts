import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { requires } from '../../host/testing.ts';
import type { Event, NewEvent } from '../../model/index.ts';
import { ArchiveSource } from '../archive/archive-source.ts';
import { beginBehind } from '../archive/begin-behind.ts';
import { JoinedSource, leadingTo } from '../archive/joined-source.ts';
import { boundaryBefore, makeArchive } from '../archive/make.ts';
import { Checkpoints } from '../proof/checkpoints.ts';
import type { Ledger } from '../ledger.ts';
import { openLedger, type LedgerOptions } from '../open.ts';
import { readBase, writeBase } from '../state/base.ts';
import { openPostgresLedger } from './postgres.ts';
import type { OpenLog } from './source.ts';
import { temporaryDirectory } from '../testing/directories.ts';
import { given, handClock, sample, samples } from '../testing/events.ts';
import { serverPrograms, startServer, type Server } from '../testing/postgresql.ts';
import { verifyLog } from '../proof/verify.ts';

type Opened = Ledger & { log: OpenLog };
type Open = (options?: Partial<LedgerOptions>) => Promise<Opened>;

let server: Server | undefined;
const hasServer = requires('linux') && serverPrograms() !== undefined;
const opened: Opened[] = [];

beforeAll(async () => {
  if (hasServer) server = await startServer();
});
afterAll(() => server?.stop());
afterEach(async () => {
  for (const ledger of opened.splice(0)) await ledger.close();
});

/** A place for a ledger, which can be opened again and again. */
const stores: Readonly<Record<string, () => Open>> = {
  SQLite: () => {
    const directory = temporaryDirectory();
    return async (options) => keep(await openLedger({ directory, clock: handClock(), ...options }));
  },
  PostgreSQL: () => {
    const directory = temporaryDirectory();
    const url = server!.database();
    return async (options) => keep(await openPostgresLedger(url, { directory, clock: handClock(), ...options }));
  },
};

function keep(ledger: Opened): Opened {
  opened.push(ledger);
  return ledger;
}

const agent = { type: 'AgentReady', actor: 'control:health', body: { agent: 'shop-web-0-aaaaaaaa' } } as unknown as NewEvent;
const created = {
  type: 'AgentCreated', actor: 'control:reconciler',
  body: { agent: 'shop-web-0-aaaaaaaa', app: 'shop', service: 'web', slot: 0, revision: 1, hash: 'h', node: 'n', isolation: 'process', handle: { driver: 'process', agent: 'shop-web-0-aaaaaaaa', directory: '/d', port: null } },
} as unknown as NewEvent;

/** Archives what is before `position`. Returns the bundle's file. */
async function archiveOf(ledger: Opened, directory: string, { verifier }: Checkpoints, checkpoint: string, position = 600): Promise<string> {
  const upTo = await boundaryBefore(ledger.log, position);
  const file = join(directory, `${upTo}.tar`);
  const { archived, state } = await makeArchive({ source: ledger.log, log: verifier, checkpoint, upTo, file, base: ledger.beginning === 0 ? undefined : readBase(directory, ledger.beginning) });
  writeBase(directory, upTo, state);
  await beginBehind(archived, 'user:ada', { ledger, directory });
  return file;
}

describe.each(Object.keys(stores).map((name) => [name, stores[name]!] as const))('a ledger in %s', (name, place) => {
  const runs = name === 'SQLite' || hasServer;

  it.skipIf(!runs)('numbers events from 1 without gaps, gives back what was appended, and has it after it was opened again', async () => {
    const open = place();
    const ledger = await open();
    const appends = await Promise.all(Array.from({ length: 40 }, (_, n) => ledger.append(samples(1 + (n % 4), n * 10))));
    const all = appends.flat();
    expect(all.map(({ position }) => position)).toEqual(all.map((_, i) => i + 1));
    expect(appends.map((events) => events.map(given))).toEqual(Array.from({ length: 40 }, (_, n) => samples(1 + (n % 4), n * 10)));
    expect(await ledger.read(0)).toEqual(all);
    expect(await ledger.read(10, 5)).toEqual(all.slice(10, 15));
    expect(await ledger.read(1_000)).toEqual([]);
    await ledger.close();
    const again = await open();
    expect(again.head).toBe(all.length);
    expect(await again.read(0)).toEqual(all);
    expect((await again.append([sample(1, 5_000)]))[0]).toMatchObject({ position: all.length + 1 });
  });

  it.skipIf(!runs)('writes an append whole or not at all', async () => {
    const ledger = await place()();
    await expect(ledger.append([sample(1), { type: 'DaemonStopped', actor: '', body: { reason: '' } }])).rejects.toMatchObject({ code: 'ledger.invalid' });
    expect(ledger.head).toBe(0);
    expect(await ledger.append(samples(2))).toHaveLength(2);
  });

  it.skipIf(!runs)('never stamps an earlier time than before, whatever its clock does', async () => {
    const open = place();
    const time = { now: 5_000 };
    const first = await open({ clock: handClock(time) });
    await first.append([sample(1)]);
    time.now = 1_000;
    await first.append([sample(2)]);
    await first.close();
    const second = await open({ clock: handClock(time) });
    await second.append([sample(3)]);
    expect((await second.read(0)).map((event) => event.time)).toEqual([5_000, 5_000, 5_000]);
  });

  it.skipIf(!runs)('tells subscribers of the past and of what becomes durable, in order and without gaps', async () => {
    const ledger = await place()();
    await ledger.append(samples(300));
    const heard: Event[] = [];
    ledger.subscribe(100, (batch) => heard.push(...batch));
    await Promise.all(Array.from({ length: 20 }, (_, n) => ledger.append(samples(3, n))));
    await expect.poll(() => heard.at(-1)?.position).toBe(360);
    expect(heard.map(({ position }) => position)).toEqual(Array.from({ length: 260 }, (_, i) => 101 + i));
  });

  it.skipIf(!runs)('finds events by app, also those of its agents, by type and by actor, after it was opened again', async () => {
    const open = place();
    const ledger = await open();
    await ledger.append([...samples(300), created, ...samples(300)]);
    await ledger.close();
    const again = await open();
    await again.append([agent, sample(1)]);
    const positions = async (query: Parameters<Ledger['history']>[0]) => (await again.history(query)).map(({ position }) => position);
    expect(await positions({ app: 'shop' })).toEqual([602, 301]);
    expect(await positions({ types: ['AgentReady', 'AgentCreated'] })).toEqual([602, 301]);
    expect(await positions({ actor: 'control:health' })).toEqual([602]);
    expect(await positions({ app: 'shop', types: ['AgentCreated'], actor: 'control:health' })).toEqual([]);
    expect(await positions({ before: 400, limit: 2 })).toEqual([399, 398]);
  });

  it.skipIf(!runs)('has the same tree, whose checkpoints and tiles an audit finds right', async () => {
    const open = place();
    const directory = temporaryDirectory();
    const ledger = await open({ directory });
    await ledger.append(samples(700));
    const checkpoints = await Checkpoints.open({ directory, log: ledger.log, key: join(directory, 'key'), clock: handClock() });
    await checkpoints.sign();
    await ledger.append(samples(7));
    await checkpoints.sign();
    expect(await verifyLog(ledger.log, { log: checkpoints.verifier })).toMatchObject({ ok: true, events: 707, checkpoints: 2, root: 'v9Esrzntvnf8LSXIyoYlSXd2n52Hqt8E8phdF0+w3U4=' });
    await ledger.close();
    expect(await verifyLog((await open({ directory })).log, { log: checkpoints.verifier })).toMatchObject({ ok: true, events: 707, checkpoints: 2 });
  });

  it.skipIf(!runs)('begins behind what was archived, goes on from there, and verifies by itself and with the archive', async () => {
    const open = place();
    const directory = temporaryDirectory();
    let ledger = await open({ directory });
    await ledger.append([created, ...samples(599)]);
    const checkpoints = await Checkpoints.open({ directory, log: ledger.log, key: join(directory, 'key'), clock: handClock() });
    const early = await checkpoints.sign();
    const file = await archiveOf(ledger, directory, checkpoints, early);
    for (let again = 0; again < 2; again++) {
      expect(ledger.beginning).toBe(512);
      await expect(ledger.read(511, 1)).rejects.toMatchObject({ code: 'ledger.archived' });
      expect(() => ledger.subscribe(0, () => undefined)).toThrow(expect.objectContaining({ code: 'ledger.archived' }));
      expect((await ledger.read(512)).map(({ position }) => position).slice(0, 2)).toEqual([513, 514]);
      expect((await ledger.history({ limit: 10_000 })).at(-1)!.position).toBe(513);
      expect((await ledger.log.rows(0))[0]!.position).toBe(513);
      expect((await ledger.log.extent()).archives).toMatchObject([{ from: 0, upTo: 512 }]);
      expect(await verifyLog(ledger.log, { log: checkpoints.verifier })).toMatchObject({ ok: true, minimum: 512 });
      await ledger.close();
      ledger = await open({ directory });
    }
    await ledger.append([agent, ...samples(700)]);
    expect((await ledger.history({ app: 'shop' })).map(({ type }) => type)).toEqual(['AgentReady']);
    const archive = new ArchiveSource(file);
    expect(await verifyLog(new JoinedSource(leadingTo(512, [archive]), ledger.log), { log: checkpoints.verifier, others: [early] })).toMatchObject({ ok: true, minimum: 0, events: ledger.head });
    archive.close();
    await archiveOf(ledger, directory, checkpoints, await Checkpoints.open({ directory, log: ledger.log, key: join(directory, 'key'), clock: handClock() }).then((later) => later.sign()), 1_100);
    expect(ledger.beginning).toBe(1_024);
    expect(await verifyLog(ledger.log, { log: checkpoints.verifier })).toMatchObject({ ok: true, minimum: 1_024 });
  });

  it.skipIf(!runs)('finds events by what they say as an audit sees it, also those of agents whose app only their creation tells', async () => {
    const open = place();
    const directory = temporaryDirectory();
    const ofAgent = (app: string, type: 'AgentCreated' | 'AgentReady') => ({ ...(type === 'AgentCreated' ? created : agent), body: { ...(type === 'AgentCreated' ? created : agent).body, agent: `${app}-web-0-bbbbbbbb`, ...(type === 'AgentCreated' && { app }) } }) as unknown as NewEvent;
    let ledger = await open({ directory });
    await ledger.append([created, agent, ofAgent('shop-web', 'AgentCreated'), ofAgent('shop', 'AgentCreated'), ...samples(100)]);
    const checkpoints = await Checkpoints.open({ directory, log: ledger.log, key: join(directory, 'key'), clock: handClock() });
    for (let again = 0; again < 3; again++) {
      await ledger.append([ofAgent('shop-web', 'AgentReady'), ofAgent('shop', 'AgentReady'), agent, ofAgent('unknown', 'AgentReady'), ...samples(300)]);
      await ledger.close();
      ledger = await open({ directory });
    }
    expect(await verifyLog(ledger.log, { log: checkpoints.verifier })).toMatchObject({ ok: true, events: 1_016 });
    expect((await ledger.log.postings!(0, 2))!.some(({ term }) => term === 'app:shop-web')).toBe(true);
  });

  it.skipIf(!runs)('is refused to a second writer, and open to it once the first is gone', async () => {
    const open = place();
    const first = await open();
    await expect(open()).rejects.toMatchObject({ code: 'ledger.locked' });
    await first.close();
    expect((await open()).head).toBe(0);
  });
});
