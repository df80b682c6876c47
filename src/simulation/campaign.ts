import { nextStart } from '../control/restart.ts';
import { mayHaveStandby } from '../control/standby.ts';
import { fold } from '../ledger/state/fold.ts';
import type { SimulatedAgent } from '../drivers/simulated.ts';
import { decidedFor, emptyState, everyAgent, generationOf, hashOf, replicasOf, serviceHash, slotKey, targetRevision, type Agent, type App, type Event, type Service, type State } from '../model/index.ts';
import { drawFaults, noFaults, type FaultPlan } from './faults.ts';
import { SeededRandom } from './random.ts';
import { SimulatedSwarm } from './swarm.ts';
import { VirtualClock } from './virtual-clock.ts';
import { nextProposal } from './workload.ts';

/** How one seed went. The same seed gives the same outcome, digest included. */
export interface Outcome {
  readonly seed: number;
  /** Empty when every property held. */
  readonly violations: readonly string[];
  readonly crashes: number;
  readonly events: number;
  /** Of the whole ledger. */
  readonly digest: string;
}

/** Virtual milliseconds: of trouble, and of peace. */
const trouble = 60_000;
const peace = 60_000;

/** Virtual milliseconds within which everything is as it is wanted, once nothing goes wrong any more and nothing has to wait for its turn to be restarted; and between two looks. */
const promptly = 10_000;
const look = 500;

const hour = 3_600_000;

/**
 * Runs the control plane through one seed: a restless person and injected faults for a minute, then peace; meanwhile and at the
 * end the properties of the design are checked.
 */
export async function runSeed(seed: number, plan?: FaultPlan): Promise<Outcome> {
  return (await run(seed, plan)).outcome;
}

/** The whole ledger that a seed leaves behind. */
export async function historyOf(seed: number, plan?: FaultPlan): Promise<readonly Event[]> {
  return (await run(seed, plan)).log;
}

async function run(seed: number, plan?: FaultPlan): Promise<{ outcome: Outcome; log: readonly Event[] }> {
  const random = new SeededRandom(seed);
  const clock = new VirtualClock();
  const watch = new Invariants();
  const swarm = new SimulatedSwarm(clock, new SeededRandom(seed ^ 0x5eed), watch.events(() => swarm));
  swarm.faults = plan ?? drawFaults(random);
  const acknowledged: string[] = [];
  swarm.boot();
  for (let passed = 0; passed < trouble;) {
    const pause = random.between(10, 6000);
    await clock.advance(pause);
    passed += pause;
    if (random.chance(swarm.faults.clockStep)) clock.step(random.chance(0.5) ? random.between(-5000, 60_000) : random.between(-3 * hour, 3 * hour));
    if (random.chance(0.1)) killSomebody(swarm, random);
    const proposal = nextProposal(random);
    const tag = `${seed}.${passed}`;
    void swarm.propose({ ...proposal, expected: tag }).then((admitted) => { if (admitted) acknowledged.push(tag); });
  }
  swarm.faults = noFaults;
  for (const agent of swarm.world.agents.values()) agent.behaviour &&= { ...agent.behaviour, stopsAfter: agent.behaviour.stopsAfter ?? 100, exitAfter: agent.task.env['BEHAVIOUR'] === 'crashes' ? agent.behaviour.exitAfter : null };
  for (let passed = 0; passed < peace; passed += look) {
    await clock.advance(look);
    watch.convergesPromptly(swarm, clock.monotonic());
  }
  watch.acknowledged(acknowledged, swarm);
  watch.converged(swarm);
  const quiet = swarm.log.length;
  await clock.advance(20_000);
  if (allBehave(swarm.state) && swarm.log.length !== quiet) watch.violations.push(`passes without drift wrote ${swarm.log.slice(quiet).map((event) => event.type).join(', ')}`);
  swarm.close();
  return { outcome: { seed, violations: watch.violations, crashes: swarm.crashes, events: swarm.log.length, digest: hashOf(swarm.log) }, log: swarm.log };
}

