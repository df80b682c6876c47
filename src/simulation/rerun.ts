import { Map as ImmutableMap } from 'immutable';
import { Governor } from '../control/governor.ts';
import type { Parts } from '../control/parts.ts';
import { Reconciler } from '../control/reconciler.ts';
import { simulatedDriver, SimulatedWorld, type Behaviour, type SimulatedAgent } from '../drivers/simulated.ts';
import { fold } from '../ledger/state/fold.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { eventVersions, originOf, slotKey, type Agent, type AgentId, type Event, type NewEvent, type Proposal, type State } from '../model/index.ts';
import type { Conduct, Conducts } from './conduct.ts';
import { SeededRandom } from './random.ts';
import { VirtualClock } from './virtual-clock.ts';

/** What comes from outside at a time, milliseconds from the beginning: somebody's wish, or the end of whatever agent is in a slot. */
export type Happening =
  | { readonly at: number; readonly proposal: Proposal }
  | { readonly at: number; readonly ends: string; readonly code: number | null; readonly signal: string | null };

export interface RerunResult {
  /** What the control plane wrote, in the positions after those of the beginning. */
  readonly events: readonly Event[];
  readonly state: State;
  /** Hashes that were run although nothing is known of their conduct: they were taken to be well. */
  readonly unknown: ReadonlySet<string>;
}

/** Milliseconds that an agent takes to notice what it needs is gone, and to end when it is asked to. */
const noticing = 100;

/**
 * Runs the true control plane over a simulated machine from a state on, with agents that behave as is known of them, and lets `happenings` come in. Deterministic; nothing
 * outside is touched.
 */
export async function rerun(start: State, epoch: number, happenings: readonly Happening[], conducts: Conducts, length: number): Promise<RerunResult> {
  const swarm = new Rerun(start, epoch, conducts);
  await swarm.begin();
  let now = 0;
  for (const happening of happenings.toSorted((a, b) => a.at - b.at)) {
    await swarm.clock.advance(Math.max(0, happening.at - now));
    now = Math.max(now, happening.at);
    swarm.happen(happening);
  }
  await swarm.clock.advance(Math.max(0, length - now));
  return swarm.end();
}

class Rerun {
  readonly clock: VirtualClock;
  readonly #random = new SeededRandom(1);
  readonly #conducts: Conducts;
  readonly #world: SimulatedWorld;
  readonly #governor: Governor;
  readonly #reconciler: Reconciler;
  readonly #events: Event[] = [];
  readonly #unknown = new Set<string>();
  readonly #listeners = new Set<() => void>();
  #state: State;
  /** The agent that is being placed had been ready: how its kind fails while starting is behind it. */
  #settled = false;

