/**
 * The ledger against plain `node:sqlite`, and against the disk itself. Run: `scripts/node.sh bench/ledger.ts [rounds]`. All contestants take turns in
 * every round, so that a busy machine is busy for all; printed are medians.
 */
import { existsSync, fdatasyncSync, mkdtempSync, openSync, closeSync, readdirSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { emptyState, type AgentId, type AppName, type Event, type NewEvent, type ServiceName, type State } from '../src/model/index.ts';
import { FileSource } from '../src/ledger/store/file-source.ts';
import type { Ledger } from '../src/ledger/ledger.ts';
import { signatureTypes, signerOf } from '../src/ledger/proof/note.ts';
import { openLedger } from '../src/ledger/open.ts';
import { verifyLog } from '../src/ledger/proof/verify.ts';

const rounds = Number(process.argv[2] ?? 7);
const eventsPerRound = 20_000;
const singles = 200;
const directory = mkdtempSync(join(tmpdir(), 'stratoswarm-bench-ledger-'));
const clock = { now: () => Date.now(), monotonic: () => performance.now(), after: () => () => undefined };

/** The life of agents, as a rollout writes it: six events each. */
function lives(count: number): NewEvent[] {
  return Array.from({ length: Math.ceil(count / 6) }, (_, n): NewEvent[] => {
    const app = `app${n % 50}` as AppName;
    const agent = `${app}-web-${n % 100}-${suffix(n)}` as AgentId;
    const actor = 'control:reconciler';
    const handle = { driver: 'sandbox' as const, agent, directory: `/var/lib/stratoswarm/agents/sandbox/${agent}`, port: 3000 };
    const exit = { code: 1, signal: null, outOfMemory: false, at: 1_700_000_000_000, detail: null };
    return [
      { type: 'AgentCreated', actor, body: { agent, app, service: 'web' as ServiceName, slot: n % 100, revision: 1, hash: '0123456789abcdef', node: 'local', isolation: 'namespace', handle } },
      { type: 'AgentPrepared', actor, body: { agent } },
      { type: 'AgentStarting', actor, body: { agent } },
      { type: 'AgentRunning', actor, body: { agent, pid: 4242, pidStart: 123456, address: '10.77.0.12', port: 3000 } },
      { type: 'AgentReady', actor, body: { agent } },
      { type: 'AgentExited', actor, body: { agent, exit, cause: 'crashed', from: 'ready' } },
    ];
  }).flat().slice(0, count);
}

function suffix(n: number): string {
  return Array.from({ length: 8 }, (_, i) => 'abcdefghijklmnopqrstuvwxyz234567'[(n >> (5 * i)) & 31]).join('');
}

const median = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
const perSecond = (count: number, begin: number) => (count / (performance.now() - begin)) * 1_000;

/** Events a second when `appenders` at once append `size` events each, again and again. */
async function grouped(ledger: Ledger, events: readonly NewEvent[], appenders: number, size: number): Promise<number> {
  const begin = performance.now();
  let next = 0;
  await Promise.all(Array.from({ length: appenders }, async () => {
    while (next < events.length) {
      const from = next;
      next += size;
      await ledger.append(events.slice(from, from + size));
    }
  }));
  return perSecond(events.length, begin);
}

/** The peer: rows of JSON, no checksum, no schema, no index, `batch` a transaction. */
function plain(database: DatabaseSync, events: readonly NewEvent[], batch: number): number {
  const insert = database.prepare('INSERT INTO events (time, type, event) VALUES (?, ?, ?)');
  const begin = performance.now();
  for (let from = 0; from < events.length; from += batch) {
    database.exec('BEGIN');
    for (const event of events.slice(from, from + batch)) insert.run(Date.now(), event.type, JSON.stringify(event));
    database.exec('COMMIT');
  }
  return perSecond(events.length, begin);
}

async function latencies(count: number, action: (i: number) => unknown): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < count; i++) {
    const begin = performance.now();
    await action(i);
    times.push(performance.now() - begin);
  }
  return median(times);
}

const results = new Map<string, number[]>();
function record(name: string, value: number): void {
  results.set(name, [...(results.get(name) ?? []), value]);
}