function killSomebody(swarm: SimulatedSwarm, random: SeededRandom): void {
  const running = [...swarm.world.agents.values()].filter((agent) => agent.status === 'running' || agent.held);
  if (running.length > 0) swarm.world.end(random.pick(running).handle.agent, null, 'SIGKILL');
}

/** Watches over the world while it goes on. */
class Invariants {
  readonly violations: string[] = [];
  /** When each thing that is amiss was first seen to be, in monotonic milliseconds. */
  readonly #since = new Map<string, number>();
  #state = emptyState;

  events(swarm: () => SimulatedSwarm) {
    return {
      started: (agent: SimulatedAgent) => {
        this.#oneASlot(agent, swarm());
        this.#noLongerStandsBy(agent, swarm());
        this.#runsWhatItIsRecordedAs(agent, swarm());
      },
      asked: (agent: SimulatedAgent) => this.#successorIsHealthy(agent, swarm()),
    };
  }

  /** Never more than one live agent a slot, plus the surge of a rollout; never two that share a volume. */
  #oneASlot(started: SimulatedAgent, swarm: SimulatedSwarm): void {
    const { app, service, slot } = started.task;
    const live = livePeers(swarm, started);
    const limit = service === 'db' ? 1 : 2;
    if (live.length > limit) this.violations.push(`${live.length} live agents in ${slotKey(app, service, slot)}: ${live.map((agent) => agent.handle.agent).join(', ')}`);
  }

  /** A standby is started only once it counts as an agent, and never beside one that would do as well. No slot has two that wait. */
  #noLongerStandsBy(started: SimulatedAgent, { state, log }: SimulatedSwarm): void {
    const { handle: { agent: id }, task } = started;
    const key = slotKey(task.app, task.service, task.slot);
    const ofSlot = (agent: Agent) => slotKey(agent.app, agent.service, agent.slot) === key && agent.state !== 'exited';
    if (state.standbys.has(id)) this.violations.push(`${id} was started while it stood by`);
    if (state.standbys.count(ofSlot) > 1) this.violations.push(`${key} has more than one standby`);
    const stoodBy = log.some((event) => event.type === 'AgentCreated' && event.body.agent === id && event.body.standby);
    const hash = state.agents.get(id)?.hash;
    const peer = state.agents.find((agent) => ofSlot(agent) && agent.id !== id && agent.hash === hash && agent.state !== 'stopping');
    if (stoodBy && peer) this.violations.push(`the standby ${id} was started beside ${peer.id} (${peer.state})`);
  }

  /** Whatever it was prepared for: its code is that of the revision which the ledger says it is of, and so is all else. */
  #runsWhatItIsRecordedAs({ handle: { agent: id }, task }: SimulatedAgent, { state }: SimulatedSwarm): void {
    const record = state.agents.get(id);
    const service = record && state.apps.get(record.app)?.revisions.get(record.revision)?.services.find(({ name }) => name === record.service);
    if (!record || !service) return;
    const env = Object.fromEntries(service.env.flatMap((variable) => ('value' in variable ? [[variable.name, variable.value]] : [])));
    const isRight = task.artefact === service.artefact && hashOf(task.env) === hashOf(env) && task.label?.hash === record.hash && task.label.revision === record.revision;
    if (!isRight) this.violations.push(`${id} was started with something else than revision ${record.revision} says`);
  }

  /** A healthy agent that is still wanted is only asked to go when another one of its slot is healthy. */
  #successorIsHealthy(asked: SimulatedAgent, swarm: SimulatedSwarm): void {
    const { app, service, slot } = asked.task;
    const { state } = swarm;
    const known = state.apps.get(app);
    const target = known && targetRevision(known)?.services.find((candidate) => candidate.name === service);
    const record = state.agents.get(asked.handle.agent);
    if (!asked.healthy || !known || !target || known.desired !== 'running' || slot >= replicasOf(known, target) || service === 'db') return;
    if (!record || record.state !== 'stopping' || record.stopCause !== 'stopped') return;
    const hash = serviceHash(target, generationOf(known, target.name, slot));
    const successor = state.agents.some((agent) => agent.id !== record.id && slotKey(agent.app, agent.service, agent.slot) === slotKey(app, service, slot) && agent.hash === hash);
    const wasSucceeded = swarm.log.some((event) => event.type === 'AgentReady' && event.body.agent !== record.id && sameSlot(swarm, event.body.agent, record.id));
    if (!successor && !wasSucceeded && record.reason?.startsWith('replaced')) this.violations.push(`${record.id} was replaced before a successor was healthy`);
    if (!record.reason?.startsWith('replaced') && record.hash === hash && this.#wantedAllAlong(swarm, record.id)) this.violations.push(`${record.id} is healthy and wanted, and was stopped: ${record.reason}`);
  }

  /** No decision came shortly before or after the agent was told to stop, so nobody changed their mind meanwhile. */
  #wantedAllAlong(swarm: SimulatedSwarm, id: string): boolean {
    const told = swarm.log.findLast((event) => event.type === 'AgentStopping' && event.body.agent === id);
    return told !== undefined && !swarm.log.some((event) => event.time > told.time - 200 && event.type === 'DecisionAdmitted');
  }

  acknowledged(tags: readonly string[], swarm: SimulatedSwarm): void {
    const durable = new Set(swarm.log.flatMap((event) => (event.type === 'DecisionAdmitted' ? [event.body.decision.expected] : [])));
    for (const tag of tags) if (!durable.has(tag)) this.violations.push(`the acknowledged proposal ${tag} is lost`);
    swarm.log.forEach((event, index) => {
      if (event.position !== index + 1) this.violations.push(`position ${event.position} at index ${index}`);
    });
  }

  /** In the end. */
  converged(swarm: SimulatedSwarm): void {
    const state = this.#fold(swarm);
    this.violations.push(...this.#amiss(swarm, state).values());
    for (const app of state.apps.values()) {
      const target = targetRevision(app);
      if (app.desired !== 'running' || !target || !targetBehaves(app)) continue;
      for (const service of target.services) {
        for (let slot = 0; slot < replicasOf(app, service); slot++) {
          const standbys = standbysOf(state, app, service, slot).filter(({ state: stage }) => stage === 'prepared');
          const isReady = state.agents.some((agent) => agent.app === app.name && agent.service === service.name && agent.slot === slot && agent.state === 'ready');
          if (isReady && standbys.length !== Number(mayHaveStandby(app, service))) this.violations.push(`${slotKey(app.name, service.name, slot)} has ${standbys.length} standbys`);
        }
      }
    }
  }

  /** Nothing stays amiss for longer than it takes to mend it. What was decided anew is amiss anew. */
  convergesPromptly(swarm: SimulatedSwarm, now: number): void {
    const amiss = this.#amiss(swarm, this.#fold(swarm));
    for (const subject of this.#since.keys()) if (!amiss.has(subject)) this.#since.delete(subject);
    for (const [subject, text] of amiss) {
      const since = this.#since.get(subject);
      if (since === undefined) this.#since.set(subject, now - look);
      else if (now - since > promptly && now - look - since <= promptly) this.violations.push(`${text}, ${promptly / 1000} s after the last fault`);
    }
  }

  #fold({ log }: SimulatedSwarm): State {
    this.#state = log.slice(this.#state.position).reduce(fold, this.#state);
    return this.#state;
  }

  /** What is not as it should be: every slot of an app that should run has exactly one agent of the target, ready, unless it has to wait; nothing else lives. */
  #amiss(swarm: SimulatedSwarm, state: State): Map<string, string> {
    const amiss = new Map<string, string>();
    for (const { handle: { agent } } of swarm.world.agents.values()) if (!state.agents.has(agent) && !state.standbys.has(agent)) amiss.set(agent, `${agent} is an orphan`);
    const expected = new Set<string>();
    for (const app of state.apps.values()) {
      if (app.desired === 'removed') amiss.set(app.name, `${app.name} is still being removed`);
      const target = targetRevision(app);
      if (app.desired !== 'running' || !target) continue;
      for (const service of target.services) {
        for (let slot = 0; slot < replicasOf(app, service); slot++) {
          const key = slotKey(app.name, service.name, slot);
          const hash = serviceHash(service, generationOf(app, service.name, slot));
          const agents = [...state.agents.values()].filter((agent) => slotKey(agent.app, agent.service, agent.slot) === key);
          for (const { id } of [...agents, ...standbysOf(state, app, service, slot)]) expected.add(id);
          const isReady = agents.length === 1 && agents[0]!.state === 'ready' && agents[0]!.hash === hash && swarm.world.agents.get(agents[0]!.id)?.status === 'running';
          if (isReady || !behavesWell(service) || waits(swarm, state, app, service, slot)) continue;
          amiss.set(`${key} since ${decidedFor(app, service.name, slot)?.position}`, `${key} has not converged: ${agents.map((agent) => `${agent.id} ${agent.state}`).join(', ') || 'no agent'}`);
        }
      }
    }
    for (const agent of everyAgent(state)) {
      const app = state.apps.get(agent.app);
      const mayLinger = app?.desired === 'running' && !targetBehaves(app);
      if (!mayLinger && !expected.has(agent.id)) amiss.set(agent.id, `${agent.id} should not be there (${agent.state})`);
    }
    return amiss;
  }
}

