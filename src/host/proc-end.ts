import { setImmediate, setTimeout } from 'node:timers/promises';
import { StratoError } from '../model/index.ts';
import { forgetMarksBut } from './proc-marks.ts';
import { isAlive, processTable, readStat, type ProcessStat } from './proc.ts';

/** Milliseconds. */
const patience = 10_000;

/**
 * SIGKILLs a changing set of processes until none is left. Without a cgroup nothing ends them at one stroke, so they are
 * stopped first, again and again until no new one shows up: what is stopped neither forks nor, by dying, orphans its children
 * out of our sight. A process group is signalled at once as a whole, which no fork escapes.
 *
 * @param find those that now belong to the set, given the pids that did before
 * @throws `agent.unstoppable` when some are still there after ten seconds
 */
export async function endProcesses(find: (table: readonly ProcessStat[], known: ReadonlySet<number>) => readonly ProcessStat[]): Promise<void> {
  const deadline = performance.now() + patience;
  for (;;) {
    const known = await stopAll(find, deadline);
    if (known.size === 0) return;
    signalGroups([...known.values()], 'SIGKILL');
    for (const process of known.values()) signal(process, 'SIGKILL');
    while ([...known.values()].some((process) => isAlive(process.pid, process.start))) {
      if (performance.now() > deadline) throw unstoppable([...known.values()].filter((process) => isAlive(process.pid, process.start)));
      await setTimeout(2);
    }
  }
}

async function stopAll(find: Parameters<typeof endProcesses>[0], deadline: number): Promise<Map<number, ProcessStat>> {
  const known = new Map<number, ProcessStat>();
  for (;;) {
    const fresh = find(await nextTable(), new Set(known.keys())).filter((process) => !known.has(process.pid));
    if (fresh.length === 0 || performance.now() > deadline) return known;
    signalGroups(fresh, 'SIGSTOP');
    for (const process of fresh) {
      signal(process, 'SIGSTOP');
      known.set(process.pid, process);
    }
  }
}

let coming: Promise<ProcessStat[]> | undefined;

/** A table made after this call. Those who ask at the same time share it: a hundred agents are ended at the price of a few. */
function nextTable(): Promise<ProcessStat[]> {
  coming ??= setImmediate().then(() => {
    coming = undefined;
    const table = processTable();
    forgetMarksBut(table);
    return table;
  });
  return coming;
}

/** Only groups whose leader is in the set: then all of the group is. */
function signalGroups(processes: readonly ProcessStat[], name: NodeJS.Signals): void {
  const own = readStat(process.pid)?.group;
  for (const { pid, group, start } of processes) if (pid === group && group !== own && isAlive(pid, start)) kill(-group, name);
}

function signal({ pid, start }: ProcessStat, name: NodeJS.Signals): void {
  if (isAlive(pid, start)) kill(pid, name);
}

function kill(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // Gone already, or not ours to signal: whoever waits for its end finds out.
  }
}

function unstoppable(left: readonly ProcessStat[]): StratoError {
  return new StratoError('agent.unstoppable', `${left.length} processes did not end`, {
    why: left.slice(0, 5).map((process) => `${process.pid} (${process.name}) is in state ${process.state}`).join(', '),
    next: 'a process in state D waits for a disk or network file system; one of another user needs root to be ended', retryable: true,
  });
}
