import { existsSync, readFileSync, rmSync, rmdirSync } from 'node:fs';
import { basename } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { StratoError } from '../../model/index.ts';
import { processTable } from '../../host/proc.ts';
import { eraseAgentDirectory, type AgentDirectory } from '../agent-directory.ts';
import type { Ground } from './ground.ts';
import { unmountAll, type ContainerDirectory } from './mounts.ts';
import { claim, readOci } from './records.ts';
import { deleteContainer, isKnown, lastMessage } from './runtime.ts';

/** Milliseconds for conmon to write down an exit after the last process is gone. */
const patience = 10_000;

/** SIGKILLs all of a container and resolves once nothing of it lives and its exit is known. Also ends a start that somebody left half-way. */
export async function endContainer(ground: Ground, agent: AgentDirectory, container: ContainerDirectory): Promise<void> {
  const before = readOci(agent, container);
  if (before.status !== 'absent') claim(agent, 'stopped');
  // A kernel of its own would end by itself, with a code, when what serves its files is killed before it.
  if (container.ownKernel && before.status === 'running' && before.first !== null) kill(before.first.pid);
  await ground.cgroups.kill(agent.agent);
  const { status, first } = readOci(agent, container);
  if (status === 'exited' && first !== null) return;
  if (first === null) {
    endCreators(ground, agent);
    await ground.cgroups.kill(agent.agent);
    return;
  }
  for (const deadline = performance.now() + patience; performance.now() < deadline; await delay(2)) {
    if (readOci(agent, container).status === 'exited') return;
  }
  endCreators(ground, agent);
}

/** conmon and a runtime that have not come as far as a container: nothing else would end them. */
function endCreators(ground: Ground, agent: AgentDirectory): void {
  for (const { pid, name } of processTable()) {
    if ((name === 'conmon' || name === basename(ground.runtime.program)) && commandOf(pid).includes(agent.agent)) kill(pid);
  }
}

/**
 * Leaves nothing of an agent that has ended: container, cgroup, mounts, network, directories.
 *
 * @throws `agent.still-running`
 */
export async function removeContainer(ground: Ground, parent: string, agent: AgentDirectory, container: ContainerDirectory): Promise<void> {
  const { status } = readOci(agent, container);
  if (status === 'running') throw new StratoError('agent.still-running', `${agent.agent} still runs`, { next: 'stop it first' });
  if (status !== 'absent') await endContainer(ground, agent, container);
  if (isKnown(ground.runtime, agent.agent)) {
    const { code, stderr } = await deleteContainer(ground.runtime, agent.agent);
    if (code !== 0 && isKnown(ground.runtime, agent.agent)) throw new StratoError('agent.remove-failed', `the container of ${agent.agent} could not be removed`, { why: lastMessage(stderr), retryable: true });
  }
  await unmountAll(container);
  await ground.cgroups.remove(agent.agent);
  await ground.network?.remove(agent.agent);
  rmSync(container.path, { recursive: true, force: true });
  await eraseAgentDirectory(agent);
  ground.cgroups.cleanup();
  removeEmpty(ground.runtime.state);
  removeEmpty(parent);
}

function removeEmpty(path: string): void {
  try {
    if (existsSync(path)) rmdirSync(path);
  } catch {
    // Others are still there.
  }
}

function commandOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    return [];
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended meanwhile.
  }
}
