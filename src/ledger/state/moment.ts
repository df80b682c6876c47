import { StratoError } from '../../model/index.ts';

/** A moment as a person names it: a position of the ledger, or a time in milliseconds since the epoch. */
export type Moment = { readonly position: number } | { readonly time: number };

const units: Readonly<Record<string, number>> = { s: 1000, sec: 1000, second: 1000, m: 60_000, min: 60_000, minute: 60_000, h: 3_600_000, hour: 3_600_000, d: 86_400_000, day: 86_400_000, w: 604_800_000, week: 604_800_000 };

/**
 * Reads `1234`, `#1234`, `now`, `10 minutes ago`, `2h ago`, `14:05` (the last one that was), `2026-11-20`, `2026-11-20 14:05` or any ISO 8601 time; without a zone
 * they are of this machine. Throws `time.invalid`.
 */
export function parseMoment(text: string, now: number): Moment {
  const trimmed = text.trim().toLowerCase();
  const position = /^#?(\d{1,15})$/.exec(trimmed)?.[1];
  if (position !== undefined) return { position: Number(position) };
  if (trimmed === 'now') return { time: now };
  const [, amount, unit] = /^(\d{1,9}(?:\.\d{1,3})?)\s*([a-z]+?)s?\s+ago$/.exec(trimmed) ?? [];
  const length = unit === undefined ? undefined : units[unit];
  if (length !== undefined) return { time: now - Number(amount) * length };
  const [, hours, minutes, seconds = '0'] = /^(\d{1,2}):(\d{2})(?::(\d{2}))?$/.exec(trimmed) ?? [];
  if (hours !== undefined && Number(hours) < 24 && Number(minutes) < 60 && Number(seconds) < 60) {
    const date = new Date(now);
    date.setHours(Number(hours), Number(minutes), Number(seconds), 999);
    if (date.getTime() > now + 999) date.setDate(date.getDate() - 1);
    return { time: date.getTime() };
  }
  const iso = /^\d{4}-\d{2}-\d{2}(?:[t ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:z|[+-]\d{2}:?\d{2})?)?$/.test(trimmed);
  const parsed = iso ? Date.parse(trimmed.length === 10 ? `${trimmed}T00:00:00` : trimmed.replace(' ', 'T').toUpperCase()) : NaN;
  if (Number.isNaN(parsed)) {
    throw new StratoError('time.invalid', `${JSON.stringify(text.slice(0, 60))} is no moment`, { next: 'write a position (1234), a time (2026-11-20 14:05, 14:05) or how long ago (10 minutes ago)' });
  }
  return { time: parsed };
}
