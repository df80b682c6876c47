import { join } from 'node:path';
import { StratoError, type Handle } from '../model/index.ts';
import type { Cgroups } from '../host/cgroups/cgroups.ts';
import type { Paths } from '../host/paths.ts';
import { isAlive } from '../host/proc.ts';
import { endProcesses } from '../host/proc-end.ts';
import { agentProcesses } from '../host/proc-tree.ts';
import { agentDirectory, agentHandle, createAgentDirectory, eraseAgentDirectory, hintsDirectory, listAgents, replaceTask, requireTask } from './agent-directory.ts';
import type { Driver, Task } from './driver.ts';
import { execBeside } from './exec-beside.ts';
import { readLog } from './logs.ts';
import { agentUser, commandOf, inOwnSession } from './process-command.ts';
import { awaitApp, awaitsApp, layApp, prepareFiles, requireReadable } from './process-prepare.ts';
import { probeProcess } from './process-probe.ts';
import { ProcessSight } from './process-sight.ts';
import { Hints } from './shim/hints.ts';
import { Holding, liftHold, putHold } from './shim/hold.ts';
import { claimForStop, readShim } from './shim/records.ts';
import { ended, settled } from './shim/settle.ts';
import { startShim } from './shim/start.ts';
import { ShimWatch } from './shim/watch.ts';
import { workingDirectory } from './working-directory.ts';

export interface ProcessDriverOptions {
  readonly paths: Pick<Paths, 'agents'>;
  /** Where they work, limits hold and an agent is ended at one stroke. */
  readonly cgroups?: Cgroups | null;
}

/**
 * The rung that works everywhere: plain processes of the host. Network, file system and process table are the host's; an
 * agent has its own copy of its artefact, its own HOME and TMPDIR, and, under a daemon that is root, the rights of nobody.
 */
export function processDriver({ paths, cgroups = null }: ProcessDriverOptions): Driver {
  const hints = new Hints(hintsDirectory(paths, 'process'));
  const holding = new Holding();
  const sight = new ProcessSight(cgroups);
  const agents = () => listAgents(paths, 'process');
  const watch = new ShimWatch({ hints, agents, listens: (handle) => sight.report(handle).listeners.length > 0 });
  const statusOf = (handle: Handle) => readShim(agentDirectory(handle)).status;

  async function launch(handle: Handle): Promise<void> {
    const directory = agentDirectory(handle);
    const task = requireTask(directory);
    const { command, environment, cwd } = commandOf(directory, task, task.argv, agentUser(paths), directory.hold);
    const procs = cgroups?.directories(handle.agent).map((path) => join(path, 'cgroup.procs'));
    await startShim({ directory, hints, command: [...inOwnSession(), ...command], environment, cwd, cgroups: procs });
  }

  async function prepareWithoutApp(handle: Handle, task: Task): Promise<void> {
    workingDirectory(task);
    const directory = createAgentDirectory(handle, task);
    const user = agentUser(paths);
    requireReadable(task, user);
    cgroups?.create(handle.agent, task.resources);
    await prepareFiles(directory, task, user);
    awaitApp(directory, task, user);
  }

  const mayBePrepared = (handle: Handle) => ['absent', 'prepared'].includes(statusOf(handle));

  const driver: Driver = {
    name: 'process',
    isolation: 'process',
    probe: () => probeProcess((probed) => processDriver({ paths: probed, cgroups }), { user: agentUser(paths), limits: cgroups?.controllers ?? new Set() }),
    handle: (agent, port) => agentHandle(paths, 'process', agent, port),

    async prepare(handle, task) {
      if (!mayBePrepared(handle)) return;
      await prepareWithoutApp(handle, task);
      await layApp(agentDirectory(handle), agentUser(paths));
    },

    hold: (handle, task) => holding.begin(handle.agent, async () => {
      if (!mayBePrepared(handle)) return;
      await prepareWithoutApp(handle, task);
      await putHold(agentDirectory(handle).hold);
      await launch(handle);
    }),

    async retask(handle, task) {
      requireReadable(task, agentUser(paths));
      return replaceTask(handle, task, { otherCode: awaitsApp(agentDirectory(handle)) });
    },

    async start(handle) {
      await holding.settled(handle.agent);
      if (statusOf(handle) === 'exited') return sight.report(handle);
      const directory = agentDirectory(handle);
      await layApp(directory, agentUser(paths));
      liftHold(directory.hold);
      if (statusOf(handle) !== 'running') await launch(handle);
      watch.started(handle);
      return sight.report(handle);
    },

    async signal(handle, signal) {
      const { status, main } = readShim(agentDirectory(handle));
      if (status === 'running' && main && isAlive(main.pid, main.start)) send(main.pid, signal);
    },

    async stop(handle) {
      const directory = agentDirectory(handle);
      claimForStop(directory);
      const { main } = await settled(directory);
      await cgroups?.kill(handle.agent);
      await endProcesses((table, known) => agentProcesses({ agent: handle.agent, main, log: directory.log }, table, known));
      await ended(directory);
    },

    async remove(handle) {
      await driver.stop(handle);
      await cgroups?.remove(handle.agent);
      sight.forget(handle.agent);
      await eraseAgentDirectory(agentDirectory(handle));
    },

    recover: async (handle) => sight.report(handle),
    observe: async () => agents().map((handle) => sight.report(handle)),
    watch: (listener) => watch.subscribe(listener),

    async exec(handle, argv, options) {
      if (statusOf(handle) !== 'running') throw new StratoError('agent.not-running', `${handle.agent} is not running`, { next: 'see `stratoswarm ps`' });
      const directory = agentDirectory(handle);
      return execBeside({ ...commandOf(directory, requireTask(directory), argv, agentUser(paths)), onSpawn: (pid) => cgroups?.add(handle.agent, pid) }, options);
    },

    logs(handle, options) {
      const over = new Set(['exited', 'absent']);
      return readLog({ log: agentDirectory(handle).log, ended: () => over.has(statusOf(handle)), onChange: (listener) => hints.subscribe(listener) }, options);
    },

    stats: async (handle) => sight.stats(handle),
  };
  return driver;
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended in this very moment.
  }
}
