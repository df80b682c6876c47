import { StratoError, hashOf, type AgentId, type Exit, type Handle } from '../model/index.ts';
import type { Capability, Driver, Execution, LogChunk, Report, Stats, Task } from './driver.ts';

/** How a simulated agent behaves from its start on. Milliseconds; null for never. */
export interface Behaviour {
  /** Until it listens and answers probes. */
  readonly healthyAfter: number | null;
  readonly exitAfter: number | null;
  readonly exitCode: number;
  /** Until it ends after a stop signal; null ignores the signal. */
  readonly stopsAfter: number | null;
  /** Until it is not healthy any more although it runs on; absent for never. */
  readonly illAfter?: number;
  /** Its end after `exitAfter` is the kernel's, for lack of memory. */
  readonly outOfMemory?: boolean;
}

export interface SimulatedAgent {
  readonly handle: Handle;
  task: Task;
  status: 'prepared' | 'running' | 'exited';
  behaviour: Behaviour | undefined;
  /** Its runtime is there and waits. */
  held: boolean;
  healthy: boolean;
  pid: number | null;
  address: string;
  exit: Exit | null;
}

/** What goes on in the simulated world, for those who watch over its invariants. */
export interface SimulatedWorldEvents {
  started?(agent: SimulatedAgent): void;
  ended?(agent: SimulatedAgent): void;
  asked?(agent: SimulatedAgent, how: 'signal' | 'stop'): void;
}

/**
 * A machine in memory: it outlives the daemon that drives it, as processes do. Every agent behaves as `behaviour` says.
 */
export class SimulatedWorld {
  readonly agents = new Map<AgentId, SimulatedAgent>();
  readonly #clock: { now(): number; after(ms: number, action: () => void): () => void };
  readonly #behaviour: (task: Task) => Behaviour;
  readonly #watchers = new Set<(agent: AgentId) => void>();
  readonly #events: SimulatedWorldEvents;
  #pids = 100;

  constructor(clock: { now(): number; after(ms: number, action: () => void): () => void }, behaviour: (task: Task) => Behaviour, events: SimulatedWorldEvents = {}) {
    this.#clock = clock;
    this.#behaviour = behaviour;
    this.#events = events;
  }

  watch(listener: (agent: AgentId) => void): () => void {
    this.#watchers.add(listener);
    return () => this.#watchers.delete(listener);
  }

  prepare(handle: Handle, task: Task): void {
    if (!this.agents.has(handle.agent)) {
      this.agents.set(handle.agent, { handle, task, status: 'prepared', behaviour: undefined, held: false, healthy: false, pid: null, address: `10.0.0.${this.agents.size % 250}`, exit: null });
    }
  }

  /** What waits to be let go can die like what runs. */
  hold(id: AgentId): void {
    const agent = this.agents.get(id);
    if (!agent) throw new StratoError('driver.not-prepared', `${id} was not prepared`);
    if (agent.status === 'prepared') agent.held = true;
  }

  /** Only code and label of a task may be replaced. */
  retask(id: AgentId, task: Task): boolean {
    const agent = this.agents.get(id);
    if (agent?.status !== 'prepared' || hashOf({ ...agent.task, artefact: null, label: null }) !== hashOf({ ...task, artefact: null, label: null })) return false;
    agent.task = task;
    return true;
  }

  start(id: AgentId): SimulatedAgent {
    const agent = this.agents.get(id);
    if (!agent) throw new StratoError('driver.not-prepared', `${id} was not prepared`);
    if (agent.status !== 'prepared') return agent;
    const behaviour = this.#behaviour(agent.task);
    agent.status = 'running';
    agent.held = false;
    agent.behaviour = behaviour;
    agent.pid = ++this.#pids;
    this.#events.started?.(agent);
    if (behaviour.healthyAfter !== null) this.#clock.after(behaviour.healthyAfter, () => { agent.healthy = agent.status === 'running'; });
    if (behaviour.exitAfter !== null) this.#clock.after(behaviour.exitAfter, () => {
      // Whoever lets its behaviour be another one meanwhile saves it.
      if (agent.behaviour?.exitAfter === null) return;
      if (behaviour.outOfMemory) this.end(id, null, 'SIGKILL', true);
      else this.end(id, behaviour.exitCode, null);
    });
    if (behaviour.illAfter !== undefined) this.#clock.after(behaviour.illAfter, () => { agent.healthy = false; });
    return agent;
  }

  signal(id: AgentId): void {
    const agent = this.agents.get(id);
    if (agent?.status !== 'running') return;
    this.#events.asked?.(agent, 'signal');
    const after = agent.behaviour?.stopsAfter;
    if (after !== null && after !== undefined) this.#clock.after(after, () => this.end(id, 0, null));
  }

  kill(id: AgentId): void {
    const agent = this.agents.get(id);
    if (agent?.status === 'running') this.#events.asked?.(agent, 'stop');
    this.end(id, null, 'SIGKILL');
  }

  /** The process ends, whoever caused it. */
  end(id: AgentId, code: number | null, signal: string | null, outOfMemory = false): void {
    const agent = this.agents.get(id);
    if (agent?.status !== 'running' && !agent?.held) return;
    agent.held = false;
    agent.status = 'exited';
    agent.healthy = false;
    agent.exit = { code, signal, outOfMemory, at: this.#clock.now(), detail: null };
    this.#events.ended?.(agent);
    for (const watcher of this.#watchers) watcher(id);
  }

  report(handle: Handle): Report {
    const agent = this.agents.get(handle.agent);
    const listeners = agent?.healthy && handle.port !== null ? [{ address: agent.address, port: handle.port }] : [];
    const { status = 'absent' as const, pid = null, address = null, exit = null } = agent ?? {};
    return { agent: handle.agent, handle, status, pid, pidStart: pid, address, address6: null, listeners, exit, label: agent?.task.label };
  }
}

/** Drives a {@link SimulatedWorld}: for the simulator, for `plan`, and to measure the control loop by itself. */
export function simulatedDriver(world: SimulatedWorld): Driver {
  const capability: Capability = { works: true, features: ['simulated'], ownNetwork: true, lacks: [] };
  return {
    name: 'simulated',
    isolation: 'process',
    probe: async () => capability,
    handle: (agent, port) => ({ driver: 'simulated', agent, directory: `/simulated/${agent}`, port }),
    prepare: async (handle, task) => world.prepare(handle, task),
    hold: async (handle, task) => {
      world.prepare(handle, task);
      world.hold(handle.agent);
    },
    retask: async (handle, task) => world.retask(handle.agent, task),
    start: async (handle) => {
      world.start(handle.agent);
      return world.report(handle);
    },
    signal: async (handle) => world.signal(handle.agent),
    stop: async (handle) => world.kill(handle.agent),
    remove: async (handle) => {
      if (world.agents.get(handle.agent)?.status === 'running') throw new StratoError('driver.still-running', `${handle.agent} still runs`);
      world.agents.delete(handle.agent);
    },
    recover: async (handle) => world.report(handle),
    observe: async () => [...world.agents.values()].map((agent) => world.report(agent.handle)),
    watch: (listener) => world.watch(listener),
    exec: async (): Promise<Execution> => {
      throw new StratoError('driver.unsupported', 'a simulated agent runs no programs');
    },
    async *logs(): AsyncIterable<LogChunk> {},
    stats: async (): Promise<Stats> => ({ cpu: null, memory: null, pids: null, outOfMemoryKills: null, throttled: null }),
  };
}
