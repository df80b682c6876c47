import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { reportOf, StratoError } from '../../model/index.ts';
import { requireTask, type AgentDirectory } from '../agent-directory.ts';
import type { Task } from '../driver.ts';
import { createUnderConmon, type ConmonStart } from './conmon.ts';
import { endContainer } from './end.ts';
import type { Ground } from './ground.ts';
import type { ContainerDirectory } from './mounts.ts';
import { restoreUnderConmon } from './image.ts';
import { limitsOf } from './prepare.ts';
import { claim, containerRecord, readOci, writeRecord, type OciState } from './records.ts';
import { lastMessage } from './runtime.ts';
import { hostsOf } from './system-files.ts';

/** Milliseconds within which a container must have come up, on a machine that does little else. */
const patience = 30_000;

/**
 * Starts what was prepared and resolves once its program has a pid, or has even ended. Of several callers, in this process
 * or another, one does it and the others wait; what a daemon that was killed left half-way is finished.
 *
 * @throws `agent.start-failed`
 */
export async function startAgent(ground: Ground, agent: AgentDirectory, container: ContainerDirectory, exitDirectory: string): Promise<void> {
  const task = requireTask(agent);
  if (claim(agent, 'start')) {
    if (task.image === undefined) await finish(ground, agent, container, task, await create(ground, agent, container, exitDirectory));
    else await goOn(ground, agent, container, task, exitDirectory, task.image);
  } else {
    const { status, first } = readOci(agent, container);
    if (status === 'created' && first) await finish(ground, agent, container, task, first.pid);
  }
  const { status } = await untilUp(agent, container);
  if (status === 'running') ground.cgroups.create(agent.agent, limitsOf(ground, task.resources, 'running'));
}

/** The pid of process 1, which waits to be let go. */
async function create(ground: Ground, agent: AgentDirectory, container: ContainerDirectory, exitDirectory: string): Promise<number> {
  const created = await createUnderConmon(underConmon(ground, agent, container, exitDirectory));
  if ('failure' in created) return failed(ground, agent, container, created.failure);
  writeRecord(containerRecord(agent), created.pid);
  return created.pid;
}

function underConmon(ground: Ground, agent: AgentDirectory, container: ContainerDirectory, exitDirectory: string): ConmonStart {
  return {
    conmon: ground.conmon, runtime: ground.runtime, id: agent.agent, bundle: container.path, log: agent.log,
    exitDirectory, persistDirectory: agent.path, conmonPidFile: container.conmonPid,
  };
}

/** Starts from an image: the program runs at once, and gets its network a moment later. */
async function goOn(ground: Ground, agent: AgentDirectory, container: ContainerDirectory, task: Task, exitDirectory: string, image: string): Promise<void> {
  const restored = await restoreUnderConmon(ground, container, underConmon(ground, agent, container, exitDirectory), image);
  if ('failure' in restored) {
    await endContainer(ground, agent, container);
    throw new StratoError('agent.image-refused', `${agent.agent} could not go on from its memory image`, { why: restored.failure, next: 'it is started anew' });
  }
  writeRecord(containerRecord(agent), restored.pid);
  await connect(ground, agent, container, task, restored.pid);
}

/** Lets the program begin. */
async function finish(ground: Ground, agent: AgentDirectory, container: ContainerDirectory, task: Task, pid: number): Promise<void> {
  await connect(ground, agent, container, task, pid);
  const { code, stderr } = await ground.kind.start(ground.runtime, agent.agent);
  // Where the host sees no program, that it was started is known by this alone.
  if (code === 0 && container.ownKernel) writeRecord(agent.pid, pid);
  if (code !== 0 && !['running', 'exited'].includes(readOci(agent, container).status)) await failed(ground, agent, container, lastMessage(stderr));
}

/** Connects the network, which has to be that of the container's own users. */
async function connect(ground: Ground, agent: AgentDirectory, container: ContainerDirectory, task: Task, pid: number): Promise<void> {
  try {
    const { kind, network } = ground;
    const place = kind.ownKernel ? network?.find(agent.agent) : await network?.create(agent.agent, task.addressKey, { holder: pid, contained: task.contained, app: task.app });
    if (place) writeFileSync(join(container.rootfs, 'etc/hosts'), hostsOf(ground, agent.agent, task, place.address));
  } catch (error) {
    const { message, why } = reportOf(error);
    await failed(ground, agent, container, why === undefined ? message : `${message}: ${why}`);
  }
}

async function failed(ground: Ground, agent: AgentDirectory, container: ContainerDirectory, why: string): Promise<never> {
  await endContainer(ground, agent, container);
  throw new StratoError('agent.start-failed', `${agent.agent} could not be started`, { why, next: 'see `stratoswarm doctor`; the control loop tries again', retryable: true });
}

async function untilUp(agent: AgentDirectory, container: ContainerDirectory): Promise<OciState> {
  for (const deadline = performance.now() + patience; performance.now() < deadline; await delay(2)) {
    const state = readOci(agent, container);
    if (state.status === 'running' || state.status === 'exited' || state.status === 'absent') return state;
  }
  throw new StratoError('agent.start-failed', `${agent.agent} did not come up within ${patience / 1000} s`, { next: 'the control loop tries again', retryable: true });
}