  constructor(start: State, epoch: number, conducts: Conducts) {
    this.clock = new VirtualClock(epoch);
    this.#conducts = conducts;
    this.#state = simulated(start);
    this.#world = new SimulatedWorld(this.clock, (task) => this.#behave(task.label!.hash, task.service), { started: (agent) => this.#started(agent), ended: (agent) => this.#ended(agent) });
    const driver = simulatedDriver(this.#world);
    const current = () => this.#state;
    const ledger = this.#ledger();
    this.#governor = new Governor({ ledger, state: current, random: this.#random });
    const parts: Parts = {
      ledger, clock: this.clock, random: this.#random, drivers: new Map([['simulated', driver]]),
      state: { get current() { return current(); }, onChange: (listener) => { this.#listeners.add(listener); return () => this.#listeners.delete(listener); } },
      router: { apply: async () => undefined, drained: async () => undefined },
      propose: (proposal, origin) => this.#governor.propose(proposal, origin),
      driverFor: () => driver,
      allocatePort: async () => 1024 + this.#events.length,
      task: async (agent, service) => ({ app: agent.app, service: agent.service, slot: agent.slot, argv: service.argv, env: {}, artefact: null, cwd: '.', volumes: [], resources: {}, addressKey: agent.id, hosts: {}, toolchain: [] }),
      probe: async ({ agent }) => ({ ok: this.#world.agents.get(agent.id)?.healthy === true, detail: 'simulated' }),
      availableMemory: () => 1, archive: async () => undefined, tail: async () => [], erase: async () => undefined,
    };
    this.#reconciler = new Reconciler(parts);
  }

  async begin(): Promise<void> {
    for (const agent of this.#state.agents.values()) this.#place(agent);
    const started = this.#reconciler.start();
    await this.clock.advance(1);
    await started;
  }

  happen(happening: Happening): void {
    if ('proposal' in happening) void this.#governor.propose({ ...happening.proposal, basedOn: null }).catch(() => undefined);
    else for (const agent of this.#inSlot(happening.ends)) this.#world.end(agent.handle.agent, happening.code, happening.signal);
  }

  end(): RerunResult {
    this.#reconciler.close();
    return { events: this.#events, state: this.#state, unknown: this.#unknown };
  }

  /** Puts an agent of the beginning where it was. */
  #place(agent: Agent): void {
    const { app, service, slot, revision, hash, node } = agent;
    this.#world.prepare(agent.handle, { app, service, slot, argv: [], env: {}, artefact: null, cwd: '.', volumes: [], resources: {}, addressKey: agent.id, hosts: {}, toolchain: [], label: { app, service, slot, revision, hash, node } });
    if (agent.state === 'pending' || agent.state === 'prepared' || agent.state === 'exited') return;
    this.#settled = agent.readyAt !== null;
    const placed = this.#world.start(agent.id);
    this.#settled = false;
    placed.healthy = agent.state === 'ready';
  }

  #behave(hash: string, service: string): Behaviour {
    const conduct = this.#conducts.of(hash);
    if (!conduct) this.#unknown.add(hash);
    const well = { healthyAfter: conduct && 'readyAfter' in conduct ? conduct.readyAfter : 100, exitAfter: null, exitCode: 0, stopsAfter: noticing };
    if (!conduct || conduct.kind === 'well' || this.#settled) return well;
    if (conduct.kind === 'fails') return failing(well, conduct.how, conduct.after, conduct.code);
    if (conduct.kind === 'needs') return this.#isUp(conduct.service) ? well : failing(well, conduct.how, noticing, conduct.code);
    return this.#running(service) > conduct.most ? failing(well, 'memory', conduct.after, null) : well;
  }

  /** Where there are too many now, all of them run out of memory. */
  #started(started: SimulatedAgent): void {
    const { service } = started.task;
    for (const agent of this.#world.agents.values()) {
      const conduct = this.#conductOf(agent);
      if (agent === started || agent.task.service !== service || conduct?.kind !== 'crowded' || this.#running(service) <= conduct.most) continue;
      this.clock.after(conduct.after, () => this.#running(service) > conduct.most && this.#world.end(agent.handle.agent, null, 'SIGKILL', true));
    }
  }

  #ended({ task: { service } }: SimulatedAgent): void {
    if (this.#isUp(service)) return;
    for (const agent of this.#world.agents.values()) {
      const conduct = this.#conductOf(agent);
      if (agent.status !== 'running' || conduct?.kind !== 'needs' || conduct.service !== service) continue;
      this.clock.after(noticing, () => {
        if (conduct.how === 'exit') this.#world.end(agent.handle.agent, conduct.code ?? 1, null);
        else agent.healthy = false;
      });
    }
  }

  #conductOf(agent: SimulatedAgent): Conduct | undefined {
    return agent.task.label && this.#conducts.of(agent.task.label.hash);
  }

  #isUp(service: string): boolean {
    return [...this.#world.agents.values()].some((agent) => agent.task.service === service && agent.status === 'running');
  }

  #running(service: string): number {
    return [...this.#world.agents.values()].filter((agent) => agent.task.service === service && agent.status === 'running').length;
  }

  #inSlot(slot: string): SimulatedAgent[] {
    return [...this.#world.agents.values()].filter(({ task, status }) => status === 'running' && slotKey(task.app, task.service, task.slot) === slot);
  }

  #ledger(): Ledger {
    return {
      head: 0,
      beginning: 0,
      append: async (events: readonly NewEvent[]) => {
        const written = events.map((event, index) => ({ ...event, position: this.#state.position + index + 1, time: this.clock.now(), version: eventVersions[event.type] ?? 1 }) as Event);
        this.#events.push(...written);
        this.#state = written.reduce(fold, this.#state);
        for (const listener of this.#listeners) listener();
        return written;
      },
      read: async () => [], history: async () => [], subscribe: () => () => undefined, close: async () => undefined,
    };
  }
}

/** A state whose agents are simulated ones. What was decided but not done yet stays so; standbys are made anew. */
function simulated(state: State): State {
  const agents = state.agents.map((agent) => ({ ...agent, handle: { ...agent.handle, driver: 'simulated' as const } }));
  const nodes = state.nodes.isEmpty()
    ? ImmutableMap([['simulated', { name: 'simulated', cpu: 4000, memory: 8e9, isolations: ['process' as const], ownNetwork: true, availability: 'active' as const, last: originOf({ position: state.position }) }]])
    : state.nodes;
  return { ...state, standbys: ImmutableMap(), agents: agents as ImmutableMap<AgentId, Agent>, nodes };
}

function failing(well: Behaviour, how: 'exit' | 'hang' | 'ill' | 'memory', after: number, code: number | null): Behaviour {
  if (how === 'hang') return { ...well, healthyAfter: null };
  if (how === 'ill') return { ...well, illAfter: after };
  return { ...well, exitAfter: after, exitCode: code ?? 1, outOfMemory: how === 'memory' };
}
