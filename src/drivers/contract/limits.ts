import { afterEach, beforeEach, describe, expect } from 'vitest';
import type { Traits } from './traits.ts';
import { Bench, type Subject } from './bench.ts';
import { promised } from './promised.ts';

const mebibyte = 2 ** 20;

/** Limits of an agent, where its rung has them. */
export function limitsContract(make: () => Promise<Subject>, traits: Traits): void {
  if (traits.limits.length === 0) return;
  describe('limits of an agent', () => {
    let bench: Bench;
    beforeEach(async () => {
      bench = new Bench(await make());
    });
    afterEach(() => bench.cleanup());

    promised(traits.limits.includes('memory'))('one that takes too much memory is ended, and that is known for the reason', async () => {
      const { handle } = await bench.start(bench.node('const kept = []; for (;;) kept.push(Buffer.alloc(8e6, 1))'), { resources: { memory: 128 * mebibyte } });
      expect(await bench.ended(handle)).toMatchObject({ exit: { outOfMemory: true } });
    });

    promised(traits.limits.includes('memory'))('one that stays below its limit of memory runs', async () => {
      const { handle } = await bench.start(bench.node('const kept = Buffer.alloc(20e6, 1); console.log("has " + kept.length)'), { resources: { memory: 256 * mebibyte } });
      expect(await bench.ended(handle)).toMatchObject({ exit: { code: 0, outOfMemory: false } });
    });

    promised(traits.limits.includes('pids'))('a fork bomb gets no further than its limit, and stop ends it', async () => {
      const { handle } = await bench.start(['sh', '-c', 'echo up; bomb() { sleep 1000 & bomb & bomb & wait; }; bomb 2>/dev/null & exec sleep 1000'], { resources: { pids: 40 } });
      await bench.until('it has many', async () => {
        const { pids } = await bench.driver.stats(handle);
        expect(pids).toBeLessThanOrEqual(40);
        return (pids ?? 0) >= 20 || (await bench.log(handle)).includes('ork') || undefined;
      });
      await bench.driver.stop(handle);
      expect((await bench.driver.recover(handle)).status).toBe('exited');
      await bench.until('no process is counted any more', async () => ((await bench.driver.stats(handle)).pids ?? 0) === 0 || undefined);
    });

    promised(traits.limits.includes('cpu'))('one that would use a whole core gets its share, and is seen to be held back', async () => {
      // So little that a machine which is busy with other things gives it more.
      const { handle } = await bench.start(['sh', '-c', 'while :; do :; done'], { resources: { cpu: 20 } });
      const stats = await bench.until('it was held back', async () => {
        const stats = await bench.driver.stats(handle);
        return (stats.throttled ?? 0) > 5 ? stats : undefined;
      });
      expect(stats.cpu).toBeGreaterThan(0);
    });
  });
}
