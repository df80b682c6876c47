import type { ClassStmt, Func } from '../ast/nodes.ts';

export type Constant = string | number | boolean | null;

/** Where what is not trusted comes in. */
export interface Source {
  what: string;
  line: number;
}

/**
 * What is known of a value where the program has not run: from outside or not, and its exact contents as far as they are written
 * down. Values are never changed; a change of a variable gives it a new one.
 */
export interface Value {
  /** The dangers that it still carries, one bit each; 0 is clean. What is in its known parts is not counted. */
  readonly taint: number;
  readonly from: Source | null;
  /** All that it can be, when that is a few constants. */
  readonly options: readonly Constant[] | null;
  readonly type: string | null;
  /** Parts by constant key. */
  readonly fields: ReadonlyMap<string, Value> | null;
  /** Elements in order. */
  readonly items: readonly Value[] | null;
  readonly func: Closure | null;
  readonly made: ClassStmt | null;
}

export interface Closure {
  readonly func: Func;
  readonly env: Env | null;
}

export type Env = Map<string, Value>;

const mostOptions = 6;
const mostItems = 64;
const mostFields = 200;

export const unknown: Value = { taint: 0, from: null, options: null, type: null, fields: null, items: null, func: null, made: null };

export function constant(value: Constant): Value {
  return { ...unknown, options: [value] };
}

export function tainted(taint: number, from: Source, type: string | null = null): Value {
  return { ...unknown, taint, from, type };
}

export function ofType(type: string | null): Value {
  return type === null ? unknown : { ...unknown, type };
}

export function listOf(items: readonly Value[]): Value {
  return items.length <= mostItems ? { ...unknown, items } : merged(items);
}

/** The one constant that it is; undefined when that is not known. */
export function known(value: Value): Constant | undefined {
  return value.options?.length === 1 ? value.options[0] : undefined;
}

/** The dangers in a value and all its parts. */
export function dangers(value: Value, depth = 0): number {
  let taint = value.taint;
  if (depth > 4) return taint;
  if (value.fields) for (const part of value.fields.values()) taint |= dangers(part, depth + 1);
  if (value.items) for (const part of value.items) taint |= dangers(part, depth + 1);
  return taint;
}

/** Where a danger in a value comes from. */
export function originOf(value: Value, mask: number, depth = 0): Source | null {
  if (value.taint & mask) return value.from;
  if (depth > 4) return null;
  for (const part of [...(value.fields?.values() ?? []), ...(value.items ?? [])]) {
    const found = originOf(part, mask, depth + 1);
    if (found) return found;
  }
  return null;
}

/** No more than whether several values carry danger. */
export function merged(values: readonly Value[]): Value {
  let taint = 0;
  let from: Source | null = null;
  for (const value of values) {
    const own = dangers(value);
    if (own !== 0) from ??= originOf(value, own);
    taint |= own;
  }
  return taint === 0 ? unknown : { ...unknown, taint, from };
}

/** What it is when it may be either. */
export function join(a: Value, b: Value): Value {
  if (a === b) return a;
  const options = a.options && b.options ? [...new Set([...a.options, ...b.options])] : null;
  const keyed = a.fields && b.fields ? joinFields(a, b) : a.fields ?? b.fields;
  const items = a.items && b.items && a.items.length === b.items.length ? a.items.map((item, i) => join(item, b.items![i]!)) : null;
  let taint = a.taint | b.taint;
  let from = a.from ?? b.from;
  if (items === null && (a.items || b.items)) {
    const parts = merged([...(a.items ?? []), ...(b.items ?? [])]);
    taint |= parts.taint;
    from ??= parts.from;
  }
  return { taint, from, options: options && options.length <= mostOptions ? options : null, type: a.type ?? b.type, fields: keyed, items, func: a.func ?? b.func, made: a.made ?? b.made };
}

function joinFields(a: Value, b: Value): ReadonlyMap<string, Value> {
  const fields = new Map(a.fields);
  for (const [key, value] of b.fields!) {
    const own = fields.get(key);
    fields.set(key, own ? join(own, value) : value);
  }
  return fields;
}

export function joinEnv(a: Env | null, b: Env | null): Env | null {
  if (!a) return b;
  if (!b || a === b) return a;
  const result: Env = new Map(a);
  for (const [name, value] of b) {
    const own = result.get(name);
    result.set(name, own === undefined ? value : own === value ? own : join(own, value));
  }
  return result;
}

/** After a loop, what it changes is no longer known exactly. */
export function widened(before: Env, after: Env): Env {
  const result: Env = new Map(before);
  for (const [name, value] of after) {
    const own = before.get(name);
    if (own === value) continue;
    if (own === undefined) result.set(name, value);
    else {
      const both = join(own, value);
      result.set(name, { ...both, options: same(own.options, value.options) ? own.options : null });
    }
  }
  return result;
}

function same(a: readonly Constant[] | null, b: readonly Constant[] | null): boolean {
  return a === b || (a !== null && b !== null && a.length === b.length && a.every((value, i) => value === b[i]));
}

export function withField(value: Value, key: string, part: Value): Value {
  return withFields(value, [[key, part]]);
}

export function withFields(value: Value, parts: Iterable<readonly [string, Value]>): Value {
  const fields = new Map(value.fields);
  let { taint, from } = value;
  for (const [key, part] of parts) {
    if (fields.size <= mostFields) fields.set(key, part);
    else {
      taint |= dangers(part);
      from ??= originOf(part, -1);
    }
  }
  return { ...value, taint, from, fields };
}

/** The same with another danger in it, of which is not known where. */
export function withTaint(value: Value, part: Value): Value {
  const taint = dangers(part);
  return taint === 0 ? value : { ...value, taint: value.taint | taint, from: value.from ?? originOf(part, taint), options: null };
}
