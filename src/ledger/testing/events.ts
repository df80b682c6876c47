import type { Clock, Event, NewEvent } from '../../model/index.ts';

/** A clock that says what `time.now` holds; nothing in the ledger waits by it. */
export function handClock(time: { now: number } = { now: 1_000 }): Clock {
  return { now: () => time.now, monotonic: () => time.now, after: () => () => undefined };
}

/** The same with timers that run, for what connects again. */
export const runningClock: Clock = {
  ...handClock(),
  after: (ms, action) => {
    const timer = setTimeout(action, ms);
    return () => clearTimeout(timer);
  },
};

/** An event that differs from others by `n`, and is at least `padding` characters long. */
export function sample(n: number, padding = 0): NewEvent {
  return { type: 'DaemonStopped', actor: 'user:test', body: { reason: `${n} ${'päd😀'.repeat(padding / 5)}` } };
}

export function samples(count: number, from = 0): NewEvent[] {
  return Array.from({ length: count }, (_, i) => sample(from + i));
}

/** What a caller gave, without what the ledger added. */
export function given({ position: _position, time: _time, version: _version, ...event }: Event): NewEvent {
  return event as NewEvent;
}
