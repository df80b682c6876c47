import { fromItself, fromSimilar } from '../analysis/similarity/synthesis.ts';
import type { StateSource } from '../control/parts.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { replicasOf, type App, type AppName, type Clock, type Event, type Plan, type Revision, type ServiceName } from '../model/index.ts';
import type { Experience } from '../telemetry/experience.ts';
import type { Sampler } from '../telemetry/sampler.ts';

/** Milliseconds between two looks at what apps need that run on: less than the sampler remembers while people look. */
const lookEvery = 220_000;

/** Rollouts of the past that a new cache is filled from. */
const mostPast = 5000;

/** Similar services that are told of one. */
const mostNeighbours = 5;

const told = ['RolloutSucceeded', 'RolloutFailed'] as const;

export interface LearningParts {
  readonly ledger: Ledger;
  readonly state: StateSource;
  readonly clock: Clock;
  readonly sampler: Pick<Sampler, 'measure' | 'samples'>;
  readonly experience: Experience;
  readonly report: (error: unknown, what: string) => void;
}

/** Remembers how deployments went and what their agents needed, and tells plans of services that are like theirs. Deploying goes on when it cannot. */
export class Learning {
  readonly #parts: LearningParts;
  #cancel: (() => void)[] = [];
  #cancelLook: () => void = () => undefined;
  #closed = false;

  constructor(parts: LearningParts) {
    this.#parts = parts;
  }

  /** Counts what happened since it was here last, and goes on with what happens. */
  async start(): Promise<void> {
    const { ledger, experience } = this.#parts;
    const head = ledger.head;
    // Of another ledger: its positions mean nothing here.
    if (experience.position > head) experience.clear();
    const from = experience.position;
    const past = await ledger.history({ types: told, limit: mostPast, before: head + 1 });
    for (const event of past.reverse()) if (event.position > from) this.#count(event);
    if (this.#closed) return;
    this.#cancel.push(ledger.subscribe(head, (batch) => batch.forEach((event) => this.#tell(event))));
    this.#lookLater();
  }

  /** The plan with the services that are like its own and with what those showed that are proven, or with what its own showed when they ran before. */
  advise(plan: Plan): Plan {
    const { experience } = this.#parts;
    try {
      return { ...plan, services: plan.services.map((service) => {
        const likened = service.fingerprint === undefined ? service : fromSimilar(service, experience.nearest(service.fingerprint, mostNeighbours));
        return fromItself(likened, plan.app.name, experience.of(plan.app.name, service.name));
      }) };
    } catch (error) {
      this.#parts.report(error, 'looking for similar services');
      return plan;
    }
  }

  /** The most memory in bytes that an agent of a service was seen to need; null while that is unknown. */
  mostMemory(app: AppName, service: ServiceName): number | null {
    try {
      return this.#parts.experience.of(app, service)?.observed.memory ?? null;
    } catch {
      return null;
    }
  }

  close(): void {
    this.#closed = true;
    this.#cancelLook();
    for (const cancel of this.#cancel.splice(0)) cancel();
    this.#parts.experience.close();
  }

  #tell(event: Event): void {
    try {
      const revision = this.#count(event);
      if (event.type !== 'RolloutSucceeded' || revision === undefined) return;
      void this.#parts.sampler.measure().then(() => { if (!this.#closed) this.#measure(event.body.app, revision); }).catch((error: unknown) => this.#parts.report(error, 'measuring what was deployed'));
    } catch (error) {
      this.#parts.report(error, 'remembering how a deployment went');
    }
  }

  #count(event: Event): Revision | undefined {
    if (event.type !== 'RolloutSucceeded' && event.type !== 'RolloutFailed') return undefined;
    const app = this.#parts.state.current.apps.get(event.body.app);
    const revision = app?.revisions.get(event.body.revision);
    // A revision of an earlier app of the name was decided after this, or is gone.
    if (!app || !revision || revision.position > event.position) return undefined;
    const failed = event.type === 'RolloutFailed' ? event.body.service : undefined;
    for (const { name, fingerprint, language, framework, health } of revision.plan.services) {
      const service = revision.services.find((one) => one.name === name);
      if (fingerprint === undefined || !service || (typeof failed === 'string' && failed !== name)) continue;
      this.#parts.experience.count({
        app: app.name, service: name, fingerprint, revision: revision.number, decided: revision.position, position: event.position, language, framework,
        replicas: replicasOf(app, service), health: health.path, well: failed === undefined,
      });
    }
    return revision;
  }

  #measure(name: App['name'], revision: Revision): void {
    const { state, sampler, experience } = this.#parts;
    for (const service of revision.services) {
      const agents = [...state.current.agents.values()].filter((agent) => agent.app === name && agent.service === service.name && agent.state === 'ready');
      const samples = agents.flatMap(({ id }) => sampler.samples.of(id));
      if (samples.length === 0) continue;
      const memory = samples.flatMap((sample) => sample.memory ?? []);
      const cpu = samples.flatMap((sample) => sample.cpu ?? []);
      const ready = agents.flatMap(({ startedAt, readyAt }) => (startedAt === null || readyAt === null ? [] : [readyAt - startedAt]));
      experience.measure(name, service.name, {
        decided: revision.position, memory: memory.length === 0 ? null : Math.max(...memory), cpu: cpu.length === 0 ? null : Math.round(cpu.reduce((sum, value) => sum + value, 0) / cpu.length),
        ready: ready.length === 0 ? null : Math.max(...ready),
      });
    }
  }

  #lookLater(): void {
    this.#cancelLook = this.#parts.clock.after(lookEvery, () => {
      try {
        for (const app of this.#parts.state.current.apps.values()) {
          const revision = app.stable === app.revision && app.desired === 'running' ? app.revisions.get(app.revision) : undefined;
          if (revision) this.#measure(app.name, revision);
        }
      } catch (error) {
        this.#parts.report(error, 'measuring what runs');
      }
      this.#lookLater();
    });
  }
}
