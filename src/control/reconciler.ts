import { because, decidedFor, everyAgent, targetRevision, untilBeat, type Agent, type AgentId, type NewEvent, type Service, type State } from '../model/index.ts';
import type { Report } from '../drivers/driver.ts';
import { serviceHash, generationOf, slotKey, replicasOf } from '../model/index.ts';
import { correction, patienceForPort } from './correct.ts';
import { Executor } from './executor.ts';
import { Prober } from './health.ts';
import type { Parts, ProbeSubject } from './parts.ts';
import { plan, type World } from './plan.ts';
import { routesOf } from './routes.ts';
import { stepKeys, type Step } from './step.ts';
import { Observations } from './world.ts';

/** Milliseconds between full observations when nothing happens, at most. */
export const interval = 5000;

/** Milliseconds before a step that failed is tried again. */
const retryAfter = 1000;

/**
 * The loop that compares desired with actual and takes one step per slot: on every event, on every hint of a driver or
 * probe, and at least every five seconds. A pass without drift writes nothing.
 */
export class Reconciler {
  readonly #parts: Parts;
  readonly #seen: Observations;
  readonly #executor: Executor;
  readonly #prober: Prober<ProbeSubject>;
  readonly #inFlight = new Set<string>();
  readonly #heldUntil = new Map<string, number>();
  readonly #cancels: (() => void)[] = [];
  readonly #onError: (error: unknown, what: string) => void;
  #cancelWake: (() => void) | undefined;
  #cancelSweep: (() => void) | undefined;
  #scheduled = false;
  #closed = false;
  #routed: string | undefined;
  /** States that were acted on: parts of them that are still the same object need no second look. */
  #routedFor: State | undefined;
  #probed: State | undefined;
  /** Resolves once the newest routes are in force: nobody is stopped before. */
  #applied: Promise<void> = Promise.resolve();
  /** Lost records make agents that nobody knows precious: they are adopted or left alone, not ended, until a decision about their app shows what is wanted. */
  readonly #collectsOrphans: boolean;
  readonly #decided = new Set<string>();

  constructor(parts: Parts, options: { onError?: (error: unknown, what: string) => void; collectOrphans?: boolean } = {}) {
    this.#parts = parts;
    this.#onError = options.onError ?? (() => undefined);
    this.#collectsOrphans = options.collectOrphans ?? true;
    this.#seen = new Observations(parts.drivers, parts.clock);
    this.#executor = new Executor(parts, this.#seen);
    this.#prober = new Prober(parts.clock, { probe: (subject, action, timeout) => parts.probe(subject, action, timeout) }, () => this.trigger());
  }

  /** Finds out what has become of every agent of the ledger, then begins. Resolves with the number that still run. */
  async start(): Promise<number> {
    const { state, drivers } = this.#parts;
    await Promise.all([...everyAgent(state.current)].map((agent) => this.#seen.look(agent).catch((error: unknown) => this.#onError(error, `recovering ${agent.id}`))));
    const adopted = [...state.current.agents.values()].filter((agent) => this.#seen.report(agent.id)?.status === 'running').length;
    this.#cancels.push(state.onChange(() => this.trigger()));
    if (!this.#collectsOrphans) {
      this.#cancels.push(this.#parts.ledger.subscribe(this.#parts.ledger.head, (batch) => {
        for (const event of batch) if (event.type === 'DecisionAdmitted' && event.body.decision.app !== null) this.#decided.add(event.body.decision.app);
      }));
    }
    for (const driver of drivers.values()) this.#cancels.push(driver.watch((id) => this.#hint(id)));
    this.#applyRoutes();
    await this.#applied;
    await this.sweep();
    return adopted;
  }

