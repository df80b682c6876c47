import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { AppName, reportOf, ServiceName, type AgentId } from '../../model/index.ts';
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

/** What an agent relies on, asked from within: a filter of system calls, no capability, a system that cannot be written to. */
const question = 'grep -q "^Seccomp:.2" /proc/self/status && grep -q "^CapEff:.0*$" /proc/self/status && ! touch /etc/probe 2>/dev/null && touch /app/probe';

/** Runs one container from prepare to remove. Never throws. */
export async function probeContainers(ground: () => Promise<Ground>, parent: string): Promise<Capability> {
  try {
    const real = await ground();
    await runOnce(real, join(parent, 'probe'));
    return { works: true, features: featuresOf(real), ownNetwork: real.network !== null, lacks: real.lacks };
  } catch (error) {
    const { message, why, next } = reportOf(error);
    return { works: false, reason: why === undefined ? message : `${message}: ${why}`, remedy: next ?? 'apt install runc conmon' };
  }
}

let probes = 0;

/** In places of its own and under a name that no agent has, so that nobody who observes meanwhile takes it for one, or for an orphan. */
async function runOnce(real: Ground, parent: string): Promise<void> {
  const paths = { ...real.paths, agents: join(real.paths.agents, 'oci', 'probe') };
  const ground = { ...real, paths, runtime: { ...real.runtime, state: join(parent, 'runtime') } };
  const id = `probe-oci-${process.pid}-${++probes}` as AgentId;
  const handle = agentHandle(paths, 'oci', id, null);
  const [agent, container] = [agentDirectory(handle), containerDirectory(parent, id)];
  try {
    await prepareContainer(ground, handle, container, taskOf(ground));
    await startAgent(ground, agent, container, hintsDirectory(paths, 'oci'));
    const exit = await exitOf(() => readOci(agent, container).exit);
    if (exit?.code !== 0) throw new Error(exit ? 'a container came up, but not confined as it should be' : `a container did not end within ${patience / 1000} s`);
  } finally {
    await endContainer(ground, agent, container);
    await removeContainer(ground, parent, agent, container);
    rmSync(paths.agents, { recursive: true, force: true });
  }
}

function taskOf({ cgroups }: Ground): Task {
  const limits = { memory: 64 * 2 ** 20, cpu: 1000, pids: 32 };
  return {
    app: AppName.parse('probe'), service: ServiceName.parse('container'), slot: 0, argv: ['/bin/sh', '-c', question], env: {}, artefact: null, cwd: '', volumes: [],
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

function featuresOf({ runtime, cgroups, network }: Ground): string[] {
  const limits = [...cgroups.controllers].join(', ');
  return [
    runtime.program.endsWith('crun') ? 'crun' : 'runc', 'mapped users', 'seccomp', 'read-only system', `cgroup ${cgroups.version} limits: ${limits}`,
    ...(network ? ['own network'] : []),
  ];
}
