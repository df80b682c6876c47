import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sample, samples } from '../testing/events.ts';
import { testLedger } from '../testing/directories.ts';

describe('subscribing', () => {
  it('tells every listener each event after its place once and in order, however appends and subscriptions mix', { timeout: 180_000 }, async () => {
    const step = fc.oneof(
      fc.record({ append: fc.integer({ min: 1, max: 5 }) }),
      fc.record({ subscribe: fc.integer({ min: 0, max: 100 }) }),
      fc.record({ wait: fc.constant(true) }),
    );
    await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const ledger = await testLedger();
      await ledger.append(samples(20));
      const heard: { after: number; positions: number[] }[] = [];
      let last: Promise<unknown> = Promise.resolve();
      for (const step of steps) {
        if ('append' in step) last = ledger.append(samples(step.append));
        else if ('wait' in step) await last;
        else {
          const listener = { after: Math.floor((step.subscribe / 100) * ledger.head), positions: [] as number[] };
          heard.push(listener);
          ledger.subscribe(listener.after, (batch) => listener.positions.push(...batch.map((event) => event.position)));
        }
      }
      await last;
      await expect.poll(() => heard.every((listener) => listener.after + listener.positions.length >= ledger.head)).toBe(true);
      for (const { after, positions } of heard) expect(positions).toEqual(Array.from({ length: ledger.head - after }, (_, i) => after + 1 + i));
      await ledger.close();
    }), { numRuns: 20 });
  });

  it('has told everybody of an event before its append resolves', async () => {
    const ledger = await testLedger();
    let heard = 0;
    ledger.subscribe(0, (batch) => (heard = batch.at(-1)!.position));
    const [event] = await ledger.append([sample(1)]);
    expect(heard).toBe(event!.position);
  });

  it('tells of what became durable together in one batch', async () => {
    const ledger = await testLedger();
    const batches: number[] = [];
    ledger.subscribe(0, (batch) => batches.push(batch.length));
    await Promise.all([ledger.append(samples(2)), ledger.append(samples(3))]);
    expect(batches).toEqual([5]);
  });

  it('is not disturbed by a listener that throws, and reports it', async () => {
    const reports: unknown[] = [];
    const ledger = await testLedger({ report: (error) => reports.push(error) });
    const heard: number[] = [];
    ledger.subscribe(0, () => { throw new Error('mine'); });
    ledger.subscribe(0, (batch) => heard.push(...batch.map((event) => event.position)));
    await ledger.append([sample(1)]);
    await ledger.append([sample(2)]);
    expect(heard).toEqual([1, 2]);
    expect(reports.map(String)).toEqual(['Error: mine', 'Error: mine']);
  });

  it('ends with its cancellation, also in the middle of the past', async () => {
    const ledger = await testLedger();
    await ledger.append(samples(3_000));
    const heard: number[] = [];
    const cancel = ledger.subscribe(0, (batch) => {
      heard.push(batch.length);
      cancel();
    });
    await expect.poll(() => heard.length).toBe(1);
    await ledger.append([sample(1)]);
    await ledger.read(0);
    expect(heard).toEqual([1_000]);
  });
});
