/** Time, injected: the system's in the daemon, a virtual one in the simulator and in tests. */
export interface Clock {
  /** Milliseconds since the epoch. May step; used for what people read. */
  now(): number;
  /** Milliseconds from an arbitrary origin that never step back; used for timeouts and intervals. */
  monotonic(): number;
  /** Runs `action` once after `ms`; returns its cancellation. */
  after(ms: number, action: () => void): () => void;
}

/** Resolves after `ms` of the clock's time. */
export function sleep(clock: Clock, ms: number): Promise<void> {
  return new Promise((resolve) => clock.after(ms, resolve));
}

/** Milliseconds between the moments at which what can choose its time is done, all at once: to wake up for each costs several times as much. */
const beat = 2500;

/** Timers may end a little early: a beat that is so near is the one that was meant. */
const early = 20;

/** Milliseconds, at most `ms` (and `early`), until the last beat within them; `ms` itself where the beat would be too coarse. */
export function untilBeat(clock: Pick<Clock, 'monotonic'>, ms: number): number {
  if (ms < 2 * beat) return ms;
  const now = clock.monotonic();
  return Math.floor((now + ms + early) / beat) * beat - now;
}

/** Chance, injected. */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
}

/** Share of its pace at which the ledger's time passes while it is ahead of the wall clock. */
const waiting = 0.9;

/**
 * The ledger's time: the wall clock's, but it never goes back. While the wall clock shows less than what was shown before (somebody set it back, or the ledger was written
 * when it was wrong), time passes a little slower than it does until both agree, so nobody waits for an hour because the clock was set back by one.
 */
export class LedgerClock implements Clock {
  readonly #clock: Clock;
  #shown = -Infinity;
  #at: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#at = clock.monotonic();
  }

  now(): number {
    const at = this.#clock.monotonic();
    this.#shown = Math.max(this.#clock.now(), this.#shown + (at - this.#at) * waiting);
    this.#at = at;
    return Math.floor(this.#shown);
  }

  /** Shows no less than `time` from now on: that of the ledger's newest event. */
  reach(time: number): void {
    this.#shown = Math.max(this.now(), time);
  }

  monotonic(): number {
    return this.#clock.monotonic();
  }

  after(ms: number, action: () => void): () => void {
    return this.#clock.after(ms, action);
  }
}
