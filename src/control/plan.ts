import type { Report } from '../drivers/driver.ts';
import type { Agent, App, AgentId, Service, State } from '../model/index.ts';
import { decidedFor, frameHash, generationOf, newest, replicasOf, serviceHash, slotKey, targetRevision, type Origin } from '../model/index.ts';
import { advance, ended, patience, settle } from './advance.ts';
import type { Health } from './health.ts';
import { measured } from './measure.ts';
import { place } from './placement.ts';
import { nextStart } from './restart.ts';
import { rolloutStep, targetReady, type RolloutSight } from './rollout.ts';
import { sharesPorts } from './shared-ports.ts';
import { hasRoom, isShort, mayHaveStandby, removableFrom, standbyFrom } from './standby.ts';
import { record, stopping, unstarted, type Step } from './step.ts';

/** Agents that a slot may have beside the one that fills it: its successor, or a predecessor that is still ending. */
const surge = 1;

/** Milliseconds for which clearing up after an agent waits, so that its successor has the machine to itself. */
const successorFirst = 2000;

/** The world as the reconciler last saw it. */
export interface World {
  report(id: AgentId): Report | undefined;
  health(id: AgentId): Health | undefined;
  /** Ledger time at which this daemon sent the stop signal; null before that. */
  terminatedAt(id: AgentId): number | null;
  /** Share of the machine's memory that is available. */
  readonly availableMemory: number;
}

export interface Pass {
  readonly steps: readonly Step[];
  /** Ledger time at which another pass is needed although nothing happens; null for none. */
  readonly wakeAt: number | null;
}

/**
 * One pass: every step that brings the world nearer to the desired state, at most one for each slot and each agent. Pure;
 * without drift it is empty.
 */
export function plan(state: State, world: World, now: number): Pass {
  const pass = new PassBuilder(state, world, now);
  for (const app of state.apps.values()) pass.app(app);
  pass.strays();
  pass.measurements();
  return { steps: pass.steps, wakeAt: pass.wakeAt };
}

class PassBuilder {
  readonly steps: Step[] = [];
  wakeAt: number | null = null;
  readonly #state: State;
  readonly #world: World;
  readonly #now: number;
  readonly #slots = new Map<string, Agent[]>();
  readonly #byApp = new Map<string, Agent[]>();
  readonly #standbys = new Map<string, Agent[]>();

