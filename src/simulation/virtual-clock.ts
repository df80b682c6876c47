import type { Clock } from '../model/index.ts';

interface Timer {
  readonly at: number;
  readonly order: number;
  readonly action: () => void;
}

/**
 * Time that passes only when it is told to. Timers fire in order of time, then of their making; between two of them all promises
 * settle, so a run depends on nothing but its inputs.
 */
export class VirtualClock implements Clock {
  #monotonic = 0;
  #offset: number;
  #order = 0;
  #timers: Timer[] = [];

  /** `epoch` is what `now` shows at first, milliseconds. */
  constructor(epoch = Date.UTC(2026, 0, 1)) {
    this.#offset = epoch;
  }

  now(): number {
    return this.#offset + this.#monotonic;
  }

  monotonic(): number {
    return this.#monotonic;
  }

  after(ms: number, action: () => void): () => void {
    const timer = { at: this.#monotonic + Math.max(0, ms), order: this.#order++, action };
    const index = this.#timers.findLastIndex((other) => other.at <= timer.at);
    this.#timers.splice(index + 1, 0, timer);
    return () => {
      const found = this.#timers.indexOf(timer);
      if (found >= 0) this.#timers.splice(found, 1);
    };
  }

  /** The wall clock jumps; timers do not. */
  step(ms: number): void {
    this.#offset += ms;
  }

  /** Lets `ms` pass. */
  async advance(ms: number): Promise<void> {
    const end = this.#monotonic + ms;
    await settled();
    for (let next = this.#timers[0]; next && next.at <= end; next = this.#timers[0]) {
      this.#timers.shift();
      this.#monotonic = Math.max(this.#monotonic, next.at);
      next.action();
      await settled();
    }
    this.#monotonic = end;
  }
}

/** Resolves after every promise that can settle now has done so. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
