/**
 * The ledger against plain `node:sqlite`, and against the disk itself (that of `TMPDIR`). Run: `scripts/node.sh bench/ledger.ts [rounds]`. All contestants take turns in
 * every round, so that a busy machine is busy for all; printed are medians, and the processor time of each event, which a busy machine changes least.
 */
import { closeSync, constants, fdatasyncSync, mkdirSync, mkdtempSync, openSync, readdirSync, rmSync, statSync, write, writeSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { emptyState, type NewEvent } from '../src/model/index.ts';
import { openStore } from '../src/ledger/recovery/opening.ts';
import { FileSource } from '../src/ledger/store/file-source.ts';
import type { Ledger } from '../src/ledger/ledger.ts';
import { signatureTypes, signerOf } from '../src/ledger/proof/note.ts';
import { lineOf } from '../src/ledger/store/lines.ts';
import { openLedger } from '../src/ledger/open.ts';
import { verifyLog } from '../src/ledger/proof/verify.ts';
import { fold } from '../src/ledger/state/fold.ts';
import { foldTo } from '../src/ledger/state/live.ts';
import { life } from '../src/ledger/testing/large.ts';
import { table } from './rounds.ts';

const rounds = Number(process.argv[2] ?? 7);
const eventsPerRound = 20_000;
const singles = 300;
/** Of each, how many in a turn. */
const inTurn = 10;
/** Appends that are apart, as those of a daemon are, and the milliseconds between them: file systems write down when a file was changed every few milliseconds. */
const apart = 60;
const pause = 6;
const directory = mkdtempSync(join(tmpdir(), 'stratoswarm-bench-ledger-'));
const clock = { now: () => Date.now(), monotonic: () => performance.now(), after: () => () => undefined };

/** The lives of agents that end and are still there, as a rollout writes them: six events each. */
function lives(count: number): NewEvent[] {
  return Array.from({ length: Math.ceil(count / 6) }, (_, n) => life(n).slice(0, 6)).flat().slice(0, count);
}

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;

const results = new Map<string, number[]>();
function record(name: string, ...values: number[]): void {
  results.set(name, [...(results.get(name) ?? []), ...values]);
}

/** Notes how many a second, and the processor time of each in microseconds, that of all threads together. */
async function rate(name: string, count: number, act: () => unknown): Promise<void> {
  const [begin, used] = [performance.now(), process.cpuUsage()];
  await act();
  const { user, system } = process.cpuUsage(used);
  record(name, (count / (performance.now() - begin)) * 1_000);
  record(`${name}, processor`, (user + system) / count);
}

/** `appenders` at once append `size` events each, again and again. */
async function grouped(ledger: Ledger, events: readonly NewEvent[], appenders: number, size: number): Promise<void> {
  let next = 0;
  await Promise.all(Array.from({ length: appenders }, async () => {
    while (next < events.length) {
      const from = next;
      next += size;
      await ledger.append(events.slice(from, from + size));
    }
  }));
}

/** The peer: rows of JSON, no checksum, no schema, no index, `batch` a transaction. */
function plain(insert: StatementSync, events: readonly NewEvent[], batch: number): void {
  for (let from = 0; from < events.length; from += batch) {
    database.exec('BEGIN');
    for (const event of events.slice(from, from + batch)) insert.run(Date.now(), event.type, JSON.stringify(event));
    database.exec('COMMIT');
  }
}

async function timed(name: string, act: () => unknown): Promise<void> {
  const begin = performance.now();
  await act();
  record(name, performance.now() - begin);
}

const database = new DatabaseSync(join(directory, 'plain.db'));
database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE events (position INTEGER PRIMARY KEY, time INTEGER, type TEXT, event TEXT)');
const insert = database.prepare('INSERT INTO events (time, type, event) VALUES (?, ?, ?)');
const ledger = await openLedger({ directory: join(directory, 'ledger'), clock });
mkdirSync(join(directory, 'own'));
const own = openStore(join(directory, 'own')).store!;
const file = openSync(join(directory, 'file'), 'w');
const synced = openSync(join(directory, 'file'), constants.O_RDWR | constants.O_DSYNC);
const events = lives(eventsPerRound);
const few = events.slice(0, 5_000);
// What an append of one event writes to the write-ahead log: a page and its head.
const page = Buffer.alloc(4_096 + 24, 'x');

const offset = (i: number) => (i % 4_000) * page.length;
const syncPage = (i: number) => (writeSync(file, page, 0, page.length, offset(i)), fdatasyncSync(file));
/** The same as a program does it that goes on meanwhile: what no append can be quicker than whose caller is not kept waiting. */
const writeAside = (i: number) => new Promise<void>((resolve, reject) => write(synced, page, 0, page.length, offset(i), (error) => (error === null ? resolve() : reject(error))));
const nobody = { app: '', agent: '' };
/** What the ledger's thread does for an append, with nobody to hand it over. */
const commit = (i: number) => own.append(own.head, lineOf({ remaining: 0, event: texts[i % texts.length]!, subject: nobody }));
/** Some of each by turns: what disturbs one disturbs the others, and each has its own code at hand, as one has that is called often. */
async function single(from: number, count: number, pause: number): Promise<void> {
  const acts = { append: (i: number) => ledger.append([events[i]!]), commit, 'plain insert': (i: number) => plain(insert, [events[i]!], 1), 'write aside': writeAside, fdatasync: syncPage };
  for (const [name, act] of Object.entries(acts)) {
    for (let i = from; i < from + count; i++) {
      if (pause > 0) await delay(pause);
      await timed(pause > 0 ? `${name}, apart` : name, () => act(i));
    }
  }
}

await grouped(ledger, events, 1_000, 1);
const texts = (await ledger.read(0, 1_000)).map((event) => JSON.stringify(event));
// Until its file has its full size, an append to the log is dearer.
for (let n = 0; n < 60; n++) own.append(own.head, texts.map((event) => lineOf({ remaining: 0, event, subject: nobody })).join('\n'));
plain(insert, events, 1_000);
writeSync(file, Buffer.alloc(page.length * 4_000), 0, page.length * 4_000, 0);
for (let round = 0; round < rounds; round++) {
  await rate('1,000 appenders of 1', events.length, () => grouped(ledger, events, 1_000, 1));
  await rate('plain, 1,000 a transaction', events.length, () => plain(insert, events, 1_000));
  await rate('100 appenders of 1', few.length, () => grouped(ledger, few, 100, 1));
  await rate('plain, 100 a transaction', few.length, () => plain(insert, few, 100));
  await rate('4 appenders of 1,000', events.length, () => grouped(ledger, events, 4, 1_000));
  for (let i = 0; i < singles; i += inTurn) await single(i, inTurn, 0);
  for (let i = 0; i < apart; i++) await single(i, 1, pause);
}

const past = await ledger.read(0, 100_000);
for (let round = 0; round < rounds; round++) {
  await rate('fold', past.length, () => past.reduce(fold, emptyState));
  await rate('read', past.length, () => ledger.read(0, past.length));
  await rate('verified fold', past.length, () => foldTo(ledger, fold, emptyState, past.length));
}

closeSync(file);
closeSync(synced);
own.close();
database.close();
const { head } = ledger;
await ledger.close();
const size = readdirSync(join(directory, 'ledger')).filter((name) => name.startsWith('events.db')).reduce((sum, name) => sum + statSync(join(directory, 'ledger', name)).size, 0);
const source = new FileSource(join(directory, 'ledger'));
await rate('audit', head, async () => {
  const { ok } = await verifyLog(source, { log: signerOf('bench', signatureTypes.ed25519, new Uint8Array(32)).verifier });
  if (!ok) throw new Error('the audit found damage');
});
source.close();
rmSync(directory, { recursive: true });

const of = (name: string) => median(results.get(name) ?? [NaN]);
/** The time that one of ten stays below: what is left of it on a machine that is busy. */
const calm = (name: string) => results.get(name)!.toSorted((a, b) => a - b)[Math.floor(results.get(name)!.length / 10)]!;
const perSecond = (name: string) => `${Math.round(of(name)).toLocaleString('en')}/s`;
const processor = (name: string) => `${of(`${name}, processor`).toFixed(1)} µs`;
const raced = (what: string, name: string, peer: string) => [what, perSecond(name), perSecond(peer), `${(of(name) / of(peer)).toFixed(2)} ×`, processor(name), processor(peer)];
const alone = (what: string, name: string) => [what, perSecond(name), '', '', processor(name), ''];
const latency = (what: string, name: string, peer: string, at = of) => [what, `${at(name).toFixed(3)} ms`, `${at(peer).toFixed(3)} ms`, `${(at(name) / at(peer)).toFixed(2)} ×`, '', ''];
console.log(`load ${loadavg().map((load) => load.toFixed(1)).join(' ')}, ${rounds} rounds`);
table([
  ['what', 'ledger', 'peer', 'ratio', 'processor', 'of the peer'],
  raced('append, 1,000 at once (plain: 1,000 a transaction)', '1,000 appenders of 1', 'plain, 1,000 a transaction'),
  raced('append, 100 at once (plain: 100 a transaction)', '100 appenders of 1', 'plain, 100 a transaction'),
  raced('append, 4 at once of 1,000 events', '4 appenders of 1,000', 'plain, 1,000 a transaction'),
  latency('one durable append, p50 (plain insert)', 'append', 'plain insert'),
  latency('one durable append, p50 (write + fdatasync)', 'append', 'fdatasync'),
  latency('one durable append, p10 (write + fdatasync)', 'append', 'fdatasync', calm),
  latency('its commit alone, p50 (write + fdatasync)', 'commit', 'fdatasync'),
  latency('write aside by the thread pool, p50 (write + fdatasync)', 'write aside', 'fdatasync'),
  latency(`appends ${pause} ms apart, p50 (plain insert)`, 'append, apart', 'plain insert, apart'),
  latency(`appends ${pause} ms apart, p50 (write + fdatasync)`, 'append, apart', 'fdatasync, apart'),
  latency('their commit alone, p50 (write + fdatasync)', 'commit, apart', 'fdatasync, apart'),
  alone('fold', 'fold'),
  alone('read, verified', 'read'),
  alone('read, verified, and folded', 'verified fold'),
  alone('audit verify', 'audit'),
  ['bytes an event on disk, tree and index included', (size / head).toFixed(0), '', '', '', ''],
]);
