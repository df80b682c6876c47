import type { StateChange } from '../../api/memory-views.ts';
import { clip, plain } from './text.ts';
import { clockTime } from './units.ts';

/** Numbers from here on are moments: milliseconds since 1970, of this century. */
const earliest = 946_684_800_000;
/** Characters that one value may take of a line. */
const width = 80;

/** `~ agents.x.state  running → ready`, on one line. */
export function describeChange({ kind, path, before, after }: StateChange): string {
  const value = (one: unknown) => clip(told(one), width);
  if (kind === 'added') return `+ ${path}  ${value(after)}`.trimEnd();
  return kind === 'removed' ? `- ${path}` : `~ ${path}  ${value(before)} → ${value(after)}`;
}

/** Moments as times; of an object what it says by itself, and of what lies deeper that it is there. */
function told(value: unknown): string {
  if (typeof value === 'number') return value >= earliest ? clockTime(value) : String(value);
  if (typeof value !== 'object' || value === null) return plain(String(value ?? 'none'));
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.every((one) => typeof one !== 'object') ? value.map(told).join(', ') : `${value.length} entries`;
  return Object.entries(value).filter(([, one]) => one !== null && typeof one !== 'object').map(([name, one]) => `${name} ${told(one)}`).join(', ');
}
