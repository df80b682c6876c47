import { readFileSync } from 'node:fs';
import { writeAtomically } from './agent-directory.ts';

/**
 * Which part of an agent's whole output is still there. Offsets count from the first byte that it ever wrote.
 * Without the file `log.extent` beside it, a log is complete and lies in one file.
 */
export interface LogExtent {
  /** First offset that can be read; at the beginning of a line. */
  readonly start: number;
  /** Offset of the first byte of the file `log`. */
  readonly base: number;
  /** Offset of the first byte of the file `log.old`, which ends where `log` begins. Null: there is none. */
  readonly old: number | null;
  /** While `log` is being truncated, when that began (milliseconds since the epoch): it must not be read then. */
  readonly cutting: number | null;
}

const complete: LogExtent = { start: 0, base: 0, old: null, cutting: null };

export function readExtent(log: string): LogExtent {
  try {
    const value = JSON.parse(readFileSync(`${log}.extent`, 'utf8')) as Partial<LogExtent>;
    return { start: Number(value.start ?? 0), base: Number(value.base ?? 0), old: value.old ?? null, cutting: value.cutting ?? null };
  } catch {
    return complete;
  }
}

export function writeExtent(log: string, extent: LogExtent): void {
  writeAtomically(`${log}.extent`, JSON.stringify(extent));
}
