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

/** Chance, injected. */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
}
