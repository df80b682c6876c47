import { randomBytes } from 'node:crypto';
import type { Clock, Random } from '../model/index.ts';

/** The time of this machine. Its timers do not keep the process alive by themselves. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after: (ms, action) => {
    if (ms <= 0) {
      const soon = setImmediate(action);
      return () => clearImmediate(soon);
    }
    const timer = setTimeout(action, Math.min(ms, 2 ** 31 - 1));
    return () => clearTimeout(timer);
  },
};

/** Chance that nobody can foretell: ids are drawn from it. */
export const systemRandom: Random = {
  next: () => randomBytes(6).readUIntBE(0, 6) / 2 ** 48,
};
