import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Resources } from '../../model/index.ts';
import type { Cgroups, Controller, Usage } from './cgroups.ts';
import { childrenOf, killProcess, makeGroup, processesIn, readKey, readNumber, readText, removeEmptyGroup, removeGroup, untilEmpty, write, writeIfThere } from './files.ts';
import { periodMicroseconds, quotaOf, requireControllers } from './limits.ts';

export const v1Hierarchies = ['memory', 'cpu', 'cpuacct', 'pids', 'freezer'] as const;
export type V1Hierarchy = (typeof v1Hierarchies)[number];

/**
 * Control groups in the version 1 hierarchies (kernel documentation, admin-guide/cgroup-v1).
 *
 * @param mounts mount point of each hierarchy that works here
 * @param parent name of the group that holds all others, in each hierarchy
 * @param others mount points of hierarchies that we do not use: container runtimes make their groups in every one
 */
export function cgroupsV1(mounts: Partial<Record<V1Hierarchy, string>>, parent: string, others: readonly string[] = []): Cgroups {
  const controllers = new Set((['memory', 'cpu', 'pids'] as const).filter((name: Controller) => mounts[name] !== undefined));
  const roots = [...new Set(v1Hierarchies.flatMap((name) => mounts[name] ?? []))];
  const everywhere = [...new Set([...roots, ...others])];
  const cleanup = () => everywhere.forEach((root) => removeEmptyGroup(join(root, parent)));
  const directory = (hierarchy: V1Hierarchy, id: string) => (mounts[hierarchy] === undefined ? undefined : join(mounts[hierarchy], parent, id));
  const directories = (id: string) => roots.map((root) => join(root, parent, id));
  const processes = (id: string) => [...new Set(directories(id).flatMap(processesIn))];

  function create(id: string, limits: Resources): void {
    requireControllers(limits, controllers);
    for (const path of directories(id)) makeGroup(path);
    if (limits.memory !== undefined) limitMemory(directory('memory', id)!, limits.memory);
    if (limits.cpu !== undefined) {
      write(directory('cpu', id)!, 'cpu.cfs_period_us', periodMicroseconds);
      write(directory('cpu', id)!, 'cpu.cfs_quota_us', quotaOf(limits.cpu));
    }
    if (limits.pids !== undefined) write(directory('pids', id)!, 'pids.max', limits.pids);
  }

  function read(id: string): Usage | null {
    if (!directories(id).some((path) => existsSync(path))) return null;
    const nanoseconds = readNumber(directory('cpuacct', id), 'cpuacct.usage');
    const used = readNumber(directory('memory', id), 'memory.usage_in_bytes');
    const droppable = readKey(directory('memory', id), 'memory.stat', 'total_inactive_file') ?? 0;
    return {
      cpu: nanoseconds === null ? null : nanoseconds / 1e6,
      memory: used === null ? null : Math.max(0, used - droppable),
      pids: readNumber(directory('pids', id), 'pids.current'),
      oomKills: readKey(directory('memory', id), 'memory.oom_control', 'oom_kill'),
      throttled: readKey(directory('cpu', id), 'cpu.stat', 'nr_throttled'),
      pidsMaxHits: readKey(directory('pids', id), 'pids.events', 'max'),
    };
  }

  function freeze(id: string, frozen: boolean): boolean {
    const path = directory('freezer', id);
    return path !== undefined && writeIfThere(path, 'freezer.state', frozen ? 'FROZEN' : 'THAWED');
  }

  /** Version 1 has no `cgroup.kill`: with no fork allowed, one pass over all processes reaches every one of them. */
  async function kill(id: string): Promise<void> {
    const pids = directory('pids', id);
    if (pids !== undefined) writeIfThere(pids, 'pids.max', 0);
    await untilEmpty(() => processes(id), () => {
      for (const pid of processes(id)) killProcess(pid);
      freeze(id, false);
    });
  }

  return {
    version: 'v1', controllers, create, directories, processes, read, freeze, kill,
    ociPath: (id) => `/${parent}/${id}`,
    add: (id, pid) => directories(id).forEach((path) => write(path, 'cgroup.procs', pid)),
    list: () => [...new Set(everywhere.flatMap((root) => childrenOf(join(root, parent))))],
    async remove(id) {
      await Promise.all(everywhere.map((root) => removeGroup(join(root, parent, id))));
      cleanup();
    },
    cleanup,
  };
}

/** Swap counts into the same limit. Memory alone may never exceed both together, so the order depends on the direction. */
function limitMemory(path: string, bytes: number): void {
  const raising = bytes > (readNumber(path, 'memory.limit_in_bytes') ?? 0);
  const swap = () => {
    if (readText(path, 'memory.memsw.limit_in_bytes') !== null) write(path, 'memory.memsw.limit_in_bytes', bytes);
  };
  if (raising) swap();
  write(path, 'memory.limit_in_bytes', bytes);
  if (!raising) swap();
}
