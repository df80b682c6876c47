import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { StratoError } from '../model/index.ts';
import { agentProcesses } from './proc-tree.ts';
import { isAlive, processTable, readStat } from './proc.ts';

/** A process for ever: pids are given again. */
export interface ProcessName {
  readonly pid: number;
  readonly start: number;
}

export interface Paused {
  readonly processes: readonly ProcessName[];
  /** Whether nobody else let one of them go on: only then is what was read of their files of one moment. */
  held(): boolean;
  /** Lets them go on. May be called twice. */
  resume(): void;
}

/** Milliseconds within which all must have come to rest: one that waits for a disk stops only when that has answered. */
const patience = 10_000;

/**
 * Pauses every process of some agents (SIGSTOP), also those that they start meanwhile, and resolves once none of them runs any more: what
 * they have in files then stays as it is. `record` names them on disk before the first is stopped, so that {@link resumeRecorded} can let them go if
 * this process dies. Throws `agent.not-paused`, with all of them let go, when some cannot be brought to rest in time.
 *
 * @param wait - Waits a few milliseconds between two looks.
 * @param stopped - Who is stopped already, and is to be let go with the others.
 * @param now - Milliseconds of a clock that is never set.
 */
export async function pause(agents: readonly { readonly agent: string; readonly main: ProcessName }[], record: string, wait: () => Promise<void>, stopped: readonly ProcessName[] = [], now: () => number = () => performance.now()): Promise<Paused> {
  const paused = new Map<number, ProcessName>(stopped.map((process) => [process.pid, process]));
  const resume = () => {
    letGo([...paused.values()].reverse());
    rmSync(record, { force: true });
  };
  try {
    for (const until = now() + patience; now() < until;) {
      const table = processTable();
      const members = agents.flatMap(({ agent, main }) => agentProcesses({ agent, main, log: '\0' }, table, new Set(paused.keys())));
      const moving = members.filter(({ state }) => !atRest.includes(state));
      if (moving.length === 0) return { processes: [...paused.values()], held: () => [...paused.values()].every(isAtRest), resume };
      for (const { pid, start } of members) paused.set(pid, { pid, start });
      writeFileSync(record, JSON.stringify([...paused.values()]));
      for (const { pid, start } of moving) send(pid, start, 'SIGSTOP');
      await wait();
    }
  } catch (error) {
    resume();
    throw error;
  }
  resume();
  throw new StratoError('agent.not-paused', 'some processes could not be brought to rest', { why: 'they wait for a disk or a device, or are not ours to stop', next: 'try again', retryable: true });
}

/** States of a process that runs no more, for now or for good (proc_pid_stat(5)). */
const atRest = 'TtZX';

function isAtRest({ pid, start }: ProcessName): boolean {
  const stat = readStat(pid);
  return stat === undefined || stat.start !== start || atRest.includes(stat.state);
}

export function letGo(processes: readonly ProcessName[]): void {
  for (const { pid, start } of processes) send(pid, start, 'SIGCONT');
}

/** Lets processes go on that somebody paused who has died since; who they were. */
export function resumeRecorded(record: string): ProcessName[] {
  let text: string;
  try {
    text = readFileSync(record, 'utf8');
  } catch {
    return [];
  }
  const processes = parse(text);
  letGo(processes);
  rmSync(record, { force: true });
  return processes;
}

function parse(text: string): ProcessName[] {
  try {
    return (JSON.parse(text) as ProcessName[]).filter(({ pid, start }) => Number.isInteger(pid) && pid > 1 && Number.isInteger(start));
  } catch {
    return [];
  }
}

function send(pid: number, start: number, signal: 'SIGSTOP' | 'SIGCONT'): void {
  if (!isAlive(pid, start)) return;
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