const database = new DatabaseSync(join(directory, 'plain.db'));
database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE events (position INTEGER PRIMARY KEY, time INTEGER, type TEXT, event TEXT)');
const ledger = await openLedger({ directory: join(directory, 'ledger'), clock });
const file = openSync(join(directory, 'file'), 'w');
const events = lives(eventsPerRound);
const row = Buffer.alloc(4_096 * 3, 'x');

await grouped(ledger, events, 1_000, 1);
plain(database, events, 1_000);
writeSync(file, Buffer.alloc(row.length * singles), 0, row.length * singles, 0);
for (let round = 0; round < rounds; round++) {
  record('1,000 appenders of 1', await grouped(ledger, events, 1_000, 1));
  record('plain, 1,000 a transaction', plain(database, events, 1_000));
  record('100 appenders of 1', await grouped(ledger, events.slice(0, 5_000), 100, 1));
  record('plain, 100 a transaction', plain(database, events.slice(0, 5_000), 100));
  record('4 appenders of 1,000', await grouped(ledger, events, 4, 1_000));
  record('append', await latencies(singles, (i) => ledger.append([events[i]!])));
  record('plain insert', await latencies(singles, (i) => plain(database, [events[i]!], 1)));
  record('fdatasync', await latencies(singles, (i) => (writeSync(file, row, 0, row.length, i * row.length), fdatasyncSync(file))));
}

const folding = new URL('../src/ledger/state/fold.ts', import.meta.url);
if (existsSync(folding)) {
  const { fold } = (await import(folding.href)) as { fold: (state: State, event: Event) => State };
  const past = await ledger.read(0, 100_000);
  for (let round = 0; round < rounds; round++) {
    const begin = performance.now();
    past.reduce(fold, emptyState);
    record('fold', perSecond(past.length, begin));
    const readBegin = performance.now();
    await ledger.read(0, 100_000);
    record('read', perSecond(past.length, readBegin));
  }
}

closeSync(file);
database.close();
const { head } = ledger;
await ledger.close();
const size = readdirSync(join(directory, 'ledger')).filter((name) => name.startsWith('events.db')).reduce((sum, name) => sum + statSync(join(directory, 'ledger', name)).size, 0);
record('bytes', size / head);
const source = new FileSource(join(directory, 'ledger'));
const auditBegin = performance.now();
const { ok, events: audited } = await verifyLog(source, { log: signerOf('bench', signatureTypes.ed25519, new Uint8Array(32)).verifier });
if (!ok) throw new Error('the audit found damage');
record('audit', perSecond(audited, auditBegin));
source.close();
rmSync(directory, { recursive: true });

const of = (name: string) => median(results.get(name) ?? [NaN]);
const rate = (name: string) => `${Math.round(of(name)).toLocaleString('en')}/s`;
const time = (name: string) => `${of(name).toFixed(3)} ms`;
const ratio = (a: string, b: string) => `${(of(a) / of(b)).toFixed(2)} ×`;
const table = [
  ['what', 'ledger', 'peer', 'ratio'],
  ['append, 1,000 at once (plain: 1,000 a transaction)', rate('1,000 appenders of 1'), rate('plain, 1,000 a transaction'), ratio('1,000 appenders of 1', 'plain, 1,000 a transaction')],
  ['append, 100 at once (plain: 100 a transaction)', rate('100 appenders of 1'), rate('plain, 100 a transaction'), ratio('100 appenders of 1', 'plain, 100 a transaction')],
  ['append, 4 at once of 1,000 events', rate('4 appenders of 1,000'), rate('plain, 1,000 a transaction'), ratio('4 appenders of 1,000', 'plain, 1,000 a transaction')],
  ['one durable append, p50 (plain insert)', time('append'), time('plain insert'), ratio('append', 'plain insert')],
  ['one durable append, p50 (write + fdatasync)', time('append'), time('fdatasync'), ratio('append', 'fdatasync')],
  ['read, verified', rate('read'), '', ''],
  ['fold', rate('fold'), '', ''],
  ['audit verify', rate('audit'), '', ''],
  ['bytes an event on disk, tree and index included', of('bytes').toFixed(0), '', ''],
];
const widths = table[0]!.map((_, column) => Math.max(...table.map((line) => line[column]!.length)));
for (const line of table) console.log(line.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  '));
