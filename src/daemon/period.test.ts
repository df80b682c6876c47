import { describe, expect, it } from 'vitest';
import type { Ledger } from '../ledger/ledger.ts';
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

  it('is refused when its beginning or end was archived, because nothing found would mean nothing happened', async () => {
    const ledger = { beginning: 256, head: 300, read: async (after: number) => [{ position: after + 1, time: (after + 1) * 1_000 }] } as unknown as Ledger;
    const of = (from: string | undefined, to: string | undefined) => periodOf(ledger, { from, to }, 400_000);
    for (const [from, to] of [['0', undefined], ['256', undefined], ['1970-01-01', undefined], [new Date(256_999).toISOString(), undefined], [undefined, '100'], [undefined, new Date(100_000).toISOString()]] as const) {
      await expect(of(from, to)).rejects.toMatchObject({ code: 'ledger.archived', next: expect.stringContaining('#257') });
    }
    expect(await of('257', undefined)).toEqual({ first: 257, last: 300 });
    expect(await of(new Date(257_000).toISOString(), '258')).toEqual({ first: 257, last: 258 });
    expect(await of(undefined, undefined)).toEqual({ first: 1, last: 300 });
  });
});
