import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Resources } from '../../model/index.ts';
import { homeTag } from '../home-tag.ts';
import type { Cgroups, CgroupsProbe, Controller } from './cgroups.ts';
import { killProcess, makeGroup, readText, removeEmptyGroup, write } from './files.ts';
import { cgroupMounts, ownV2Path, type CgroupMounts } from './mounts.ts';
import { cgroupsV1, v1Hierarchies, type V1Hierarchy } from './v1.ts';
import { cgroupsV2 } from './v2.ts';

const wanted = ['memory', 'cpu', 'pids'] as const;
const sample: Record<Controller, { limit: Resources; v1: [V1Hierarchy, string, string]; v2: [string, string] }> = {
  memory: { limit: { memory: 64 * 2 ** 20 }, v1: ['memory', 'memory.limit_in_bytes', '67108864'], v2: ['memory.max', '67108864'] },
  cpu: { limit: { cpu: 500 }, v1: ['cpu', 'cpu.cfs_quota_us', '50000'], v2: ['cpu.max', '50000 100000'] },
  pids: { limit: { pids: 32 }, v1: ['pids', 'pids.max', '32'], v2: ['pids.max', '32'] },
};

/**
 * The control groups of a home, found out by using them: a group is made, each limit set and read back, a process moved in and
 * killed, and all removed. Never throws.
 */
export async function openCgroups(home: string): Promise<CgroupsProbe> {
  const parent = `stratoswarm-${homeTag(home)}`;
  try {
    const mounts = cgroupMounts();
    const refusals: string[] = [];
    for (const candidate of [...v1Candidates(mounts, parent), ...v2Candidates(mounts.v2, parent)]) {
      try {
        const cgroups = candidate();
        await useOnce(cgroups);
        const missing = wanted.filter((name) => !cgroups.controllers.has(name));
        return { works: true, cgroups, lacks: missing.map((name) => ({ what: `limits on ${name}`, remedy: remedyFor(name) })) };
      } catch (error) {
        refusals.push(reasonOf(error));
      }
    }
    return { works: false, reason: refusals[0] ?? 'no cgroup hierarchy with memory, cpu or pids is mounted', remedy: remedyFor(null) };
  } catch (error) {
    return { works: false, reason: reasonOf(error), remedy: remedyFor(null) };
  }
}

function reasonOf(error: unknown): string {
  const { message, why } = error as { message: string; why?: string };
  return why === undefined ? message : `${message}: ${why}`;
}

function remedyFor(controller: Controller | null): string {
  if (process.getuid?.() === 0) {
    return controller === 'memory' ? 'boot with cgroup_enable=memory' : 'mount cgroup2 at /sys/fs/cgroup writable, or give the container that this runs in its own cgroup namespace';
  }
  return 'run as root, or start it as a delegated user unit: systemd-run --user --scope -p Delegate=yes stratoswarm daemon start';
}

function* v1Candidates({ v1: mounts, v2 }: CgroupMounts, parent: string): Generator<() => Cgroups> {
  if (!wanted.some((name) => mounts.has(name))) return;
  yield () => {
    const usable: Partial<Record<V1Hierarchy, string>> = {};
    for (const hierarchy of v1Hierarchies) if (mounts.has(hierarchy)) usable[hierarchy] = mounts.get(hierarchy)!;
    const all = cgroupsV1(usable, parent);
    for (const controller of all.controllers) {
      const [hierarchy, file, expected] = sample[controller].v1;
      const id = `probe-${controller}-${process.pid}`;
      const path = join(usable[hierarchy]!, parent, id);
      try {
        makeGroup(path);
        cgroupsV1({ [hierarchy]: usable[hierarchy] }, parent).create(id, sample[controller].limit);
        if (readText(path, file) !== expected) delete usable[hierarchy];
      } catch (error) {
        delete usable[hierarchy];
        if (wanted.every((name) => usable[name] === undefined)) throw error;
      } finally {
        removeEmptyGroup(path);
        removeEmptyGroup(dirname(path));
      }
    }
    return cgroupsV1(usable, parent, [...mounts.values(), ...v2]);
  };
}

/** Root starts at the top of the hierarchy; others where they are and upwards, as far as it was delegated to them. */
function* v2Candidates(mounts: readonly string[], parent: string): Generator<() => Cgroups> {
  for (const mount of mounts) {
    const offered = (readText(mount, 'cgroup.controllers') ?? '').split(' ');
    if (!wanted.some((name) => offered.includes(name))) continue;
    const chain: string[] = [];
    for (let path = ownV2Path(); path !== '/'; path = dirname(path)) if (existsSync(join(mount, path))) chain.push(path);
    const places = process.getuid?.() === 0 ? ['/', ...chain] : chain;
    for (const place of places) yield () => delegated(mount, place, parent);
  }
}

function delegated(mount: string, place: string, parent: string): Cgroups {
  const top = join(mount, place);
  const path = join(top, parent);
  makeGroup(path);
  for (const name of wanted) for (const group of [top, path]) handDown(group, name);
  const controllers = new Set(wanted.filter((name) => (readText(path, 'cgroup.subtree_control') ?? '').split(' ').includes(name)));
  if (controllers.size === 0) {
    removeEmptyGroup(path);
    throw new Error(`${top} hands down none of the controllers memory, cpu and pids`);
  }
  const cgroups = cgroupsV2(mount, join(place, parent), controllers);
  for (const controller of controllers) {
    const id = `probe-${controller}-${process.pid}`;
    try {
      cgroups.create(id, sample[controller].limit);
      const [file, expected] = sample[controller].v2;
      if (readText(join(path, id), file) !== expected) controllers.delete(controller);
    } finally {
      removeEmptyGroup(join(path, id));
    }
  }
  return cgroups;
}

/** A controller that cannot be handed down is found missing afterwards. */
function handDown(group: string, controller: Controller): void {
  try {
    write(group, 'cgroup.subtree_control', `+${controller}`);
  } catch {
    // Not delegated, or processes live directly in this group.
  }
}

/** Joining and killing is what a refused delegation forbids last. */
async function useOnce(cgroups: Cgroups): Promise<void> {
  const id = `probe-use-${process.pid}`;
  const guest = spawn('cat', [], { stdio: ['pipe', 'ignore', 'ignore'] });
  const ended = new Promise<void>((resolve) => guest.once('exit', () => resolve()).once('error', () => resolve()));
  try {
    cgroups.create(id, {});
    if (guest.pid === undefined) throw new Error('the program cat could not be started');
    cgroups.add(id, guest.pid);
    if (!readFileSync(`/proc/${guest.pid}/cgroup`, 'utf8').includes(id)) throw new Error('a process that was moved into a control group did not arrive');
    await cgroups.kill(id);
  } finally {
    if (guest.pid !== undefined) killProcess(guest.pid);
    await ended;
    await cgroups.remove(id);
  }
}
