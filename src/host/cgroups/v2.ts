import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Resources } from '../../model/index.ts';
import type { Cgroups, Controller, Usage } from './cgroups.ts';
import { childrenOf, killProcess, makeGroup, processesIn, readKey, readNumber, readText, removeEmptyGroup, removeGroup, untilEmpty, write, writeIfThere } from './files.ts';
import { periodMicroseconds, quotaOf, requireControllers } from './limits.ts';

/**
 * Control groups in the version 2 hierarchy (kernel documentation, admin-guide/cgroup-v2).
 *
 * @param mount mount point of the hierarchy
 * @param parent path, below the mount point, of the group that holds all others; where it lies, `controllers` are handed down
 */
export function cgroupsV2(mount: string, parent: string, controllers: ReadonlySet<Controller>): Cgroups {
  const directory = (id: string) => join(mount, parent, id);
  const processes = (id: string) => processesIn(directory(id));
  const top = join(mount, parent);

  /** It went with its last group. */
  function makeParent(): void {
    makeGroup(top);
    for (const name of controllers) write(top, 'cgroup.subtree_control', `+${name}`);
  }

  function create(id: string, limits: Resources): void {
    requireControllers(limits, controllers);
    const path = directory(id);
    if (!existsSync(top)) makeParent();
    makeGroup(path);
    if (limits.memory !== undefined) {
      write(path, 'memory.max', limits.memory);
      if (readText(path, 'memory.swap.max') !== null) write(path, 'memory.swap.max', 0);
    }
    if (limits.cpu !== undefined) write(path, 'cpu.max', `${quotaOf(limits.cpu)} ${periodMicroseconds}`);
    if (limits.pids !== undefined) write(path, 'pids.max', limits.pids);
  }

  function read(id: string): Usage | null {
    const path = directory(id);
    if (!existsSync(path)) return null;
    const microseconds = readKey(path, 'cpu.stat', 'usage_usec');
    const used = readNumber(path, 'memory.current');
    const droppable = readKey(path, 'memory.stat', 'inactive_file') ?? 0;
    return {
      cpu: microseconds === null ? null : microseconds / 1000,
      memory: used === null ? null : Math.max(0, used - droppable),
      pids: readNumber(path, 'pids.current'),
      oomKills: readKey(path, 'memory.events', 'oom_kill'),
      throttled: readKey(path, 'cpu.stat', 'nr_throttled'),
      pidsMaxHits: readKey(path, 'pids.events', 'max'),
    };
  }

  function freeze(id: string, frozen: boolean): boolean {
    return existsSync(join(directory(id), 'cgroup.freeze')) && writeIfThere(directory(id), 'cgroup.freeze', frozen ? 1 : 0);
  }

  async function kill(id: string): Promise<void> {
    const path = directory(id);
    const atOnce = existsSync(join(path, 'cgroup.kill'));
    await untilEmpty(() => processes(id), () => {
      if (atOnce) return void writeIfThere(path, 'cgroup.kill', 1);
      if (existsSync(join(path, 'pids.max'))) writeIfThere(path, 'pids.max', 0);
      for (const pid of processes(id)) killProcess(pid);
      freeze(id, false);
    });
  }

  return {
    version: 'v2', controllers, create, processes, read, freeze, kill,
    directories: (id) => [directory(id)],
    ociPath: (id) => join('/', parent, id),
    add: (id, pid) => write(directory(id), 'cgroup.procs', pid),
    async remove(id) {
      await removeGroup(directory(id));
      removeEmptyGroup(top);
    },
    list: () => childrenOf(top),
    cleanup: () => removeEmptyGroup(top),
  };
}
