import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { AppName, reportOf, ServiceName, type AgentId } from '../../model/index.ts';
import { readStat } from '../../host/proc.ts';
import { agentDirectory, agentHandle, hintsDirectory } from '../agent-directory.ts';
import type { Capability, Task } from '../driver.ts';
import { endContainer, removeContainer } from './end.ts';
import type { Ground } from './ground.ts';
import { containerDirectory } from './mounts.ts';
import { prepareContainer } from './prepare.ts';
import { readOci } from './records.ts';
import { startAgent } from './start.ts';

/** Milliseconds for a container that does next to nothing. */
const patience = 20_000;

/**
 * Runs one container from prepare to remove. Never throws.
 *
 * @param containers directory of the containers of agents
 */
export async function probeContainers(ground: () => Promise<Ground>, containers: string): Promise<Capability> {
  return capabilityOf(ground, (real) => runOnce(real, `${containers}-probe`));
}

/** Whether there is what containers are made with; none is made. Never throws. */
export function lookForGround(ground: () => Promise<Ground>): Promise<Capability> {
  return capabilityOf(ground, async () => undefined);
}

async function capabilityOf(ground: () => Promise<Ground>, attempt: (real: Ground) => Promise<void>): Promise<Capability> {
  try {
    const real = await ground();
    await attempt(real);
    return { works: true, features: featuresOf(real), ownNetwork: real.network !== null, lacks: real.lacks };
  } catch (error) {
    const { message, why, next } = reportOf(error);
    return { works: false, reason: why === undefined ? message : `${message}: ${why}`, remedy: next ?? 'let the daemon mount file systems and make namespaces (CAP_SYS_ADMIN)' };
  }
}

let probes = 0;

/** In places of its own and under a name that no agent has, so that nobody who observes meanwhile takes it for one, or for an orphan. */
async function runOnce(real: Ground, parent: string): Promise<void> {
  const paths = { ...real.paths, agents: join(real.paths.agents, real.kind.driver, 'probe') };
  const ground = { ...real, paths, runtime: { ...real.runtime, state: join(parent, 'runtime') } };
  const id = `probe-${real.kind.driver}-${process.pid}-${++probes}`;
  const remove = async (name: string) => {
    const { agent, container } = placesOf(ground, parent, name);
    await endContainer(ground, agent, container);
    await removeContainer(ground, parent, agent, container);
  };
  for (const left of leftovers(parent)) await remove(left);
  const { handle, agent, container } = placesOf(ground, parent, id);
  try {
    await prepareContainer(ground, handle, container, taskOf(ground));
    await startAgent(ground, agent, container, hintsDirectory(paths, ground.kind.driver));
    const exit = await exitOf(() => readOci(agent, container).exit);
    if (exit?.code !== 0) throw new Error(exit ? 'a container came up, but not confined as it should be' : `a container did not end within ${patience / 1000} s`);
  } finally {
    await remove(id);
    rmSync(paths.agents, { recursive: true, force: true });
  }
}

function placesOf({ paths, kind }: Ground, parent: string, id: string) {
  const handle = agentHandle(paths, kind.driver, id as AgentId, null);
  return { handle, agent: agentDirectory(handle), container: containerDirectory(parent, handle.agent, kind.ownKernel !== null) };
}

/** Probes whose process was killed half-way. */
function leftovers(parent: string): string[] {
  const names = existsSync(parent) ? readdirSync(parent) : [];
  return names.filter((name) => {
    const pid = /^probe-[a-z]+-(\d+)-/.exec(name)?.[1];
    return pid !== undefined && readStat(Number(pid)) === undefined;
  });
}

function taskOf({ cgroups, kind }: Ground): Task {
  const limits = { memory: 64 * 2 ** 20, cpu: 1000, pids: 32 };
  return {
    app: AppName.parse('probe'), service: ServiceName.parse('container'), slot: 0, argv: ['/bin/sh', '-c', kind.confined], env: {}, artefact: null, cwd: '', volumes: [],
    resources: Object.fromEntries(Object.entries(limits).filter(([name]) => cgroups.controllers.has(name as keyof typeof limits))),
    addressKey: 'probe/container', hosts: {}, toolchain: [],
  };
}

async function exitOf<T>(look: () => T | null): Promise<T | null> {
  for (const deadline = performance.now() + patience; performance.now() < deadline; await delay(5)) {
    const exit = look();
    if (exit !== null) return exit;
  }
  return null;
}

function featuresOf({ kind, runtime, cgroups, network }: Ground): string[] {
  return [...kind.features(runtime), `cgroup ${cgroups.version} limits: ${[...cgroups.controllers].join(', ')}`, ...(network ? ['own network'] : [])];
}
