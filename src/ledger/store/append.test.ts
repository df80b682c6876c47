import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Event, NewEvent } from '../../model/index.ts';
import { given, handClock, sample, samples } from '../testing/events.ts';
import { temporaryDirectory, testLedger } from '../testing/directories.ts';

const text = fc.string({ unit: 'binary', maxLength: 40 });
const anyEvent: fc.Arbitrary<NewEvent> = fc.oneof(
  fc.record({ type: fc.constant('DaemonStopped' as const), actor: fc.constant('user:a'), body: fc.record({ reason: text }) }),
  fc.record({ type: fc.constant('DaemonStarted' as const), actor: fc.constant('user:b'), correlation: text, body: fc.record({ version: text, pid: fc.nat(), adopted: fc.nat() }) }),
  fc.record({ type: fc.constant('OrphanCollected' as const), actor: fc.constant('c'), cause: fc.integer({ min: 1 }), body: fc.record({ agent: text, driver: text }) }),
);

describe('appending', () => {
  it('numbers events from 1 without gaps and gives back what was appended', async () => {
    const ledger = await testLedger();
    const events = await ledger.append(samples(3));
    expect(events.map((event) => event.position)).toEqual([1, 2, 3]);
    expect(events.map(given)).toEqual(samples(3));
    expect(ledger.head).toBe(3);
    expect(await ledger.append([])).toEqual([]);
  });

  it('reads, tells and finds again after reopening exactly what it resolved with, whatever the events hold', { timeout: 180_000 }, async () => {
    const directory = temporaryDirectory();
    let expected: Event[] = [];
    await fc.assert(fc.asyncProperty(fc.array(fc.array(anyEvent, { maxLength: 6 }), { maxLength: 8 }), async (appends) => {
      const ledger = await testLedger({ directory });
      const heard: Event[] = [];
      ledger.subscribe(expected.length, (batch) => heard.push(...batch));
      const results = await Promise.all(appends.map((events) => ledger.append(events)));
      expect(results.map((events) => events.map(given))).toEqual(appends);
      expected = [...expected, ...results.flat()];
      expect(await ledger.read(0)).toEqual(expected);
      expect(expected.map((event) => event.position)).toEqual(expected.map((_, i) => i + 1));
      expect(heard).toEqual(results.flat());
      await ledger.close();
    }), { numRuns: 25 });
  });

  it('stamps the time of its clock, and never an earlier one than before', async () => {
    const directory = temporaryDirectory();
    const time = { now: 5_000.7 };
    const first = await testLedger({ directory, clock: handClock(time) });
    await first.append([sample(1)]);
    time.now = 4_000;
    await first.append([sample(2)]);
    await first.close();
    const second = await testLedger({ directory, clock: handClock(time) });
    await second.append([sample(3)]);
    time.now = 6_000;
    await second.append([sample(4)]);
    expect((await second.read(0)).map((event) => event.time)).toEqual([5_000, 5_000, 5_000, 6_000]);
  });

  it('refuses an event of the wrong form, and writes none of its append', async () => {
    const ledger = await testLedger();
    const wrong = [
      { type: 'DaemonStopped', actor: 'a', body: { reason: 7 } },
      { type: 'NothingHappened', actor: 'a', body: {} },
      { type: 'toString', actor: 'a', body: {} },
      { type: 'DaemonStopped', actor: '', body: { reason: '' } },
      { type: 'DaemonStopped', actor: 'a', cause: 0, body: { reason: '' } },
      sample(1, 9_000_000),
    ] as NewEvent[];
    for (const event of wrong) await expect(ledger.append([sample(0), event])).rejects.toMatchObject({ code: 'ledger.invalid', retryable: false });
    expect(ledger.head).toBe(0);
    await ledger.append([sample(1)]);
    expect(ledger.head).toBe(1);
  });

  it('drops members that the schema does not know', async () => {
    const ledger = await testLedger();
    await ledger.append([{ type: 'DaemonStopped', actor: 'a', body: { reason: 'x', more: 1 } } as NewEvent]);
    expect((await ledger.read(0))[0]!.body).toEqual({ reason: 'x' });
  });

  it('does what was appended before it is closed, and refuses what comes after', async () => {
    const directory = temporaryDirectory();
    const ledger = await testLedger({ directory });
    const before = ledger.append(samples(10));
    const closing = ledger.close();
    await expect(ledger.append([sample(1)])).rejects.toMatchObject({ code: 'ledger.closed' });
    expect(await before).toHaveLength(10);
    await closing;
    await ledger.close();
    await expect(ledger.read(0)).rejects.toMatchObject({ code: 'ledger.closed' });
    expect((await testLedger({ directory })).head).toBe(10);
  });
});

describe('reading', () => {
  it('gives at most the limit, from the place asked for, and events of any size', async () => {
    const ledger = await testLedger();
    await ledger.append(Array.from({ length: 30 }, (_, i) => sample(i, i % 3 === 0 ? 300_000 : 0)));
    expect((await ledger.read(10, 5)).map((event) => event.position)).toEqual([11, 12, 13, 14, 15]);
    expect(await ledger.read(0)).toHaveLength(30);
    expect(await ledger.read(30)).toEqual([]);
    expect(await ledger.read(99)).toEqual([]);
    expect((await ledger.history({})).map((event) => event.position)).toEqual(Array.from({ length: 30 }, (_, i) => 30 - i));
  });
});
