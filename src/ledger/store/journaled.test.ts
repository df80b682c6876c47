import { copyFileSync, existsSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Clock, Event } from '../../model/index.ts';
import { ledgerFiles } from '../files.ts';
import { handClock, sample, samples } from '../testing/events.ts';
import { temporaryDirectory, testLedger } from '../testing/directories.ts';
import { FileSource } from './file-source.ts';
import { entriesOf, slots } from './journal.ts';

/** The files of a ledger that is open, as a crash at this moment leaves them. */
function crashed(directory: string): string {
  const copy = temporaryDirectory();
  const { database, wal, journal } = ledgerFiles(directory);
  for (const path of [database, wal, journal]) copyFileSync(path, join(copy, basename(path)));
  return copy;
}

/** Position of the last event in the database's files. */
async function storedIn(directory: string): Promise<number> {
  const source = new FileSource(directory);
  try {
    return (await source.extent()).head;
  } finally {
    source.close();
  }
}

/** A clock whose timers run when the test says so. */
function timers(): { clock: Clock; run(): void } {
  const waiting = new Set<() => void>();
  const after: Clock['after'] = (_, action) => {
    waiting.add(action);
    return () => void waiting.delete(action);
  };
  return {
    clock: { ...handClock(), after },
    run: () => {
      for (const action of waiting) {
        waiting.delete(action);
        action();
      }
    },
  };
}

const anAppend = fc.record({ count: fc.integer({ min: 1, max: 4 }), padding: fc.constantFrom(0, 0, 0, 900, 5_000), together: fc.boolean(), read: fc.boolean() });

describe('a ledger with a journal', () => {
  it('has a small append in the journal when it resolves, and in the database later or before it is read', async () => {
    const directory = temporaryDirectory();
    const { clock, run } = timers();
    const ledger = await testLedger({ directory, clock });
    await ledger.append([sample(1)]);
    await ledger.append([sample(2), sample(3)]);
    expect(await storedIn(crashed(directory))).toBe(0);
    expect(entriesOf(directory).flatMap(({ rows }) => rows)).toHaveLength(3);
    run();
    expect(await ledger.log.extent()).toMatchObject({ head: 3 });
    await ledger.append([sample(4)]);
    expect(await storedIn(crashed(directory))).toBe(3);
    expect(await ledger.read(3)).toHaveLength(1);
    expect(await storedIn(crashed(directory))).toBe(4);
  });

  it('has the database take over what is in the journal without waiting for a timer where much is, and never has more than slots', async () => {
    const directory = temporaryDirectory();
    const ledger = await testLedger({ directory });
    for (let n = 0; n < slots * 3; n++) {
      await ledger.append([sample(n)]);
      if (n % 16 === 0) expect(ledger.head - (await storedIn(crashed(directory)))).toBeLessThanOrEqual(slots);
    }
    expect(await storedIn(crashed(directory))).toBeGreaterThan(slots);
  });

  it('writes large appends to the database at once, behind what is in the journal', async () => {
    const directory = temporaryDirectory();
    const ledger = await testLedger({ directory });
    await ledger.append([sample(1)]);
    await ledger.append([sample(2, 5_000)]);
    expect(await storedIn(crashed(directory))).toBe(2);
    await ledger.append(samples(60));
    expect(await storedIn(crashed(directory))).toBe(62);
  });

  it('reads what it resolved with, and finds it again after a crash at any moment, whatever went through the journal', { timeout: 180_000 }, async () => {
    await fc.assert(fc.asyncProperty(fc.array(anAppend, { minLength: 1, maxLength: 25 }), async (appends) => {
      const directory = temporaryDirectory();
      const { clock, run } = timers();
      const ledger = await testLedger({ directory, clock });
      const heard: Event[] = [];
      ledger.subscribe(0, (batch) => heard.push(...batch));
      const running: Promise<Event[]>[] = [];
      for (const [n, { count, padding, together, read }] of appends.entries()) {
        running.push(ledger.append(Array.from({ length: count }, (_, i) => sample(n * 10 + i, padding))));
        if (!together) await running.at(-1);
        if (n % 5 === 0) run();
        const told = heard.length;
        if (read) expect((await ledger.read(0)).slice(0, told)).toEqual(heard.slice(0, told));
      }
      const expected = (await Promise.all(running)).flat();
      expect(heard).toEqual(expected);
      const again = await testLedger({ directory: crashed(directory) });
      expect(again.recovery).toBeNull();
      expect(await again.read(0)).toEqual(expected);
      await again.append([sample(1)]);
      await again.close();
      expect(await ledger.read(0)).toEqual(expected);
      await ledger.close();
    }), { numRuns: 12 });
  });

  it('is closed with all of it in the database', async () => {
    const directory = temporaryDirectory();
    const ledger = await testLedger({ directory });
    await ledger.append([sample(1)]);
    await ledger.close();
    expect(await storedIn(directory)).toBe(1);
    expect((await testLedger({ directory })).recovery).toBeNull();
  });

  it('says what was lost when its database is an older one than its journal, and takes from the journal what follows', async () => {
    const directory = temporaryDirectory();
    const ledger = await testLedger({ directory });
    for (let n = 0; n < 20; n++) await ledger.append([sample(n)]);
    await ledger.read(0);
    const older = crashed(directory);
    for (let n = 20; n < 30; n++) await ledger.append([sample(n)]);
    const newer = crashed(directory);
    copyFileSync(ledgerFiles(newer).journal, ledgerFiles(older).journal);
    const whole = await testLedger({ directory: older });
    expect(whole).toMatchObject({ recovery: null, head: 30 });

    for (let n = 30; n < 30 + slots; n++) await ledger.append([sample(n)]);
    const oldest = crashed(newer);
    copyFileSync(ledgerFiles(crashed(directory)).journal, ledgerFiles(oldest).journal);
    // Its slots go on at 31: the one of 30 is used for another by now.
    const short = crashed(oldest);
    rmSync(ledgerFiles(short).wal);
    copyFileSync(ledgerFiles(crashed(older)).wal, ledgerFiles(short).wal);
    const lacking = await testLedger({ directory: short });
    expect(lacking.recovery).toMatchObject({ reason: expect.stringContaining('were acknowledged') });
  });

  it('does not wait for a slow disk: after a write that took long, appends go to the database, and seldom one tries again', async () => {
    const directory = temporaryDirectory();
    const time = { now: 0, step: 0 };
    const clock: Clock = { now: () => 1_000, monotonic: () => (time.now += time.step), after: () => () => undefined };
    const ledger = await testLedger({ directory, clock });
    /** How many of so many appends went through the journal. */
    const through = async (count: number) => {
      let written = 0;
      for (let n = 0; n < count; n++) {
        await ledger.append([sample(n)]);
        if (entriesOf(directory).some(({ after }) => after === ledger.head - 1)) written++;
      }
      return written;
    };
    expect(await through(50)).toBe(50);
    time.step = 20;
    expect(await through(200)).toBe(5);
    time.step = 0.2;
    for (let n = 0; n < 200; n++) await ledger.append([sample(n)]);
    await ledger.read(0, 1);
    expect(await through(50)).toBe(50);
  });

  it('has none where it cannot be written, and works all the same', async () => {
    const directory = temporaryDirectory();
    await (await testLedger({ directory })).close();
    rmSync(ledgerFiles(directory).journal);
    const ledger = await testLedger({ directory });
    expect(existsSync(ledgerFiles(directory).journal)).toBe(true);
    await ledger.append([sample(1)]);
    expect(ledger.head).toBe(1);
  });
});
