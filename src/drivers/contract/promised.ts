import { test } from 'vitest';

/** A test of what only some rungs promise. For one that does not, there is no such test, rather than one that is skipped. */
export function promised(holds: boolean): (name: string, body: () => Promise<void> | void, timeout?: number) => void {
  return holds ? (name, body, timeout) => test(name, body, timeout) : () => undefined;
}
