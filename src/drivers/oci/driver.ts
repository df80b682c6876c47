import { join } from 'node:path';
import { AgentId, StratoError, type Handle } from '../../model/index.ts';
import { homeTag } from '../../host/home-tag.ts';
import type { Paths } from '../../host/paths.ts';
import { isAlive } from '../../host/proc.ts';
import { agentDirectory, agentHandle, hintsDirectory, listAgents, replaceTask, requireTask } from '../agent-directory.ts';
import type { Driver, Images, Stats } from '../driver.ts';
import { readLog } from '../logs.ts';
import { Hints } from '../shim/hints.ts';
import { Holding, liftHold, putHold } from '../shim/hold.ts';
import { ShimWatch } from '../shim/watch.ts';
import { execInContainer } from './exec.ts';
import { openGround, type Ground } from './ground.ts';
import { signalWithin } from './signal-within.ts';
import { endContainer, removeContainer } from './end.ts';
import { containerDirectory, showsApp } from './mounts.ts';
import { imageOrder } from './image.ts';
import { hostKernel, type ContainerKind } from './kind.ts';
import { canFollow, prepareContainer, showApp } from './prepare.ts';
import { probeImages } from './probe-images.ts';
import { lookForGround, probeContainers } from './probe.ts';
import { readOci } from './records.ts';
import { reporter } from './report.ts';
import { knownContainers } from './runtime.ts';
import { startAgent } from './start.ts';

export interface OciOptions {
  readonly paths: Paths;
}

const nothing: Stats = { cpu: null, memory: null, pids: null, outOfMemoryKills: null, throttled: null };

/**
 * Agents in OCI containers: runc (or crun) under conmon, in namespaces of their own, with mapped ids, a seccomp profile and no
 * capability. There is no image: the root file system is the host's, read-only.
 */
export const ociDriver = (options: OciOptions): Driver => containerDriver(hostKernel, options);

/** The same for whatever runs the containers. */
export function containerDriver(kind: ContainerKind, { paths }: OciOptions): Driver {
  const { driver: name, isolation, ownKernel } = kind;
  const hints = new Hints(hintsDirectory(paths, name));
  const parent = join('/run', `stratoswarm-${homeTag(paths.home)}${kind.suffix}`);
  const runtimeState = join(parent, 'runtime');
  const holding = new Holding();
  let opened: Promise<Ground> | undefined;
  const ground = () => (opened ??= openGround(kind, paths, runtimeState));
  const placeOf = (handle: Handle) => ({ agent: agentDirectory(handle), container: containerDirectory(parent, handle.agent, ownKernel !== null) });
  const images = (): Images => {
    let probed: ReturnType<Images['probe']> | undefined;
    return {
      probe: () => (probed ??= probeImages(ground, parent)),
      async order(handle) {
        const { agent, container } = placeOf(handle);
        const { status, first } = readOci(agent, container);
        if (status !== 'running' || first === null) throw notRunning(handle);
        return imageOrder(await ground(), agent, container, first.pid);
      },
    };
  };
  const look = (handle: Handle) => {
    const { agent, container } = placeOf(handle);
    return readOci(agent, container);
  };
  const { report, started, listens } = reporter(placeOf, async () => ground().catch(() => null), (agent) => hints.tell(agent));
  const watch = new ShimWatch({
    hints,
    agents: () => listAgents(paths, name),
    status: (handle) => look(handle).status,
    listens: (handle) => {
      const { main } = look(handle);
      return main !== null && listens(handle, main.pid);
    },
  });

  return {
    name,
    isolation,
    ...(!ownKernel && { images: images() }),
    ...(ownKernel && { onRequest: { look: () => lookForGround(ground) } }),
    probe: () => probeContainers(ground, parent),
    handle: (agent, port) => agentHandle(paths, name, agent, port),

    async prepare(handle, task) {
      if (!['absent', 'prepared'].includes(look(handle).status)) return;
      await prepareContainer(await ground(), handle, placeOf(handle).container, task);
    },

    hold: (handle, task) => holding.begin(handle.agent, async () => {
      const { agent, container } = placeOf(handle);
      if (!['absent', 'prepared'].includes(look(handle).status)) return;
      await prepareContainer(await ground(), handle, container, task, ownKernel ? 'now' : 'later');
      // A kernel of its own sees no mount that comes later: it is begun when its code is certain.
      if (ownKernel) return;
      await putHold(container.hold);
      await startAgent(await ground(), agent, container, hintsDirectory(paths, name));
    }),

    retask: async (handle, task) => replaceTask(handle, task, { otherCode: ownKernel === null && canFollow(task) && !showsApp(placeOf(handle).container) }),

    async start(handle) {
      await holding.settled(handle.agent);
      const { agent, container } = placeOf(handle);
      const { status } = look(handle);
      if (status !== 'exited') {
        const task = requireTask(agent);
        // After a restart of the machine, a prepared agent has lost what the kernel held for it.
        if (status === 'prepared') await prepareContainer(await ground(), handle, container, task);
        await showApp(await ground(), container, agent, task);
        liftHold(container.hold);
        await startAgent(await ground(), agent, container, hintsDirectory(paths, name));
        watch.started(handle);
        started(handle.agent);
      }
      return report(handle);
    },

    async signal(handle, signal) {
      const { main } = look(handle);
      if (!main || !isAlive(main.pid, main.start)) return;
      if (ownKernel) await signalWithin(await ground(), ownKernel, handle.agent, signal, () => look(handle).status === 'running');
      else send(main.pid, signal);
    },

    async stop(handle) {
      const { agent, container } = placeOf(handle);
      if (look(handle).status !== 'absent') await endContainer(await ground(), agent, container);
    },

    async remove(handle) {
      const { agent, container } = placeOf(handle);
      await removeContainer(await ground(), parent, agent, container);
    },

    recover: report,

    async observe() {
      const handles = new Map(listAgents(paths, name).map((handle) => [handle.agent, handle]));
      for (const known of knownContainers(runtimeState)) {
        const agent = AgentId.safeParse(known);
        if (agent.success && !handles.has(agent.data)) handles.set(agent.data, agentHandle(paths, name, agent.data, null));
      }
      return Promise.all([...handles.values()].map(report));
    },

    watch: (listener) => watch.subscribe((agent) => {
      // conmon writes through a file with a longer name.
      if (AgentId.safeParse(agent).success) listener(agent);
    }),

    async exec(handle, argv, options = {}) {
      const { agent, container } = placeOf(handle);
      if (look(handle).status !== 'running') throw notRunning(handle);
      return execInContainer(await ground(), container, handle.agent, requireTask(agent), argv, options);
    },

    logs(handle, options) {
      const ended = () => ['exited', 'absent', 'prepared'].includes(look(handle).status);
      const onChange = (listener: () => void) => hints.subscribe((agent) => agent === handle.agent && listener());
      return readLog({ log: agentDirectory(handle).log, ended, onChange }, options);
    },

    async stats(handle) {
      const { status } = look(handle);
      const known = status === 'absent' ? null : await ground();
      const usage = known?.cgroups.read(handle.agent) ?? null;
      if (known === null || usage === null) return nothing;
      const counted = ownKernel && status === 'running' ? await ownKernel.processes(known.runtime, handle.agent) : usage.pids;
      return { cpu: usage.cpu, memory: usage.memory, pids: counted === null ? null : Math.max(0, counted - 1), outOfMemoryKills: usage.oomKills, throttled: usage.throttled };
    },
  };
}

function notRunning({ agent }: Handle): StratoError {
  return new StratoError('agent.not-running', `${agent} does not run`, { next: 'see stratoswarm ps for the agents that do' });
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
