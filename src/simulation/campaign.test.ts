import { describe, expect, it } from 'vitest';
import { runSeed } from './campaign.ts';

/** Seeds tried; more with `STRATOSWARM_SEEDS=20000`, others with `STRATOSWARM_FIRST_SEED`. */
const seeds = Number(process.env['STRATOSWARM_SEEDS'] ?? 1000);
const first = Number(process.env['STRATOSWARM_FIRST_SEED'] ?? 1);
const chunk = 100;

describe('the control plane under injected faults', () => {
  for (let from = first; from < first + seeds; from += chunk) {
    const to = Math.min(from + chunk, first + seeds);
    it(`keeps every property with seeds ${from} to ${to - 1}`, { timeout: 300_000 }, async () => {
      let crashes = 0;
      for (let seed = from; seed < to; seed++) {
        const outcome = await runSeed(seed);
        expect(outcome.violations, `seed ${seed}`).toEqual([]);
        crashes += outcome.crashes;
      }
      expect(crashes, 'a campaign without a crash tries nothing').toBeGreaterThan(0);
    });
  }

  it('gives the same history for the same seed', async () => {
    for (const seed of [3, 29, 142]) expect(await runSeed(seed)).toEqual(await runSeed(seed));
  });
});
