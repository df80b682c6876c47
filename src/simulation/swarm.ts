import { Governor } from '../control/governor.ts';
import type { Parts, StateSource } from '../control/parts.ts';
import { Reconciler } from '../control/reconciler.ts';
import type { Route, Router } from '../control/router.ts';
import type { Driver, Report } from '../drivers/driver.ts';
import { simulatedDriver, SimulatedWorld, type SimulatedWorldEvents } from '../drivers/simulated.ts';
import { fold } from '../ledger/state/fold.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { emptyState, eventVersions, LedgerClock, StratoError, type AppName, type Event, type NewEvent, type Proposal, type State } from '../model/index.ts';
import type { FaultPlan } from './faults.ts';
import { noFaults } from './faults.ts';
import type { SeededRandom } from './random.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** Milliseconds that an act of the outside world takes at most. */
const slowest = 30;

/**
 * A whole swarm in one process without a single real act: the true control plane over a simulated machine, disk and network.
 * The daemon can die at every await and is started again; the world and the disk outlive it.
 */
export class SimulatedSwarm {
  readonly world: SimulatedWorld;
  /** What is on disk. */
  readonly log: Event[] = [];
  /** What the ingress was last told. */
  routes: readonly Route[] = [];
  crashes = 0;
  faults: FaultPlan = noFaults;
  readonly #clock: VirtualClock;
  readonly #random: SeededRandom;
  #daemon: Incarnation | undefined;

  constructor(clock: VirtualClock, random: SeededRandom, events: SimulatedWorldEvents = {}) {
    this.#clock = clock;
    this.#random = random;
    this.world = new SimulatedWorld(clock, (task) => this.#behave(task.env['BEHAVIOUR'] ?? 'good'), events);
  }

  /** The fold of what is on disk. */
  get state(): State {
    return this.log.reduce(fold, emptyState);
  }

  /** The ledger's time, as the daemon knows it. */
  get time(): number {
    return this.#daemon?.time.now() ?? this.#clock.now();
  }

  get alive(): boolean {
    return this.#daemon?.alive ?? false;
  }

  boot(): void {
    this.#daemon = new Incarnation(this, this.#clock, this.#random, this.log, () => this.#crashed());
    void this.#daemon.run();
  }

  /** Proposes as a person would; resolves with whether it was admitted, undefined when the daemon died first. */
  async propose(proposal: Proposal): Promise<boolean | undefined> {
    const daemon = this.#daemon;
    if (!daemon?.alive) return undefined;
    return daemon.governor.propose(proposal).then(() => true, () => (daemon.alive ? false : undefined));
  }

  crash(): void {
    this.#daemon?.die();
  }

  /** Ends the daemon for good. */
  close(): void {
    this.#daemon?.die(false);
  }

  #crashed(): void {
    this.crashes++;
    this.#clock.after(this.#random.between(10, 2000), () => this.boot());
  }

  #behave(kind: string) {
    const { failsAtStart, dies, ignoresStop, slowHealth } = this.faults;
    const random = this.#random;
    const failing = kind === 'crashes' || random.chance(failsAtStart);
    return {
      healthyAfter: kind === 'hangs' ? null : random.between(5, slowHealth > 0 && random.chance(slowHealth) ? 3000 : 100),
      exitAfter: failing ? random.between(1, 400) : random.chance(dies) ? random.between(500, 20_000) : null,
      exitCode: failing ? 1 : random.between(0, 2),
      stopsAfter: random.chance(ignoresStop) ? null : random.between(1, 300),
    };
  }
}

/** One life of the daemon. After its death nothing that it began has an effect or an answer any more. */
class Incarnation {
  alive = true;
  readonly governor: Governor;
  readonly #swarm: SimulatedSwarm;
  readonly #clock: VirtualClock;
  readonly time: LedgerClock;
  readonly #random: SeededRandom;
  readonly #reconciler: Reconciler;
  readonly #onDeath: () => void;
  readonly #log: Event[];
  readonly #listeners = new Set<() => void>();
  #state: State;
  #earlier: Report[] = [];

