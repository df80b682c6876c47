import type { Call } from '../ast/nodes.ts';
import type { Value } from './value.ts';
import { known } from './value.ts';
import { beginningOf, textOf } from './written.ts';

/** A call with what is known of it. */
export interface Site {
  call: Call;
  /** The last name: of a method, a function or a class. */
  name: string;
  /** All of it as it is written, with imported names in full. */
  text: string;
  /** What it is called on: as it is written, and its type. */
  on: string;
  type: string | null;
  self: Value;
  args: readonly Value[];
}

export function argument(site: Site, arg: number | string): Value | undefined {
  if (typeof arg === 'number') return site.call.names?.has(arg) ? undefined : site.args[arg];
  for (const [at, name] of site.call.names ?? []) if (name === arg) return site.args[at];
  for (const value of site.args) {
    const found = value.fields?.get(arg) ?? [...value.fields?.values() ?? []].find(({ fields }) => fields?.has(arg))?.fields?.get(arg);
    if (found) return found;
  }
  return undefined;
}

export function knownAt(site: Site, arg: number | string): unknown {
  const value = argument(site, arg);
  return value && known(value);
}

/** How an argument is written. */
export function writtenAt({ call }: Site, at: number): string {
  const arg = call.args[at];
  return arg ? textOf(arg.k === 'assign' ? arg.value : arg, new Map(), new Map()) : '';
}

/** How an argument begins as it is written: the first text of those that it is put together from. */
export function beginningAt({ call }: Site, at: number): string {
  return beginningOf(call.args[at]);
}

export function shown({ text, name, call }: Site): string {
  const full = call.made ? `new ${text}` : text;
  return full.length > 60 ? `…${full.slice(-50)}` : full || name;
}
