import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { StratoError, type AgentId, type Handle } from '../model/index.ts';
import type { CgroupsProbe } from '../host/cgroups/cgroups.ts';
import { openCgroups } from '../host/cgroups/open.ts';
import { descendantsOf } from '../host/proc-tree.ts';
import { listeningSockets, SocketOwners } from '../host/proc-sockets.ts';
import { usageOf } from '../host/proc-usage.ts';
import { isAlive, processTable, type ProcessStat } from '../host/proc.ts';
import type { Paths } from '../host/paths.ts';
import { agentDirectory, agentHandle, eraseAgentDirectory, hintsDirectory, labelOf, listAgents, replaceTask, requireTask, type AgentDirectory } from './agent-directory.ts';
import type { Capability, Driver, ExecOptions, Execution, Listener, LogChunk, LogOptions, Report, Stats, Task } from './driver.ts';
import { execBeside } from './exec-beside.ts';
import { readLog } from './logs.ts';
import { withListeners } from './lazy-listeners.ts';
import { RememberedListeners } from './remembered-listeners.ts';
import { joinCommand, setupCommand } from './sandbox/command.ts';
import { surveyGround, type Ground } from './sandbox/ground.ts';
import { removeOrphans } from './sandbox/orphans.ts';
import { readPlace, type Place } from './sandbox/place.ts';
import { claimAddress, claimGroup, overhead, prepareSandbox, sandboxEnvironment } from './sandbox/prepare.ts';
import { describeGround, tryOnce } from './sandbox/probe.ts';
import { readSandbox, signalRecord, type SandboxState } from './sandbox/state.ts';
import { Hints } from './shim/hints.ts';
import { isHeld, Holding, liftHold, putHold } from './shim/hold.ts';
import { launchEnvironment } from './shim/launch.ts';
import { claimForStop } from './shim/records.ts';
import { startShim } from './shim/start.ts';
import { ShimWatch } from './shim/watch.ts';

const name = 'sandbox';
/** Milliseconds. */
const patience = 20_000;

/**
 * Runs agents in namespaces made with util-linux: of the host they see, read-only, where programs are; they write to their own copy of the
 * artefact, to volumes and to scratch directories; their user has no privileges and can gain none. With root each has its own address.
 */
export function sandboxDriver({ paths }: { readonly paths: Paths }): Driver {
  return new SandboxDriver(paths);
}

class SandboxDriver implements Driver {
  readonly name = name;
  readonly isolation = 'namespace';
  readonly #paths: Paths;
  readonly #hints: Hints;
  readonly #owners = new SocketOwners();
  readonly #remembered = new RememberedListeners();
  readonly #watch: ShimWatch;
  readonly #holding = new Holding();
  #surveyed: Promise<Ground> | undefined;
  #grouped: Promise<CgroupsProbe> | undefined;

  constructor(paths: Paths) {
    this.#paths = paths;
    this.#hints = new Hints(hintsDirectory(paths, name));
    this.#watch = new ShimWatch({ hints: this.#hints, agents: () => listAgents(paths, name), listens: (handle) => this.#listens(handle) });
  }

