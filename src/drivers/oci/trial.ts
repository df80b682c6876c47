import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { AppName, ServiceName, type AgentId } from '../../model/index.ts';
import { readStat } from '../../host/proc.ts';
import { agentDirectory, agentHandle, hintsDirectory, type AgentDirectory } from '../agent-directory.ts';
import type { Task } from '../driver.ts';
import { endContainer, removeContainer } from './end.ts';
import type { Ground } from './ground.ts';
import { containerDirectory, type ContainerDirectory } from './mounts.ts';
import { prepareContainer } from './prepare.ts';
import { startAgent } from './start.ts';

/** Containers that are made to find out what works. */
export interface Trial {
  readonly ground: Ground;
  /** Directory that is removed with the trial. */
  readonly scratch: string;
  start(argv: readonly string[], image?: string): Promise<TrialContainer>;
}

export interface TrialContainer {
  readonly agent: AgentDirectory;
  readonly container: ContainerDirectory;
}

let trials = 0;

/** In places of its own and under names that no agent has, so that nobody who observes meanwhile takes one of them for one, or for an orphan. All are removed. */
export async function onTrial(real: Ground, parent: string, act: (trial: Trial) => Promise<void>): Promise<void> {
  const trial = ++trials;
  const paths = { ...real.paths, agents: join(real.paths.agents, real.kind.driver, `probe-${trial}`) };
  const ground = { ...real, paths, runtime: { ...real.runtime, state: join(parent, 'runtime') } };
  const remove = async (name: string) => {
    const { agent, container } = placesOf(ground, parent, name);
    await endContainer(ground, agent, container);
    await removeContainer(ground, parent, agent, container);
  };
  for (const left of leftovers(parent)) await remove(left);
  const started: string[] = [];
  try {
    await act({
      ground,
      scratch: join(paths.agents, 'scratch'),
      async start(argv, image) {
        const id = `probe-${real.kind.driver}-${process.pid}-${trial}-${started.length + 1}`;
        const { handle, agent, container } = placesOf(ground, parent, id);
        started.push(id);
        await prepareContainer(ground, handle, container, taskOf(ground, argv, image));
        await startAgent(ground, agent, container, hintsDirectory(paths, ground.kind.driver));
        return { agent, container };
      },
    });
  } finally {
    for (const id of started) await remove(id);
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

function taskOf({ cgroups }: Ground, argv: readonly string[], image: string | undefined): Task {
  const limits = { memory: 64 * 2 ** 20, cpu: 1000, pids: 32 };
  return {
    app: AppName.parse('probe'), service: ServiceName.parse('container'), slot: 0, argv, image, env: {}, artefact: null, cwd: '', volumes: [],
    resources: Object.fromEntries(Object.entries(limits).filter(([name]) => cgroups.controllers.has(name as keyof typeof limits))),
    addressKey: 'probe/container', hosts: {}, toolchain: [],
  };
}
