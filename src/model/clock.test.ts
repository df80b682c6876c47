import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LedgerClock, untilBeat, type Clock } from './clock.ts';

/** A machine whose wall clock is set by hand. */
function machine(wall = 1_000_000) {
  let passed = 0;
  const clock: Clock = { now: () => wall, monotonic: () => passed, after: () => () => undefined };
  return { clock, pass: (ms: number) => { wall += ms; passed += ms; }, step: (ms: number) => { wall += ms; } };
}

test('shows the wall clock as long as nobody sets it back', () => {
  const { clock, pass, step } = machine();
  const ledger = new LedgerClock(clock);
  for (const change of [() => pass(5), () => step(3_600_000), () => pass(1), () => pass(100_000)]) {
    change();
    expect(ledger.now()).toBe(clock.now());
  }
});

test('goes on when the wall clock is set back, a little slower, until both agree', () => {
  const { clock, pass, step } = machine();
  const ledger = new LedgerClock(clock);
  const before = ledger.now();
  step(-3_600_000);
  expect(ledger.now()).toBe(before);
  pass(10_000);
  expect(ledger.now()).toBe(before + 9000);
  for (let hours = 0; hours < 11; hours++) {
    pass(3_600_000);
    ledger.now();
  }
  expect(ledger.now()).toBe(clock.now());
});

test('begins no earlier than what was written before', () => {
  const { clock, pass } = machine();
  const ledger = new LedgerClock(clock);
  ledger.reach(5_000_000);
  expect(ledger.now()).toBe(5_000_000);
  pass(1000);
  expect(ledger.now()).toBe(5_000_900);
  ledger.reach(1);
  expect(ledger.now()).toBe(5_000_900);
});

test('never goes back, and lets nobody wait for much longer than asked, whatever is done to the wall clock', () => {
  const acts = fc.array(fc.tuple(fc.constantFrom('pass', 'step'), fc.integer({ min: -1e8, max: 1e8 })), { maxLength: 60 });
  fc.assert(fc.property(acts, (list) => {
    const { clock, pass, step } = machine();
    const ledger = new LedgerClock(clock);
    for (const [act, ms] of list) {
      const before = ledger.now();
      if (act === 'step') step(ms);
      else pass(Math.abs(ms));
      const moved = ledger.now() - before;
      expect(moved).toBeGreaterThanOrEqual(act === 'step' ? 0 : Math.floor(Math.abs(ms) * 0.9) - 1);
    }
  }));
});

test('what can choose its time is done together, no later and not much sooner than it is due', () => {
  fc.assert(fc.property(fc.integer({ min: 5000, max: 60_000 }), fc.array(fc.tuple(fc.nat(10_000), fc.integer({ min: -2, max: 30 })), { minLength: 2, maxLength: 20 }), (ms, starts) => {
    const ends = starts.map(([start, inaccuracy]) => {
      const first = untilBeat({ monotonic: () => start }, ms);
      expect(first).toBeGreaterThan(ms - 2500);
      expect(first).toBeLessThanOrEqual(ms + 20);
      const at = start + first + inaccuracy;
      return at + untilBeat({ monotonic: () => at }, ms);
    });
    for (const end of ends) expect(end % 2500).toBe(0);
  }));
  expect(untilBeat({ monotonic: () => 7 }, 500)).toBe(500);
});