  #ground(): Promise<Ground> {
    this.#surveyed ??= surveyGround(this.#paths, this.#cgroups());
    return this.#surveyed;
  }

  #cgroups(): Promise<CgroupsProbe> {
    this.#grouped ??= openCgroups(this.#paths.home);
    return this.#grouped;
  }

  async probe(): Promise<Capability> {
    try {
      const ground = await this.#ground();
      const refusal = describeGround(ground);
      if (!refusal.works) return refusal;
      await removeOrphans(this.#paths, ground);
      const failure = await tryOnce(this, this.#paths);
      return failure === null ? refusal : { works: false, reason: failure, remedy: 'allow user namespaces (sysctl user.max_user_namespaces, kernel.unprivileged_userns_clone), or run as root' };
    } catch (error) {
      return { works: false, reason: (error as Error).message, remedy: 'see stratoswarm doctor' };
    }
  }

  handle(agent: AgentId, port: number | null): Handle {
    return agentHandle(this.#paths, name, agent, port);
  }

  async prepare(handle: Handle, task: Task): Promise<void> {
    const { status } = readSandbox(agentDirectory(handle));
    if (status !== 'absent' && status !== 'prepared') return;
    await prepareSandbox(this.#paths, await this.#ground(), handle, task);
  }

  hold(handle: Handle, task: Task): Promise<void> {
    return this.#holding.begin(handle.agent, () => this.#hold(handle, task));
  }

  async #hold(handle: Handle, task: Task): Promise<void> {
    await this.prepare(handle, task);
    const directory = agentDirectory(handle);
    if (readSandbox(directory).status !== 'prepared') return;
    await putHold(holdOf(directory));
    await this.#launch(handle);
  }

  async retask(handle: Handle, task: Task): Promise<boolean> {
    return replaceTask(handle, task, { otherCode: false });
  }

  async start(handle: Handle): Promise<Report> {
    const directory = agentDirectory(handle);
    await this.#holding.settled(handle.agent);
    liftHold(holdOf(directory));
    const { status } = readSandbox(directory);
    if (status !== 'running' && status !== 'exited') await this.#launch(handle);
    this.#watch.started(handle);
    this.#remembered.started(handle.agent);
    return this.recover(handle);
  }

  async #launch(handle: Handle): Promise<void> {
    const directory = agentDirectory(handle);
    const task = requireTask(directory);
    const place = readPlace(directory);
    if (place === null) throw new StratoError('agent.not-prepared', `${handle.agent} was not prepared completely`, { next: 'the control loop replaces the agent' });
    if (readSandbox(directory).status === 'prepared') {
      const ground = await this.#ground();
      // After a restart of the machine, a prepared agent has lost what the kernel held for it.
      claimGroup(ground, handle.agent, task.resources);
      if (place.network !== null && !existsSync(place.network)) await claimAddress(ground, handle.agent, task);
      const environment = launchEnvironment(task.argv, sandboxEnvironment(directory, place, task), holdInside);
      await startShim({ directory, hints: this.#hints, command: setupCommand(directory, place), environment, cwd: '/', cgroups: groupFiles(ground.cgroups, handle.agent) });
    }
    await this.#setUp(directory);
  }

  /** Resolves once the program has taken over, or all has ended. */
  async #setUp(directory: AgentDirectory): Promise<void> {
    const deadline = performance.now() + patience;
    let wake = (): void => {};
    const unsubscribe = this.#hints.subscribe((agent) => {
      if (agent === directory.agent) wake();
    });
    try {
      for (;;) {
        const { status } = readSandbox(directory);
        if (status === 'running' || status === 'exited' || status === 'absent') return;
        if (performance.now() > deadline) throw new StratoError('agent.start-failed', `the sandbox of ${directory.agent} was not set up within ${patience} ms`, { retryable: true });
        const hint = new Promise<void>((resolve) => (wake = resolve));
        await Promise.race([hint, delay(20)]);
      }
    } finally {
      unsubscribe();
    }
  }

  async signal(handle: Handle, signal: NodeJS.Signals): Promise<void> {
    const { status, main } = readSandbox(agentDirectory(handle));
    if (status === 'running') signalRecord(main, signal);
  }

  async stop(handle: Handle): Promise<void> {
    const directory = agentDirectory(handle);
    const cgroups = await this.#cgroups();
    const deadline = performance.now() + patience;
    for (let state = readSandbox(directory); state.status !== 'absent' && state.status !== 'exited'; state = readSandbox(directory)) {
      if (state.status === 'prepared') claimForStop(directory);
      signalRecord(state.init, 'SIGKILL');
      if (state.init === null) signalRecord(state.outer, 'SIGKILL');
      if (performance.now() > deadline) throw new StratoError('agent.unstoppable', `${handle.agent} did not end`, { why: 'a process in uninterruptible sleep waits for a device or file system', retryable: true });
      await delay(1);
    }
    if (cgroups.works) await cgroups.cgroups.kill(handle.agent);
  }

  async remove(handle: Handle): Promise<void> {
    await this.stop(handle);
    const { cgroups, network } = await this.#ground();
    if (cgroups.works) await cgroups.cgroups.remove(handle.agent);
    if (network.works) await network.network.remove(handle.agent);
    this.#owners.forget(handle.agent);
    // Last: as long as it is there, what else an agent has is not forgotten.
    await eraseAgentDirectory(agentDirectory(handle));
  }

  async recover(handle: Handle): Promise<Report> {
    const directory = agentDirectory(handle);
    const state = readSandbox(directory);
    const place = readPlace(directory);
    const held = state.status === 'running' && isHeld(holdOf(directory));
    const running = state.status === 'running' && !held;
    if (!running) this.#remembered.forget(handle.agent);
    const status = state.status === 'setting-up' || held ? 'prepared' : state.status;
    const { main } = state;
    return withListeners({
      agent: handle.agent, handle, status, pid: running ? main!.pid : null, pidStart: running ? main!.start : null, address: place?.address ?? null, address6: place?.address6 ?? null,
      exit: state.exit && (await this.#hungry(handle.agent)) ? { ...state.exit, outOfMemory: true } : state.exit,
      label: labelOf(directory),
    }, () => (running && isAlive(main!.pid, main!.start) ? this.#remembered.of(handle.agent, () => this.#listeners(handle.agent, state, place)) : []));
  }

  async #hungry(agent: string): Promise<boolean> {
    const cgroups = await this.#cgroups();
    return cgroups.works && (cgroups.cgroups.read(agent)?.oomKills ?? 0) > 0;
  }

  #listeners(agent: string, state: SandboxState, place: Place | null): Listener[] {
    const sockets = listeningSockets(state.main!.pid);
    const own = place?.network != null ? sockets : (this.#owners.of(agent, sockets, () => insideOf(state).map(({ pid }) => pid)) ?? []);
    return own.map(({ address, port }) => ({ address, port }));
  }

  #listens(handle: Handle): boolean {
    const directory = agentDirectory(handle);
    const state = readSandbox(directory);
    return state.status === 'running' && this.#listeners(handle.agent, state, readPlace(directory)).length > 0;
  }

  observe(): Promise<Report[]> {
    return Promise.all(listAgents(this.#paths, name).map((handle) => this.recover(handle)));
  }

  watch(listener: (agent: AgentId) => void): () => void {
    return this.#watch.subscribe(listener);
  }

  async exec(handle: Handle, argv: readonly string[], options?: ExecOptions): Promise<Execution> {
    const directory = agentDirectory(handle);
    const { status, init, main } = readSandbox(directory);
    const place = readPlace(directory);
    if (status !== 'running' || init === null || main === null || place === null) throw new StratoError('agent.not-running', `${handle.agent} does not run`, { next: 'choose an agent that does: stratoswarm ps' });
    const environment = launchEnvironment(argv, sandboxEnvironment(directory, place, requireTask(directory)));
    const cgroups = groupFiles(await this.#cgroups(), handle.agent);
    return execBeside({ command: joinCommand(place, init, main), environment: { ...environment, STRATOSWARM_CGROUPS: cgroups.join(' ') }, cwd: '/' }, options);
  }

  logs(handle: Handle, options?: LogOptions): AsyncIterable<LogChunk> {
    const directory = agentDirectory(handle);
    return readLog({
      log: directory.log,
      ended: () => ['exited', 'absent'].includes(readSandbox(directory).status),
      onChange: (listener) => this.#hints.subscribe((agent) => {
        if (agent === handle.agent) listener();
      }),
    }, options);
  }

  async stats(handle: Handle): Promise<Stats> {
    const cgroups = await this.#cgroups();
    const usage = cgroups.works ? cgroups.cgroups.read(handle.agent) : null;
    const state = readSandbox(agentDirectory(handle));
    const processes = state.status === 'running' ? insideOf(state) : [];
    const seen = processes.length > 0 && (usage?.cpu ?? usage?.memory ?? usage?.pids ?? null) === null ? usageOf(processes) : null;
    return {
      cpu: usage?.cpu ?? seen?.cpu ?? null, memory: usage?.memory ?? seen?.memory ?? null,
      pids: usage?.pids == null ? (seen?.pids ?? null) : Math.max(0, usage.pids - overhead),
      outOfMemoryKills: usage?.oomKills ?? null, throttled: usage?.throttled ?? null,
    };
  }
}

/** Where it lies for the program, and for us. */
const holdInside = '/.stratoswarm/hold';
const holdOf = (directory: AgentDirectory) => directory.root + holdInside;

/** All processes of a sandbox but process 1: whoever loses its parent in there becomes a child of that. */
function insideOf({ init }: SandboxState): ProcessStat[] {
  return init === null ? [] : descendantsOf(new Set([init.pid]), processTable());
}

function groupFiles(groups: CgroupsProbe, agent: string): string[] {
  return groups.works ? groups.cgroups.directories(agent).map((path) => `${path}/cgroup.procs`) : [];
}
