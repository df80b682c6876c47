import { spawn as start, type ChildProcess } from 'node:child_process';
import { StratoError } from '../model/index.ts';

/**
 * `spawn` of `node:child_process`, but a process for which no descriptor is left is an error at once: that one gives a child without streams
 * there, on which every caller would trip. Throws `host.no-descriptors`; all other failures are the child's `error` event.
 */
export const spawn: typeof start = ((...args: Parameters<typeof start>): ChildProcess => {
  const child = start(...args);
  if ((child.stdio as unknown) !== undefined) return child;
  child.on('error', () => undefined);
  throw new StratoError('host.no-descriptors', `${args[0]} could not be started`, { why: 'the daemon has as many files open as it may', next: 'raise the limit of open files (`ulimit -n`, LimitNOFILE=)', retryable: true });
}) as typeof start;