  constructor(state: State, world: World, now: number) {
    this.#state = state;
    this.#world = world;
    this.#now = now;
    for (const agent of state.agents.values()) {
      put(this.#slots, slotKey(agent.app, agent.service, agent.slot), agent);
      put(this.#byApp, agent.app, agent);
    }
    for (const standby of state.standbys.values()) put(this.#standbys, slotKey(standby.app, standby.service, standby.slot), standby);
  }

  app(app: App): void {
    const target = targetRevision(app);
    const wanted = new Map<string, Service>();
    if (app.desired === 'running' && target) for (const service of target.services) wanted.set(service.name, service);
    const agents = this.#byApp.get(app.name) ?? [];
    const sight: RolloutSight = {
      slot: (key) => this.#slots.get(key) ?? [],
      history: (key) => this.#state.slots.get(key),
      total: this.#byApp.get(app.name)?.length ?? 0,
      get last() { return newest(agents.map((agent) => agent.last)); },
      now: this.#now,
    };
    for (const service of wanted.values()) this.#service(app, service);
    for (const agent of this.#byApp.get(app.name) ?? []) {
      const service = wanted.get(agent.service);
      if (service) {
        if (agent.slot >= replicasOf(app, service)) this.#retire(agent, 'scaled down', app, decidedFor(app, service.name, agent.slot));
      } else if (app.desired !== 'running') this.#retire(agent, `the app is ${app.desired}`, app, app.decided['target']);
      else if (targetReady(app, sight)) this.#retire(agent, 'its service is no longer part of the app', app, app.decided['target']);
      else this.#advance(agent, this.#serviceOf(agent));
    }
    if (app.desired === 'removed' && !this.#byApp.has(app.name) && !this.#state.standbys.some((standby) => standby.app === app.name)) this.steps.push({ kind: 'erase', app });
    const verdict = rolloutStep(app, sight);
    if (verdict.step) this.steps.push(verdict.step);
    this.#wake(verdict.wakeAt);
  }

  /** Agents of apps that are gone, and agents that stand by. */
  strays(): void {
    for (const [app, agents] of this.#byApp) {
      if (!this.#state.apps.has(app as App['name'])) for (const agent of agents) this.#retire(agent, 'its app is gone', undefined, undefined);
    }
    for (const standby of this.#state.standbys.values()) this.#standby(standby);
  }

  /** What came of decisions. */
  measurements(): void {
    for (const decision of this.#state.open.values()) {
      const { step, wakeAt } = measured(decision, this.#state, this.#now, (app) => this.#byApp.get(app) ?? []);
      if (step) this.steps.push(step);
      this.#wake(wakeAt);
    }
  }

  #service(app: App, service: Service): void {
    const replicas = replicasOf(app, service);
    const dependenciesMet = this.#dependenciesMet(app, service);
    const replacing = new Set<number>();
    for (let slot = 0; slot < replicas; slot++) if (this.#isBeingReplaced(app, service, slot)) replacing.add(slot);
    for (let slot = 0; slot < replicas; slot++) {
      const mayReplace = replacing.has(slot) || replacing.size < service.update.parallelism;
      if (this.#slot(app, service, slot, dependenciesMet, mayReplace)) replacing.add(slot);
    }
  }

  /** The slot has an agent of an earlier hash, and one of the wanted hash is on its way or has failed. */
  #isBeingReplaced(app: App, service: Service, slot: number): boolean {
    const key = slotKey(app.name, service.name, slot);
    const hash = serviceHash(service, generationOf(app, service.name, slot));
    const agents = this.#slots.get(key) ?? [];
    if (!agents.some((agent) => agent.hash !== hash && agent.state !== 'exited')) return false;
    const history = this.#state.slots.get(key);
    const hasFailed = history !== undefined && history.hash === hash && history.failures > 0;
    return hasFailed || agents.some((agent) => agent.hash === hash && agent.state !== 'exited' && agent.state !== 'ready');
  }

  /** Plans one slot; true when it begins to replace a live agent. */
  #slot(app: App, service: Service, slot: number, dependenciesMet: boolean, mayReplace: boolean): boolean {
    const hash = serviceHash(service, generationOf(app, service.name, slot));
    const key = slotKey(app.name, service.name, slot);
    const agents = this.#slots.get(key) ?? [];
    const wanted = agents.filter(isWanted);
    const current = wanted.find((agent) => agent.hash === hash && !this.#isDrained(agent));
    const predecessors = wanted.filter((agent) => agent !== current);

    for (const agent of agents) {
      if (isWanted(agent)) continue;
      const removeAt = agent.state === 'exited' && current?.state !== 'ready' ? (this.#state.slots.get(key)?.exitedAt ?? 0) + successorFirst : 0;
      if (removeAt > this.#now && service.update.strategy !== 'recreate') this.#wake(removeAt);
      else this.#advance(agent, this.#serviceOf(agent) ?? service);
    }
    if (current) {
      this.#advance(current, service);
      for (const agent of predecessors) {
        if (current.state === 'ready') this.steps.push(stopping(agent, 'stopped', `replaced by revision ${current.revision}`, current.last));
        else this.#advance(agent, this.#serviceOf(agent) ?? service);
      }
      if (agents.length === 1) this.#standBy(app, service, current, key);
      return false;
    }

    const begins = dependenciesMet && (predecessors.length === 0 || mayReplace);
    const placed = begins ? place(this.#state.nodes.values(), service) : undefined;
    const recreates = service.update.strategy === 'recreate' || this.#owns(agents, service) || this.#wouldClash(service, predecessors);
    const decided = newest([decidedFor(app, service.name, slot), this.#drain(predecessors)]);
    const keeper = predecessors.find((agent) => agent.state === 'ready') ?? predecessors[0];
    for (const agent of predecessors) {
      if (agent !== keeper) this.steps.push(stopping(agent, 'stopped', 'overtaken before it was needed', decided));
      else if (placed && 'node' in placed && recreates) this.steps.push(stopping(agent, 'stopped', 'makes room for its successor', decided));
      else if (this.#isDrained(agent) && !(placed && 'node' in placed)) this.steps.push(stopping(agent, 'stopped', 'its node is drained', this.#state.nodes.get(agent.node)?.last));
      else this.#advance(agent, this.#serviceOf(agent) ?? service);
    }
    if (!placed || !('node' in placed)) return false;
    const live = agents.filter((agent) => agent.state !== 'exited').length;
    const isFull = recreates ? agents.length > 0 : live > surge;
    if (!isFull) this.#create(app, service, slot, hash, key, placed.node, decided);
    return predecessors.length > 0;
  }

  #create(app: App, service: Service, slot: number, hash: string, key: string, node: string, decided: Origin | undefined): void {
    const at = nextStart(service.restart, this.#state.slots.get(key), hash, key);
    if (at === 'never') return;
    if (at > this.#now) return this.#wake(at);
    const origin = newest([decided, this.#state.slots.get(key)?.exitedBy]);
    const standby = this.#standbys.get(key)?.find((candidate) => candidate.state !== 'exited' && this.#fits(candidate, service, hash) && this.#needless(candidate) === undefined);
    if (standby?.state === 'prepared' && !this.#endOf(standby)) this.steps.push({ kind: 'promote', agent: standby, app, service, hash, origin });
    else if (standby?.state !== 'pending') this.steps.push({ kind: 'create', app, service, slot, hash, node, origin, standby: false });
  }

  /** Begins to prepare the successor of an agent that is well. */
  #standBy(app: App, service: Service, agent: Agent, key: string): void {
    if (this.#standbys.has(key) || !mayHaveStandby(app, service) || this.#wouldClash(service, [agent]) || !hasRoom(this.#world.availableMemory)) return;
    const from = standbyFrom(app, service, agent, this.#state.slots.get(key));
    const placed = place(this.#state.nodes.values(), service);
    if (from === 'not now' || !('node' in placed)) return;
    if (from > this.#now) this.#wake(from);
    else this.steps.push({ kind: 'create', app, service, slot: agent.slot, hash: agent.hash, node: placed.node, origin: agent.last, standby: true });
  }

  /** Prepares a standby, sees to it while it waits, and clears it up when it is needed no more. */
  #standby(standby: Agent): void {
    const service = this.#serviceOf(standby);
    const needless = this.#needless(standby);
    if (standby.state === 'exited') {
      // Where none is wanted any more, there is nothing that its failure has to hold back: an app that is to be gone would wait for it.
      if (needless === undefined && removableFrom(standby) > this.#now) this.#wake(removableFrom(standby));
      else this.steps.push({ kind: 'remove', agent: standby, service });
      return;
    }
    if (needless !== undefined) this.steps.push(record(standby.id, unstarted(standby, needless, standby.last)));
    else if (standby.state === 'pending') this.steps.push({ kind: 'prepare', agent: standby, service });
    else {
      const end = this.#endOf(standby);
      if (end) this.steps.push(end);
    }
  }

  /** What waits can die, too. */
  #endOf(standby: Agent): Step | undefined {
    const report = this.#world.report(standby.id);
    return report?.status === 'prepared' ? undefined : ended(standby, report);
  }

  /** Why a standby is not wanted any more; undefined while it is. One of an earlier hash goes when its slot has settled: clearing up has time. */
  #needless(standby: Agent): string | undefined {
    const app = this.#state.apps.get(standby.app);
    const service = app?.desired === 'running' ? targetRevision(app)?.services.find((candidate) => candidate.name === standby.service) : undefined;
    if (!app || !service || standby.slot >= replicasOf(app, service)) return 'its slot is gone';
    if (!mayHaveStandby(app, service)) return 'its service needs none';
    if (this.#isDrained(standby)) return 'its node is drained';
    if (isShort(this.#world.availableMemory)) return 'memory is short';
    const hash = serviceHash(service, generationOf(app, service.name, standby.slot));
    // One that failed says nothing of another revision, though it could have become one of it.
    if (standby.state === 'exited' ? standby.hash === hash : this.#fits(standby, service, hash)) return undefined;
    const live = (this.#slots.get(slotKey(app.name, service.name, standby.slot)) ?? []).filter((agent) => agent.state !== 'exited');
    return live.some((agent) => agent.hash === standby.hash) ? undefined : 'its revision is gone';
  }

  /** Whether a standby waits for just this, or could be given the code that makes it so. */
  #fits(standby: Agent, service: Service, hash: string): boolean {
    if (standby.hash === hash) return true;
    const own = this.#serviceOf(standby);
    return own !== undefined && frameHash(own) === frameHash(service);
  }

  /** Whether one of them still has a volume to itself that the service gets next. */
  #owns(agents: readonly Agent[], { volumes }: Service): boolean {
    return agents.some((agent) => {
      const own = this.#serviceOf(agent);
      return agent.state !== 'exited' && own?.update.strategy === 'recreate' && own.volumes.some(({ volume }) => volumes.some((next) => next.volume === volume));
    });
  }

  /** Two agents that listen on one fixed port cannot run side by side where they share the machine's ports. */
  #wouldClash(service: Service, agents: readonly Agent[]): boolean {
    if (service.port === null || service.portAssignable) return false;
    return agents.some((agent) => sharesPorts(service, this.#state.nodes.get(agent.node)));
  }

  /** The decision that drained the node of one of them. */
  #drain(agents: readonly Agent[]): Origin | undefined {
    return newest(agents.filter((agent) => this.#isDrained(agent)).map((agent) => this.#state.nodes.get(agent.node)?.last));
  }

  #isDrained(agent: Agent): boolean {
    return this.#state.nodes.get(agent.node)?.availability === 'drained';
  }

  #retire(agent: Agent, reason: string, app: App | undefined, origin: Origin | undefined): void {
    const service = app ? this.#serviceOf(agent) : undefined;
    if (isWanted(agent)) {
      if (agent.state === 'pending' || agent.state === 'prepared') this.steps.push(record(agent.id, unstarted(agent, reason, origin ?? agent.last)));
      else this.steps.push(stopping(agent, 'stopped', reason, origin));
      return;
    }
    this.#advance(agent, service);
  }

  #advance(agent: Agent, service: Service | undefined): void {
    const world = this.#world;
    const step = advance(agent, service, { report: world.report(agent.id), health: world.health(agent.id), now: this.#now, terminatedAt: world.terminatedAt(agent.id) });
    if (step) this.steps.push(step);
    else this.#wake(deadline(agent, service, world.terminatedAt(agent.id)));
  }

  #dependenciesMet(app: App, service: Service): boolean {
    const target = targetRevision(app)!;
    return service.after.every((name) => {
      const needed = target.services.find((candidate) => candidate.name === name);
      if (!needed) return true;
      const hash = serviceHash(needed, generationOf(app, needed.name, 0));
      const key = slotKey(app.name, needed.name, 0);
      if (needed.restart.policy === 'never') return this.#state.slots.get(key)?.completed === hash;
      return replicasOf(app, needed) === 0 || (this.#slots.get(key) ?? []).some((agent) => agent.state === 'ready' && agent.hash === hash);
    });
  }

  #serviceOf(agent: Agent): Service | undefined {
    return this.#state.apps.get(agent.app)?.revisions.get(agent.revision)?.services.find((service) => service.name === agent.service);
  }

  #wake(at: number | null): void {
    if (at !== null && (this.wakeAt === null || at < this.wakeAt)) this.wakeAt = at;
  }
}

/** Neither stopping nor ended. */
function isWanted(agent: Agent): boolean {
  return agent.state !== 'stopping' && agent.state !== 'exited';
}

/** When time alone changes what an agent needs. */
function deadline(agent: Agent, service: Service | undefined, terminatedAt: number | null): number | null {
  if (agent.state === 'stopping') return patience(agent, service, terminatedAt);
  if (agent.state !== 'running' || agent.startedAt === null || !service) return null;
  return agent.startedAt + (service.health.startup === null ? settle : service.health.deadline);
}

function put<V>(map: Map<string, V[]>, key: string, value: V): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
