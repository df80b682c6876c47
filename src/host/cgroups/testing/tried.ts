import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { Cgroups } from '../cgroups.ts';

/** What limits do to programs, tried on the control groups of this machine: for tests, here and on a machine that is emulated. */

/** A shell that joins the group and then runs `script`. */
export function inGroup(cgroups: Cgroups, id: string, script: string): ChildProcess {
  const join = 'for d in "$@"; do echo 0 > "$d/cgroup.procs" || exit 125; done; eval "$SCRIPT"';
  return spawn('/bin/sh', ['-c', join, 'sh', ...cgroups.directories(id)], { env: { ...process.env, SCRIPT: script }, stdio: ['ignore', 'pipe', 'ignore'] });
}

/** One that takes more memory than its limit: how it ended, and what was counted. */
export async function tryMemory(cgroups: Cgroups): Promise<{ signal: string | null; oomKills: number | null }> {
  cgroups.create('hog', { memory: 24 * 2 ** 20 });
  const [, signal] = await once(inGroup(cgroups, 'hog', 'exec tail /dev/zero'), 'exit') as [number | null, string | null];
  return { signal, oomKills: cgroups.read('hog')?.oomKills ?? null };
}

/** A fork bomb, killed once it has reached its limit of processes: what is left of it. */
export async function tryProcesses(cgroups: Cgroups): Promise<{ left: number[]; counted: number | null }> {
  cgroups.create('bomb', { pids: 40 });
  const bomb = inGroup(cgroups, 'bomb', 'b() { b | b & }; while :; do b; done');
  const gone = once(bomb, 'exit');
  await until(() => (cgroups.read('bomb')?.pidsMaxHits ?? 0) > 0);
  await cgroups.kill('bomb');
  await gone;
  await until(() => cgroups.read('bomb')?.pids === 0);
  return { left: cgroups.processes('bomb'), counted: cgroups.read('bomb')?.pids ?? null };
}

/** One that would take a whole core: what is told of it once it was held back. It is ended. */
export async function tryProcessor(cgroups: Cgroups): Promise<{ used: boolean; remembers: boolean; pids: number | null; alone: boolean }> {
  cgroups.create('busy', { cpu: 100 });
  // What a process had before it joined is not counted: a program that begins there has memory of its own.
  const busy = inGroup(cgroups, 'busy', 'exec sh -c "while :; do :; done"');
  const gone = once(busy, 'exit');
  await until(() => (cgroups.read('busy')?.throttled ?? 0) > 1);
  const { cpu, memory, pids } = cgroups.read('busy')!;
  const alone = cgroups.processes('busy').join() === String(busy.pid);
  await cgroups.kill('busy');
  await gone;
  return { used: (cpu ?? 0) > 0, remembers: (memory ?? 0) > 0, pids, alone };
}

/** All of it, as it should be. */
export const expected = {
  memory: { signal: 'SIGKILL', oomKills: 1 }, processes: { left: [], counted: 0 }, processor: { used: true, remembers: true, pids: 1, alone: true },
};

/** Asks again and again, for a minute at most. */
async function until(isSo: () => boolean): Promise<void> {
  for (let attempt = 0; !isSo(); attempt++) {
    if (attempt === 6000) throw new Error('waited a minute in vain');
    await delay(10);
  }
}
