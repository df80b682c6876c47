import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RestartSpec, SlotHistory } from '../model/index.ts';
import { backoff, nextStart } from './restart.ts';

const spec: RestartSpec = { policy: 'always', base: 250, cap: 60_000, stableAfter: 10_000, attempts: 3 };
const history = (over: Partial<SlotHistory> = {}): SlotHistory => ({ failures: 0, hash: 'h', lastExit: null, exitedAt: 1000, completed: null, replaced: 0, exitedBy: { position: 1, correlation: null }, ...over });

describe('restart policy', () => {
  it('replaces at once after the first failure, then ever later up to the cap with at most a quarter of jitter', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 200 }), fc.string(), (failures, key) => {
      const delay = backoff(spec, failures, key);
      const bare = failures <= 1 ? 0 : Math.min(spec.cap, spec.base * 2 ** (failures - 2));
      expect(delay).toBeGreaterThanOrEqual(bare);
      expect(delay).toBeLessThanOrEqual(Math.ceil(bare * 1.25));
      expect(backoff(spec, failures, key)).toBe(delay);
    }));
  });

  it('spreads slots that failed together', () => {
    const delays = new Set(Array.from({ length: 50 }, (_, slot) => backoff(spec, 10, `shop/web/${slot}`)));
    expect(delays.size).toBeGreaterThan(40);
  });

  it('runs a job once for each hash, and gives up after its attempts', () => {
    const job = { ...spec, policy: 'never' as const };
    expect(nextStart(job, undefined, 'h', 'k')).toBe(0);
    expect(nextStart(job, history({ completed: 'h' }), 'h', 'k')).toBe('never');
    expect(nextStart(job, history({ completed: 'old', hash: 'old' }), 'h', 'k')).toBe(0);
    expect(nextStart(job, history({ failures: 3 }), 'h', 'k')).toBe('never');
  });

  it('does not make a new hash wait for the failures of the one before', () => {
    expect(nextStart(spec, history({ failures: 9, hash: 'old' }), 'h', 'k')).toBe(0);
    expect(nextStart(spec, history({ failures: 9 }), 'h', 'k')).toBeGreaterThan(1000);
  });
});
