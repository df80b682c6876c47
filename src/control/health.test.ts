import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../simulation/virtual-clock.ts';
import type { HealthSpec, ProbeSpec } from '../model/index.ts';
import { judge, Prober, type Verdict } from './health.ts';

const probe: ProbeSpec = { action: { kind: 'tcp' }, interval: 100, timeout: 50, failures: 3, successes: 2 };

describe('hysteresis', () => {
  it('flips only after so many equal answers in a row', () => {
    fc.assert(fc.property(fc.array(fc.boolean()), fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 }), (answers, failures, successes) => {
      let verdict: Verdict = { value: true, run: 0 };
      answers.forEach((ok, index) => {
        const next = judge(verdict, ok, { ...probe, failures, successes });
        if (next.value !== verdict.value) {
          const needed = ok ? successes : failures;
          expect(answers.slice(index + 1 - needed, index + 1)).toEqual(Array.from({ length: needed }, () => ok));
        }
        verdict = next;
      });
    }));
  });
});

describe('the prober', () => {
  const setup = (spec: Partial<HealthSpec>, answer: (at: number) => boolean) => {
    const clock = new VirtualClock(0);
    const changes: string[] = [];
    const asked: number[] = [];
    const prober = new Prober<string>(clock, {
      probe: async () => {
        asked.push(clock.monotonic());
        return { ok: answer(clock.monotonic()), detail: 'refused' };
      },
    }, (id) => {
      const { started, ready, live } = prober.of(id)!;
      changes.push(`${clock.monotonic()}:${started ? 'S' : '-'}${ready ? 'R' : '-'}${live ? 'L' : '-'}`);
    });
    prober.watch('a', 'x', { startup: null, readiness: null, liveness: null, deadline: 1000, ...spec }, false);
    return { clock, prober, changes, asked };
  };

  it('asks for readiness only after startup has passed, and does not flap in between', async () => {
    const { clock, changes } = setup({ startup: { ...probe, successes: 1 }, readiness: probe }, (at) => at >= 250);
    await clock.advance(1000);
    expect(changes).toEqual(['250:SRL']);
  });

  it('keeps where one answered as it started', async () => {
    const clock = new VirtualClock(0);
    const prober = new Prober<string>(clock, { probe: async () => ({ ok: true, detail: 'answered', at: '::1' }) }, () => undefined);
    prober.watch('a', 'x', { startup: probe, readiness: probe, liveness: null, deadline: 1000 }, false);
    await clock.advance(1000);
    expect(prober.of('a')).toMatchObject({ started: true, at: '::1' });
  });

  it('asks often while somebody waits for a start, and as the spec says once that takes long', async () => {
    const { clock, asked } = setup({ startup: probe }, () => false);
    await clock.advance(2000);
    expect(asked.slice(0, 4)).toEqual([0, 5, 10, 15]);
    expect(asked.slice(-2)).toEqual([1805, 1905]);
  });

  it('shares that eagerness among all that start at the same time', async () => {
    const { clock, prober, asked } = setup({ startup: probe }, () => false);
    for (let n = 0; n < 4; n++) prober.watch(`other${n}`, 'x', { startup: probe, readiness: null, liveness: null, deadline: 1000 }, false);
    await clock.advance(500);
    expect(asked.length).toBe(5 * 21);
  });

  it('asks one that is well more rarely, until its first bad answer', async () => {
    const { clock, asked } = setup({ readiness: probe }, (at) => at < 2000);
    await clock.advance(3000);
    expect(asked.slice(9, 12)).toEqual([900, 1150, 1400]);
    expect(asked.filter((at) => at >= 2000).slice(0, 3)).toEqual([2150, 2250, 2350]);
  });

  it('takes readiness away after its failures in a row and gives it back after its successes', async () => {
    const { clock, changes } = setup({ readiness: probe }, (at) => at < 500 || at > 1000);
    await clock.advance(2000);
    expect(changes).toEqual(['700:S-L', '1200:SRL']);
  });

  it('does not condemn an agent for a single bad answer', async () => {
    const { clock, changes } = setup({ liveness: probe }, (at) => at !== 300 && at !== 700);
    await clock.advance(2000);
    expect(changes).toEqual([]);
  });

  it('says that an agent is dead after its failures in a row', async () => {
    const { clock, prober } = setup({ liveness: probe }, () => false);
    await clock.advance(250);
    expect(prober.of('a')).toMatchObject({ live: true });
    await clock.advance(100);
    expect(prober.of('a')).toMatchObject({ live: false, detail: 'refused' });
  });

  it('asks whether one still takes connections only when it has not just answered', async () => {
    const busy = setup({ readiness: probe, liveness: { ...probe, interval: 200 } }, () => true);
    await busy.clock.advance(5000);
    const alone = setup({ readiness: probe }, () => true);
    await alone.clock.advance(5000);
    expect(busy.asked).toEqual(alone.asked);
    const ill = setup({ readiness: probe, liveness: { ...probe, interval: 200 } }, (at) => at < 1000);
    await ill.clock.advance(5000);
    expect(ill.changes.map((change) => change.split(':')[1])).toEqual(['S-L', 'S--']);
  });

  it('asks nothing of an agent that it was told to forget', async () => {
    const { clock, prober, asked } = setup({ readiness: probe, liveness: probe }, () => true);
    await clock.advance(300);
    prober.forget('a');
    const before = asked.length;
    await clock.advance(1000);
    expect(asked.length).toBe(before);
    expect(prober.of('a')).toBeUndefined();
  });
});