/** A slot that failed time after time waits for its next agent, and who comes after it waits with it. */
function waits(swarm: SimulatedSwarm, state: State, app: App, service: Service, slot: number): boolean {
  const key = slotKey(app.name, service.name, slot);
  const next = nextStart(service.restart, state.slots.get(key), serviceHash(service, generationOf(app, service.name, slot)), key);
  const isEmpty = !state.agents.some((agent) => slotKey(agent.app, agent.service, agent.slot) === key && agent.state !== 'exited');
  if (isEmpty && (next === 'never' || next > swarm.time)) return true;
  const needed = targetRevision(app)!.services.filter(({ name }) => service.after.includes(name));
  return needed.some((other) => Array.from({ length: replicasOf(app, other) }, (_, index) => index).some((index) => waits(swarm, state, app, other, index)));
}

function standbysOf(state: State, app: App, service: Service, slot: number): Agent[] {
  const hash = serviceHash(service, generationOf(app, service.name, slot));
  return [...state.standbys.values()].filter((agent) => agent.app === app.name && agent.service === service.name && agent.slot === slot && agent.hash === hash);
}

function behavesWell(service: Service): boolean {
  return !service.env.some((variable) => 'value' in variable && (variable.value === 'crashes' || variable.value === 'hangs'));
}

function targetBehaves(app: App): boolean {
  return targetRevision(app)?.services.every(behavesWell) ?? true;
}

/** A revision that can only crash keeps being tried when a person insisted on it: then there is no quiet. */
function allBehave(state: State): boolean {
  return state.apps.every((app) => app.desired !== 'running' || targetBehaves(app));
}

function livePeers(swarm: SimulatedSwarm, { task }: SimulatedAgent): SimulatedAgent[] {
  const key = slotKey(task.app, task.service, task.slot);
  return [...swarm.world.agents.values()].filter((agent) => agent.status === 'running' && slotKey(agent.task.app, agent.task.service, agent.task.slot) === key);
}

function sameSlot(swarm: SimulatedSwarm, a: string, b: string): boolean {
  const slot = (id: string) => {
    const created = swarm.log.find((event) => event.type === 'AgentCreated' && event.body.agent === id);
    return created?.type === 'AgentCreated' ? slotKey(created.body.app, created.body.service, created.body.slot) : id;
  };
  return slot(a) === slot(b);
}
