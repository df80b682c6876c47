/**
 * A process that does with a ledger what a daemon does, and says what it took: `node look.ts <directory> <step>…`. Prints a line of JSON for each step, with the most memory
 * that the process has had so far.
 */
import { openLedger } from '../open.ts';
import { Past } from '../state/past.ts';
import { Snapshots } from '../state/snapshots.ts';
import { dumpState, loadState } from '../state/state-file.ts';
import { EventCodec, modelSchemas } from '../events/schemas.ts';
import { signatureTypes, signerOf } from '../proof/note.ts';
import { verifyLog } from '../proof/verify.ts';
import type { State } from '../../model/index.ts';
import { life } from './large.ts';
import { handClock } from './events.ts';

const [directory, ...wanted] = process.argv.slice(2) as [string, ...string[]];

/** What a step took: `rss` is the most memory that the process had so far, in bytes. */
export interface Step {
  readonly step: string;
  readonly milliseconds: number;
  /** Processor time of all threads, in milliseconds. */
  readonly processor: number;
  readonly rss: number;
  readonly heap: number;
  readonly result: unknown;
}

async function step(name: string, act: () => unknown): Promise<void> {
  if (name !== 'open' && name !== 'close' && !wanted.includes(name)) return;
  const [begin, used] = [performance.now(), process.cpuUsage()];
  const result = await act();
  const { user, system } = process.cpuUsage(used);
  const line: Step = { step: name, milliseconds: performance.now() - begin, processor: (user + system) / 1_000, rss: process.resourceUsage().maxRSS * 1_024, heap: process.memoryUsage().heapUsed, result };
  console.log(JSON.stringify(line));
}

let ledger!: Awaited<ReturnType<typeof openLedger>>;
await step('open', async () => {
  ledger = await openLedger({ directory, clock: handClock({ now: 1_800_000_000_000 }) });
  return { head: ledger.head, recovery: ledger.recovery };
});
await step('append', async () => (await ledger.append(life(1))).length);
const codec = new EventCodec(modelSchemas);
const snapshots = new Snapshots<State>({ directory, reducerHash: 'look', dump: dumpState, load: loadState, keep: Number.MAX_SAFE_INTEGER });
const past = () => new Past({ head: async () => ledger.head, read: async (after, count) => codec.read(await ledger.readText!(after, count), directory), snapshots });
await step('prepare', () => past().prepare());
await step('seek', async () => {
  const slowest = { position: 0, milliseconds: 0 };
  for (let i = 1; i <= 20; i++) {
    const position = Math.floor((ledger.head * i) / 21);
    const begin = performance.now();
    await past().at(position);
    const milliseconds = performance.now() - begin;
    if (milliseconds > slowest.milliseconds) Object.assign(slowest, { position, milliseconds });
  }
  return slowest;
});
await step('verify', async () => (await verifyLog(ledger.log, { log: signerOf('look', signatureTypes.ed25519, new Uint8Array(32)).verifier })).ok);
await step('kill', () => process.kill(process.pid, 'SIGKILL'));
await step('close', () => ledger.close());
