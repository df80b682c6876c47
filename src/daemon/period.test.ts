import { describe, expect, it } from 'vitest';
import { testLedger } from '../ledger/testing/directories.ts';
import { handClock, sample } from '../ledger/testing/events.ts';
import { periodOf } from './period.ts';

describe('a period', () => {
  it('holds the events of the moments between which it is, and none of before or behind', async () => {
    const time = { now: 0 };
    const ledger = await testLedger({ clock: handClock(time) });
    for (const at of [10_000, 20_000, 30_000]) {
      time.now = at;
      await ledger.append([sample(at)]);
    }
    const iso = (at: number) => new Date(at).toISOString();
    const of = (from: string | undefined, to: string | undefined) => periodOf(ledger, { from, to }, 40_000);
    expect(await of(undefined, undefined)).toEqual({ first: 1, last: 3 });
    expect(await of(iso(10_000), iso(20_000))).toEqual({ first: 1, last: 2 });
    expect(await of(iso(10_001), iso(29_999))).toEqual({ first: 2, last: 2 });
    expect(await of(iso(30_001), 'now')).toEqual({ first: 4, last: 3 });
    expect(await of('2', '2')).toEqual({ first: 2, last: 2 });
    expect(await of('2', '99')).toEqual({ first: 2, last: 3 });
    await expect(of('soon', undefined)).rejects.toMatchObject({ code: 'time.invalid' });
    await ledger.close();
  });
});
