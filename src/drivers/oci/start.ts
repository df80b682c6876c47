import { setTimeout as delay } from 'node:timers/promises';
import { StratoError } from '../../model/index.ts';
import type { AgentDirectory } from '../agent-directory.ts';
import { createUnderConmon } from './conmon.ts';
import { endContainer } from './end.ts';
import type { Ground } from './ground.ts';
import type { ContainerDirectory } from './mounts.ts';
import { claim, containerRecord, readOci, writeRecord } from './records.ts';
import { lastMessage, startContainer } from './runtime.ts';

/** Milliseconds within which a container must have come up, on a machine that does little else. */
const patience = 30_000;

/**
 * Starts what was prepared and resolves once its program has a pid, or has even ended. Of several callers, in this process
 * or another, one does it and the others wait.
 *
 * @throws `agent.start-failed`
 */
export async function startAgent(ground: Ground, agent: AgentDirectory, container: ContainerDirectory, exitDirectory: string): Promise<void> {
  if (claim(agent, 'start')) await create(ground, agent, container, exitDirectory);
  else if (readOci(agent, container).status === 'created') await startContainer(ground.runtime, agent.agent);
  await untilUp(agent, container);
}

async function create(ground: Ground, agent: AgentDirectory, container: ContainerDirectory, exitDirectory: string): Promise<void> {
  const created = await createUnderConmon({
    conmon: ground.conmon, runtime: ground.runtime, id: agent.agent, bundle: container.path, log: agent.log,
    exitDirectory, persistDirectory: agent.path, conmonPidFile: container.conmonPid,
  });
  if ('failure' in created) return failed(ground, agent, container, created.failure);
  writeRecord(containerRecord(agent), created.pid);
  const { code, stderr } = await startContainer(ground.runtime, agent.agent);
  if (code !== 0) await failed(ground, agent, container, lastMessage(stderr));
}

async function failed(ground: Ground, agent: AgentDirectory, container: ContainerDirectory, why: string): Promise<void> {
  const { status } = readOci(agent, container);
  if (status === 'running' || status === 'exited') return;
  await endContainer(ground, agent, container);
  throw new StratoError('agent.start-failed', `${agent.agent} could not be started`, { why, next: 'see `stratoswarm doctor`; the control loop tries again', retryable: true });
}

async function untilUp(agent: AgentDirectory, container: ContainerDirectory): Promise<void> {
  for (const deadline = performance.now() + patience; performance.now() < deadline; await delay(2)) {
    const { status } = readOci(agent, container);
    if (status === 'running' || status === 'exited' || status === 'absent') return;
  }
  throw new StratoError('agent.start-failed', `${agent.agent} did not come up within ${patience / 1000} s`, { next: 'the control loop tries again', retryable: true });
}
