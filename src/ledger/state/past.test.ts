import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { emptyState, type NewEvent, type State } from '../../model/index.ts';
import { fold } from './fold.ts';
import { Past, stride } from './past.ts';
import { Snapshots } from './snapshots.ts';
import { diffStates } from './state-diff.ts';
import { dumpState, loadState } from './state-file.ts';
import { stateHash } from './state-hash.ts';
import { handClock } from '../testing/events.ts';
import { temporaryDirectory, testLedger } from '../testing/directories.ts';

/** The n-th of many lives of agents, each of its own node so that the state never stops changing. */
function life(n: number): NewEvent {
  return { type: 'NodeSeen', actor: 'test', body: { node: `node-${n % 50}`, cpu: n, memory: 1, isolations: [], ownNetwork: true } };
}

async function fixture(count: number) {
  const directory = temporaryDirectory();
  const time = { now: 0 };
  const ledger = await testLedger({ directory, clock: handClock(time) });
  for (let done = 0; done < count; done += 1000) {
    time.now = done;
    await ledger.append(Array.from({ length: Math.min(1000, count - done) }, (_, i) => life(done + i)));
  }
  let reads = 0;
  const snapshots = new Snapshots<State>({ directory, reducerHash: 'r', dump: dumpState, load: loadState, keep: Number.MAX_SAFE_INTEGER });
  const read = async (after: number, limit: number) => {
    const events = await ledger.read(after, limit);
    reads += events.length;
    return events;
  };
  return { ledger, snapshots, open: () => new Past({ head: async () => ledger.head, read, snapshots }), reads: () => reads };
}

it('gives the state at any position, the same as folding from the first event', async () => {
  const { ledger, open } = await fixture(12_345);
  const events = await ledger.read(0);
  const past = open();
  await fc.assert(fc.asyncProperty(fc.nat(13_000), async (position) => {
    const state = await past.at(position);
    expect(state.position).toBe(Math.min(position, 12_345));
    expect(stateHash(state)).toBe(stateHash(events.slice(0, position).reduce(fold, emptyState)));
  }), { numRuns: 25 });
});

it('folds no more than one stride once the way was gone, and little for the next step', async () => {
  const { snapshots, open, reads } = await fixture(23_000);
  await open().prepare();
  expect(await snapshots.positions()).toEqual(Array.from({ length: Math.floor(23_000 / stride) }, (_, n) => (n + 1) * stride).reverse());
  const past = open();
  for (const position of [22_999, stride - 1, 2 * stride + 1, 17_500]) {
    const before = reads();
    await past.at(position);
    expect(reads() - before).toBeLessThan(stride);
  }
  const before = reads();
  await past.at(17_501);
  expect(reads() - before).toBe(1);
});

it('lets several look back at once, also while snapshots are made, and goes a long way once', async () => {
  const { ledger, open, reads } = await fixture(23_000);
  const past = open();
  const [, ...states] = await Promise.all([past.prepare(), past.at(21_000), past.at(9_000), past.at(21_001), past.at(3)]);
  expect(states.map(({ position }) => position)).toEqual([21_000, 9_000, 21_001, 3]);
  expect(stateHash(states[0]!)).toBe(stateHash((await ledger.read(0)).slice(0, 21_000).reduce(fold, emptyState)));
  expect(reads()).toBeLessThan(23_000 + 4 * stride);
});

it('finds the last event at or before a time', async () => {
  const { open } = await fixture(5_000);
  const past = open();
  expect(await past.positionAt(-1)).toBe(0);
  expect(await past.positionAt(0)).toBe(1000);
  expect(await past.positionAt(1999)).toBe(2000);
  expect(await past.positionAt(1e12)).toBe(5000);
});

it('tells two states apart by what is different and nothing else', async () => {
  const { open } = await fixture(200);
  const past = open();
  expect(diffStates(await past.at(120), await past.at(121))).toEqual([{ kind: 'changed', path: 'nodes.node-20.cpu', before: 70, after: 120 }]);
  expect(diffStates(await past.at(10), await past.at(11)).map(({ kind, path }) => `${kind} ${path}`)).toEqual(['added nodes.node-10']);
  expect(diffStates(await past.at(150), await past.at(150))).toEqual([]);
});
