/**
 * Looking back at a long ledger: the state at random positions and the step to the next, with snapshots kept over the whole log, and what it costs to make them.
 *
 *     sh scripts/node.sh bench/seek.ts [--events 1000000] [--rounds 60]
 */
import { mkdtempSync, rmSync, statSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openLedger } from '../src/ledger/open.ts';
import { Past } from '../src/ledger/state/past.ts';
import { EventCodec, modelSchemas } from '../src/ledger/events/schemas.ts';
import { Snapshots } from '../src/ledger/state/snapshots.ts';
import { dumpState, loadState, reducerHash } from '../src/ledger/state/state-file.ts';
import type { Event, NewEvent, State } from '../src/model/index.ts';
import { historyOf } from '../src/simulation/campaign.ts';
import { noFaults } from '../src/simulation/faults.ts';
import { SeededRandom } from '../src/simulation/random.ts';
import { median } from './rounds.ts';

const { values } = parseArgs({ options: { events: { type: 'string', default: '1000000' }, rounds: { type: 'string', default: '60' } } });
const wanted = Number(values.events);
const rounds = Number(values.rounds);

/** Milliseconds that a look at any moment may take. */
const limit = 200;

const directory = mkdtempSync(join(tmpdir(), 'stratoswarm-seek-'));
const clock = { now: () => Date.now(), monotonic: () => performance.now(), after: () => () => undefined };
const ledger = await openLedger({ directory, clock });
const histories = await Promise.all([26, 48, 47, 7, 30].map((seed) => historyOf(seed, noFaults)));
const written = histories.flat().map(({ position: _position, time: _time, version: _version, ...event }: Event) => ({ ...event, cause: undefined }) as NewEvent);
while (ledger.head < wanted) await ledger.append(written.slice(0, wanted - ledger.head));

const codec = new EventCodec(modelSchemas);
const snapshots = new Snapshots<State>({ directory, reducerHash: reducerHash(), dump: dumpState, load: loadState, keep: Number.MAX_SAFE_INTEGER });
const open = () => new Past({ head: async () => ledger.head, read: async (after, count) => codec.read(await ledger.readText!(after, count), directory), snapshots });
const began = performance.now();
await open().prepare();
const preparing = performance.now() - began;
const random = new SeededRandom(1);
const seeks: number[] = [];
const steps: number[] = [];
for (let round = 0; round < rounds; round++) {
  const past = open();
  const position = random.between(1, wanted - 1);
  seeks.push(await timed(() => past.at(position)));
  steps.push(await timed(() => past.at(position + 1)));
}
const kept = readdirSync(join(directory, 'snapshots')).reduce((sum, name) => sum + statSync(join(directory, 'snapshots', name)).size, 0);
await ledger.close();
rmSync(directory, { recursive: true, force: true });

console.log(`${wanted} events; snapshots made in ${(preparing / 1000).toFixed(1)} s, ${(kept / 2 ** 20).toFixed(1)} MiB of them`);
console.log(`seek  median ${median(seeks).toFixed(1)} ms, worst ${Math.max(...seeks).toFixed(1)} ms (limit ${limit} ms)`);
console.log(`step  median ${median(steps).toFixed(1)} ms, worst ${Math.max(...steps).toFixed(1)} ms`);
console.log(`memory ${(process.memoryUsage().heapUsed / 2 ** 20).toFixed(0)} MiB of heap in use`);
process.exitCode = median(seeks) > limit ? 1 : 0;

async function timed(act: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await act();
  return performance.now() - start;
}