  close(): void {
    this.#closed = true;
    for (const cancel of this.#cancels.splice(0)) cancel();
    this.#cancelWake?.();
    this.#cancelSweep?.();
    this.#prober.close();
  }

  /** Asks for a pass soon; many calls make one pass. */
  trigger(): void {
    if (this.#scheduled || this.#closed) return;
    this.#scheduled = true;
    this.#parts.clock.after(0, () => {
      this.#scheduled = false;
      if (!this.#closed) this.pass();
    });
  }

  /** Observes everything that exists, collects what nobody wants, and passes; then again after the interval. */
  async sweep(): Promise<void> {
    if (this.#closed) return;
    try {
      const strangers = await this.#seen.sweep(() => everyAgent(this.#parts.state.current));
      for (const report of strangers) await this.#meet(report);
    } catch (error) {
      this.#onError(error, 'observing');
    }
    if (this.#closed) return;
    this.#cancelSweep = this.#parts.clock.after(untilBeat(this.#parts.clock, interval), () => void this.sweep());
    this.trigger();
  }

  /** One pass. Returns the number of steps begun; public for measuring. */
  pass(): number {
    const { clock, state } = this.#parts;
    const current = state.current;
    this.#probe(current);
    this.#applyRoutes();
    const { steps, wakeAt } = plan(current, this.#world(), clock.now());
    let begun = 0;
    for (const step of [...steps, ...this.#corrections(current)]) if (this.#begin(step)) begun++;
    this.#wake(wakeAt);
    return begun;
  }

  #world(): World {
    return {
      report: (id) => this.#seen.report(id),
      health: (id) => this.#prober.of(id),
      terminatedAt: (id) => this.#seen.terminatedAt(id),
      availableMemory: this.#parts.availableMemory(),
    };
  }

  #begin(step: Step): boolean {
    const keys = stepKeys(step);
    const now = this.#parts.clock.monotonic();
    if (keys.some((key) => this.#inFlight.has(key) || (this.#heldUntil.get(key) ?? 0) > now)) return false;
    for (const key of keys) this.#inFlight.add(key);
    if ('agent' in step) this.#seen.touch(step.agent.id);
    const ready = step.kind === 'terminate' ? this.#applied : Promise.resolve();
    ready.then(() => this.#executor.perform(step)).then(
      () => keys.forEach((key) => this.#heldUntil.delete(key)),
      (error: unknown) => {
        if (this.#closed) return;
        for (const key of keys) this.#heldUntil.set(key, this.#parts.clock.monotonic() + retryAfter);
        this.#parts.clock.after(retryAfter, () => this.trigger());
        this.#onError(error, keys[0]!);
      },
    ).finally(() => {
      if ('agent' in step) this.#seen.touch(step.agent.id);
      for (const key of keys) this.#inFlight.delete(key);
      this.trigger();
    });
    return true;
  }

  /** Probes exactly the agents that are up. */
  #probe(state: State): void {
    if (this.#probed?.agents === state.agents && this.#probed.apps === state.apps) return;
    this.#probed = state;
    for (const agent of state.agents.values()) {
      const service = serviceOf(state, agent);
      const isUp = agent.state === 'running' || agent.state === 'ready' || agent.state === 'unready';
      const address6 = agent.state === 'running' ? (this.#seen.report(agent.id)?.address6 ?? null) : null;
      if (isUp && service) this.#prober.watch(agent.id, { agent, service, address6 }, service.health, agent.state !== 'running');
    }
    for (const id of [...this.#prober.ids()]) {
      const agent = state.agents.get(id as AgentId);
      if (!agent || agent.state === 'stopping' || agent.state === 'exited') this.#prober.forget(id);
    }
  }

  #corrections(state: State): Step[] {
    const steps: Step[] = [];
    const now = this.#parts.clock.now();
    for (const agent of state.agents.values()) {
      if (agent.state !== 'running' || agent.port === null) continue;
      const service = serviceOf(state, agent);
      if (!service?.health.startup || this.#prober.of(agent.id)?.started) continue;
      const proposal = correction(agent, service, this.#seen.report(agent.id), now, state.position);
      if (proposal) steps.push({ kind: 'propose', key: `correct:${agent.app}/${agent.service}`, proposal, origin: agent.last });
      else this.#lookLater(agent);
    }
    return steps;
  }

  /** What an agent listens on is only seen by looking again. */
  #lookLater(agent: Agent): void {
    const key = `look:${agent.id}`;
    if (this.#inFlight.has(key)) return;
    this.#inFlight.add(key);
    this.#parts.clock.after(patienceForPort / 2, () => {
      this.#inFlight.delete(key);
      if (!this.#closed) this.#look(agent);
    });
  }

  #hint(id: AgentId): void {
    const { agents, standbys } = this.#parts.state.current;
    const agent = agents.get(id) ?? standbys.get(id);
    if (agent && !this.#closed) this.#look(agent);
  }

  #look(agent: Agent): void {
    void this.#seen.look(agent).then(() => this.trigger(), (error: unknown) => this.#onError(error, `looking at ${agent.id}`));
  }

  /** Something runs that the ledger does not know: it is adopted when its place is free, and ended otherwise. */
  async #meet(report: Report): Promise<void> {
    const driver = this.#parts.drivers.get(report.handle.driver);
    if (!driver) return;
    const adoption = report.status === 'running' ? this.#adoption(report) : undefined;
    if (adoption) {
      await this.#parts.ledger.append(adoption);
      this.#seen.take(report);
      return;
    }
    if (report.status === 'running' && !this.#collectsOrphans && !this.#decided.has(report.label?.app ?? '')) return;
    await driver.stop(report.handle);
    await driver.remove(report.handle);
    await this.#parts.ledger.append([{ type: 'OrphanCollected', actor: 'control:reconciler', body: { agent: report.agent, driver: driver.name } }]);
  }

  #adoption(report: Report): NewEvent[] | undefined {
    const { label } = report;
    const { current } = this.#parts.state;
    const app = label && current.apps.get(label.app);
    const service = app && targetRevision(app)?.services.find((candidate) => candidate.name === label.service);
    if (!label || !app || !service || app.desired !== 'running' || label.slot >= replicasOf(app, service)) return undefined;
    const taken = current.agents.some((agent) => slotKey(agent.app, agent.service, agent.slot) === slotKey(label.app, label.service, label.slot) && agent.state !== 'exited');
    if (taken || label.hash !== serviceHash(service, generationOf(app, service.name, label.slot))) return undefined;
    const actor = 'control:reconciler';
    const isolation = this.#parts.drivers.get(report.handle.driver)!.isolation;
    const body = { agent: report.agent };
    const origin = because(decidedFor(app, service.name, label.slot));
    return [
      { type: 'AgentCreated', actor, ...origin, body: { ...body, ...label, isolation, handle: report.handle } },
      { type: 'AgentPrepared', actor, ...origin, body },
      { type: 'AgentStarting', actor, ...origin, body },
    ];
  }

  #applyRoutes(): void {
    const { current } = this.#parts.state;
    if (this.#routed !== undefined && this.#routedFor?.agents === current.agents && this.#routedFor.apps === current.apps) return;
    this.#routedFor = current;
    const routes = routesOf(current);
    const text = JSON.stringify(routes);
    if (text === this.#routed) return;
    this.#routed = text;
    this.#applied = this.#parts.router.apply(routes).catch((error: unknown) => {
      if (this.#routed === text) this.#routed = undefined;
      this.#onError(error, 'applying routes');
    });
  }

  #wake(at: number | null): void {
    this.#cancelWake?.();
    this.#cancelWake = undefined;
    if (at === null) return;
    this.#cancelWake = this.#parts.clock.after(Math.max(1, at - this.#parts.clock.now()), () => this.trigger());
  }
}

function serviceOf(state: State, agent: Agent): Service | undefined {
  return state.apps.get(agent.app)?.revisions.get(agent.revision)?.services.find((service) => service.name === agent.service);
}

