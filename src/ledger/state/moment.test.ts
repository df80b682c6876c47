import { describe, expect, it } from 'vitest';
import { parseMoment } from './moment.ts';

const now = new Date(2026, 10, 21, 12, 0, 0).getTime();
const at = (text: string) => parseMoment(text, now);
const local = (...parts: [number, number, number, number?, number?, number?, number?]) => ({ time: new Date(...parts).getTime() });

describe('a moment', () => {
  it('is a position, a time, or how long ago', () => {
    expect(at('1234')).toEqual({ position: 1234 });
    expect(at('#7')).toEqual({ position: 7 });
    expect(at('now')).toEqual({ time: now });
    expect(at('10 minutes ago')).toEqual({ time: now - 600_000 });
    expect(at('2h ago')).toEqual({ time: now - 7_200_000 });
    expect(at('1.5 days ago')).toEqual({ time: now - 129_600_000 });
    expect(at('2026-11-20')).toEqual(local(2026, 10, 20));
    expect(at('2026-11-20 14:05')).toEqual(local(2026, 10, 20, 14, 5));
    expect(at('2026-11-20T14:05:09.5Z')).toEqual({ time: Date.UTC(2026, 10, 20, 14, 5, 9, 500) });
    expect(at('2026-11-20T14:05:09+02:00')).toEqual({ time: Date.UTC(2026, 10, 20, 12, 5, 9) });
  });

  it('is the last such time of day: today’s, or yesterday’s when that is still to come', () => {
    expect(at('11:30')).toEqual(local(2026, 10, 21, 11, 30, 0, 999));
    expect(at('23:15:10')).toEqual(local(2026, 10, 20, 23, 15, 10, 999));
  });

  it.each(['', 'yesterday-ish', '25:00', '10 parsecs ago', '-5', '1e5', '2026-13-45', "1'; DROP", '9'.repeat(400), '12:61'])('is not %j', (text) => {
    expect(() => at(text)).toThrow(expect.objectContaining({ code: 'time.invalid', next: expect.stringContaining('10 minutes ago') }));
  });
});