  constructor(swarm: SimulatedSwarm, clock: VirtualClock, random: SeededRandom, log: Event[], onDeath: () => void) {
    this.#swarm = swarm;
    this.#clock = clock;
    this.time = new LedgerClock(this.#mortal(clock));
    this.time.reach(log.at(-1)?.time ?? -Infinity);
    this.#random = random;
    this.#log = log;
    this.#onDeath = onDeath;
    this.#state = log.reduce(fold, emptyState);
    const current = () => this.#state;
    const source: StateSource = { get current() { return current(); }, onChange: (listener) => { this.#listeners.add(listener); return () => this.#listeners.delete(listener); } };
    const ledger = this.#ledger();
    this.governor = new Governor({ ledger, state: () => this.#state, random });
    const parts: Parts = {
      ledger, state: source, drivers: new Map([['simulated', this.#driver()]]), router: this.#router(), clock: this.time, random,
      propose: (proposal, origin) => this.governor.propose(proposal, origin),
      driverFor: () => parts.drivers.get('simulated')!,
      allocatePort: async () => 0,
      task: async (agent, service) => ({
        app: agent.app, service: agent.service, slot: agent.slot, argv: service.argv, env: Object.fromEntries(service.env.flatMap((variable) => ('value' in variable ? [[variable.name, variable.value]] : []))),
        artefact: service.artefact, cwd: '.', volumes: [], resources: {}, addressKey: agent.id, hosts: this.#hostsOf(agent.app), toolchain: [],
      }),
      probe: ({ agent }) => this.#act(() => {
        const ok = this.#swarm.world.agents.get(agent.id)?.healthy === true && !random.chance(swarm.faults.probeError);
        return { ok, detail: ok ? 'answered' : 'refused' };
      }),
      availableMemory: () => (random.chance(swarm.faults.shortMemory) ? 0.01 : 1),
      archive: async () => undefined,
      tail: async () => [],
      erase: () => this.#act(() => undefined),
    };
    this.#reconciler = new Reconciler(parts);
  }

  /** Where the app's store is: so that what was prepared earlier may not be right any more. */
  #hostsOf(app: AppName): Record<string, string> {
    const store = this.#state.agents.find((agent) => agent.app === app && agent.service === 'db' && agent.state !== 'exited');
    return store ? { db: store.id } : {};
  }

  async run(): Promise<void> {
    if (this.#state.nodes.isEmpty()) {
      const seen: NewEvent = { type: 'NodeSeen', actor: 'daemon', body: { node: 'local', cpu: 4000, memory: 8e9, isolations: ['process'], ownNetwork: true } };
      await this.#ledger().append([seen]).catch(() => this.die());
    }
    await this.#reconciler.start().catch(() => this.die());
  }

  die(again = true): void {
    if (!this.alive) return;
    this.alive = false;
    this.#reconciler.close();
    this.#listeners.clear();
    if (again) this.#onDeath();
  }

  /** One act of the outside world: takes time, and the daemon may die before it or after it. */
  async #act<T>(effect: () => T): Promise<T> {
    await this.#pause();
    const result = effect();
    await this.#pause();
    return result;
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      this.#clock.after(this.#random.between(0, this.#random.chance(0.1) ? slowest : 3), () => {
        if (!this.alive) return;
        if (this.#random.chance(this.#swarm.faults.crash)) this.die();
        else resolve();
      });
    });
  }

  /** The clock of a process: its timers die with it. */
  #mortal(clock: VirtualClock) {
    return {
      now: () => clock.now(),
      monotonic: () => clock.monotonic(),
      after: (ms: number, action: () => void) => clock.after(ms, () => { if (this.alive) action(); }),
    };
  }

  #ledger(): Ledger {
    const log = this.#log;
    const append = (events: readonly NewEvent[]) => this.#act(() => {
      if (this.#random.chance(this.#swarm.faults.diskFull)) throw new StratoError('ledger.full', 'the disk is full', { retryable: true });
      const written = events.map((event, index) => ({ ...event, position: log.length + index + 1, time: Math.max(Math.trunc(this.time.now()), log.at(-1)?.time ?? 0), version: eventVersions[event.type] ?? 1 }) as Event);
      log.push(...written);
      this.#state = written.reduce(fold, this.#state);
      for (const listener of this.#listeners) listener();
      return written;
    });
    return {
      get head() { return log.length; },
      beginning: 0,
      append,
      read: async (after, limit = Infinity) => log.slice(after, after + limit),
      history: async () => [...log].reverse(),
      subscribe: () => () => undefined,
      close: async () => undefined,
    };
  }

  #router(): Router {
    return {
      apply: (routes) => this.#act(() => { this.#swarm.routes = routes; }),
      drained: () => this.#act(() => undefined),
    };
  }

  #driver(): Driver {
    const inner = simulatedDriver(this.#swarm.world);
    const verb = <A extends unknown[], R>(name: string, call: (...args: A) => Promise<R>) => async (...args: A): Promise<R> => {
      await this.#pause();
      if (this.#random.chance(this.#swarm.faults.driverError)) throw new StratoError('driver.failed', `${name} failed`, { retryable: true });
      const result = await call(...args);
      await this.#pause();
      return result;
    };
    const observe = async (): Promise<Report[]> => {
      const reports = await verb('observe', inner.observe)();
      const stale = this.#random.chance(this.#swarm.faults.staleObservation) ? this.#earlier : reports;
      this.#earlier = reports;
      return stale.filter(() => !this.#random.chance(this.#swarm.faults.lostObservation));
    };
    return {
      ...inner,
      prepare: verb('prepare', inner.prepare), hold: verb('hold', inner.hold), retask: verb('retask', inner.retask), start: verb('start', inner.start), signal: verb('signal', inner.signal), stop: verb('stop', inner.stop),
      remove: verb('remove', inner.remove), recover: verb('recover', inner.recover), observe,
      watch: (listener) => inner.watch((agent) => {
        if (!this.alive || this.#random.chance(this.#swarm.faults.lostHint)) return;
        listener(agent);
        if (this.#random.chance(this.#swarm.faults.duplicatedHint)) listener(agent);
      }),
    };
  }
}
