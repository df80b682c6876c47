import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Event } from '../../model/index.ts';
import { Live, foldTo } from './live.ts';
import { Snapshots } from './snapshots.ts';
import { sample, samples } from '../testing/events.ts';
import { temporaryDirectory, testLedger } from '../testing/directories.ts';

/** Depends on the order and on every event. */
const fold = (state: string, event: Event) => `${state.slice(-200)}${event.position},`;
const empty = '';
const all = (count: number) => Array.from({ length: count }, (_, i) => ({ position: i + 1 }) as Event).reduce(fold, empty);

function snapshotsIn(directory: string): Snapshots<string> {
  return new Snapshots({ directory, reducerHash: 'r', dump: (state) => state, load: String });
}

describe('a live fold', () => {
  it('holds every event whose append has resolved, and tells its listeners of each batch', async () => {
    const ledger = await testLedger();
    await ledger.append(samples(7_000));
    const live = await Live.open({ ledger, fold, empty });
    expect(live.current).toBe(all(7_000));
    const heard: [string, number][] = [];
    const cancel = live.onChange((state, batch) => heard.push([state, batch.length]));
    await Promise.all([ledger.append(samples(2)), ledger.append([sample(1)])]);
    expect(live.position).toBe(7_003);
    expect(live.current).toBe(all(7_003));
    expect(heard).toEqual([[all(7_003), 3]]);
    cancel();
    await live.close();
    await ledger.append([sample(2)]);
    expect(heard).toHaveLength(1);
    expect(live.position).toBe(7_003);
  });

  it('tells how far the past is folded while it is opened', async () => {
    const ledger = await testLedger();
    await ledger.append(samples(7_000));
    const told: [number, number][] = [];
    await Live.open({ ledger, fold, empty, onProgress: (position, head) => told.push([position, head]) });
    expect(told.length).toBeGreaterThan(1);
    expect(told.at(-1)).toEqual([7_000, 7_000]);
    await ledger.close();
  });

  it('starts from the latest snapshot and comes to the same state', async () => {
    const directory = temporaryDirectory();
    const ledger = await testLedger({ directory });
    const snapshots = snapshotsIn(directory);
    const first = await Live.open({ ledger, fold, empty, snapshots, snapshotEvery: 10 });
    for (let n = 0; n < 25; n++) await ledger.append([sample(n)]);
    await first.close();
    expect((await snapshots.latest())!.position).toBeGreaterThanOrEqual(10);
    await first.save();
    expect((await snapshots.latest())!.position).toBe(25);
    await ledger.append([sample(26)]);
    let folded = 0;
    const counting = (state: string, event: Event) => (folded++, fold(state, event));
    const second = await Live.open({ ledger, fold: counting, empty, snapshots });
    expect(folded).toBe(1);
    expect(second.current).toBe(all(26));
  });

  it('does not use a snapshot of a future that the ledger does not have', async () => {
    const directory = temporaryDirectory();
    const ledger = await testLedger({ directory });
    await ledger.append(samples(3));
    await snapshotsIn(directory).save(9, 'from elsewhere');
    expect((await Live.open({ ledger, fold, empty, snapshots: snapshotsIn(directory) })).current).toBe(all(3));
  });

  it('goes on when a listener throws or a snapshot cannot be written', async () => {
    const ledger = await testLedger();
    const reports: string[] = [];
    const snapshots = new Snapshots<string>({ directory: '/dev/null', reducerHash: 'r', dump: String, load: String });
    const live = await Live.open({ ledger, fold, empty, snapshots, snapshotEvery: 1, report: (error) => reports.push(String(error)) });
    live.onChange(() => { throw new Error('mine'); });
    await ledger.append([sample(1)]);
    await live.close();
    await ledger.append([sample(2)]);
    expect(reports[0]).toBe('Error: mine');
    expect(reports[1]).toContain('ENOTDIR');
    expect(live.current).toBe(all(1));
  });
});

describe('folding to a position', () => {
  it('gives the state that there was, for every position, with snapshots and without', async () => {
    const directory = temporaryDirectory();
    const ledger = await testLedger({ directory });
    await ledger.append(samples(60));
    const snapshots = snapshotsIn(directory);
    for (const position of [10, 30]) await snapshots.save(position, all(position));
    await fc.assert(fc.asyncProperty(fc.nat(60), fc.boolean(), async (position, shortcut) => {
      expect(await foldTo(ledger, fold, empty, position, shortcut ? snapshots : undefined)).toBe(all(position));
    }), { numRuns: 40 });
    expect(await foldTo(ledger, fold, empty, 999)).toBe(all(60));
  });
});
