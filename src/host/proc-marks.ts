import { readlinkSync } from 'node:fs';
import { uptime } from 'node:os';
import { environmentOf, type ProcessStat } from './proc.ts';

/** The variable by which every process of an agent can be told, whatever session or parent it gave itself. */
export const agentVariable = 'STRATOSWARM_AGENT';

/** By what a process can be told to belong to an agent. */
export interface Mark {
  /** Value of {@link agentVariable}. */
  readonly agent: string | undefined;
  /** Files that are its standard output and error. */
  readonly outputs: readonly (string | undefined)[];
}

/** Clock ticks after which a process is not any more on the way through our launchers, and will not get a mark by exec. */
const settledAge = 200;

const remembered = new Map<number, Mark & { readonly start: number }>();

/** The mark of a process. Remembered, so that looking at all processes again and again opens the files of new ones only. */
export function markOf({ pid, start }: ProcessStat): Mark {
  const known = remembered.get(pid);
  if (known?.start === start) return known;
  const agent = environmentOf(pid, agentVariable);
  const mark = { start, agent, outputs: agent === undefined ? [outputOf(pid, 1), outputOf(pid, 2)] : [] };
  if (agent !== undefined || start < uptime() * 100 - settledAge) remembered.set(pid, mark);
  return mark;
}

/** Forgets processes that are gone. */
export function forgetMarksBut(table: readonly ProcessStat[]): void {
  if (remembered.size < 2 * table.length) return;
  const living = new Set(table.map((process) => process.pid));
  for (const pid of remembered.keys()) if (!living.has(pid)) remembered.delete(pid);
}

function outputOf(pid: number, descriptor: 1 | 2): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/fd/${descriptor}`);
  } catch {
    return undefined;
  }
}
