import { canonical, type Plan } from '../model/index.ts';
import type { DiffView } from './views.ts';

type Change = DiffView['changes'][number];

/** What of a plan says how something runs; confidence and evidence only say how that was found out, a fingerprint what the code is like. */
const silent = new Set(['confidence', 'evidence', 'skipped', 'findings', 'questions', 'hints', 'schemaVersion', 'fingerprint', 'similar']);

/** What is different in `after`, in the order of the plan's fields. Members of lists are matched by name, not by place. */
export function diffPlans(before: Plan | null, after: Plan): DiffView['changes'] {
  return compare('', before ?? {}, after);
}

function compare(path: string, before: unknown, after: unknown): Change[] {
  if (canonical(before) === canonical(after)) return [];
  const [left, right] = [membersOf(before), membersOf(after)];
  if (left === undefined || right === undefined) return [{ kind: 'changed', path, before, after }];
  const changes: Change[] = [];
  for (const key of new Set([...left.keys(), ...right.keys()])) {
    if (silent.has(key)) continue;
    const inner = path === '' ? key : `${path}.${key}`;
    const [a, b] = [left.get(key), right.get(key)];
    if (a === undefined && isList(b) && right.has(key)) changes.push(...compare(inner, [], b));
    else if (!left.has(key)) changes.push({ kind: 'added', path: inner, before: null, after: b });
    else if (!right.has(key)) changes.push({ kind: 'removed', path: inner, before: a, after: null });
    else changes.push(...compare(inner, a, b));
  }
  return changes;
}

function isList(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0 && membersOf(value) !== undefined;
}

/** Members by what names them; undefined for values and for lists of values, which are compared whole. */
function membersOf(value: unknown): Map<string, unknown> | undefined {
  if (Array.isArray(value)) {
    const entries = value.map((member) => [nameOf(member), member] as const);
    const named = entries.every((entry): entry is readonly [string, unknown] => entry[0] !== undefined);
    return named && new Set(entries.map(([name]) => name)).size === entries.length ? new Map(entries as (readonly [string, unknown])[]) : undefined;
  }
  return typeof value === 'object' && value !== null ? new Map(Object.entries(value)) : undefined;
}

function nameOf(member: unknown): string | undefined {
  if (typeof member !== 'object' || member === null) return undefined;
  const { name, kind, id, from, to, port } = member as Record<string, unknown>;
  if (typeof from === 'string' && typeof to === 'string') return `${from}->${to}`;
  if (typeof port === 'number') return String(port);
  return [name, id, kind].find((part) => typeof part === 'string') as string | undefined;
}
