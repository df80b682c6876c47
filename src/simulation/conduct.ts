import { slotKey, type AgentId, type AppName, type Event, type ExitCause, type State } from '../model/index.ts';

/** How agents of one hash behave, as far as the ledger shows it. Milliseconds from their start. */
export type Conduct =
  | { readonly kind: 'well'; readonly readyAfter: number }
  /** Fails by itself, whatever is around it. */
  | { readonly kind: 'fails'; readonly how: Failing; readonly after: number; readonly code: number | null }
  /** Fails while a service that it needs is not ready, and is well otherwise. */
  | { readonly kind: 'needs'; readonly service: string; readonly how: Failing; readonly code: number | null; readonly readyAfter: number }
  /** Runs out of memory when there are more agents of its service than were seen to be well together. */
  | { readonly kind: 'crowded'; readonly most: number; readonly after: number; readonly readyAfter: number };

/** `exit` ends, `hang` never gets ready, `ill` is not ready any more, `memory` is ended for lack of memory. */
export type Failing = 'exit' | 'hang' | 'ill' | 'memory';

/** What the ledger shows of one agent. */
interface Life {
  readonly service: string;
  readonly hash: string;
  readonly createdAt: number;
  startedAt: number | null;
  readyAt: number | null;
  /** Its first failing that came from itself; being killed from outside is none. */
  bad: { readonly how: Failing; readonly at: number; readonly code: number | null; readonly down: readonly string[] } | null;
  ended: boolean;
}

const hows: Partial<Record<ExitCause, Failing>> = { 'crashed': 'exit', 'completed': 'exit', 'start-failed': 'exit', 'never-ready': 'hang', 'unhealthy': 'ill', 'out-of-memory': 'memory' };

/** Milliseconds for which a number of agents has to go well to be one that does, and before a lack of memory in which the number may be its reason. */
const lastingly = 5_000;

/**
 * Learns how the agents of an app behave from its events; `state` is that before the first of them. What it cannot tell from the ledger it does not guess: a hash that never
 * ran has no conduct.
 */
export class Conducts {
  readonly #app: AppName;
  readonly #lives = new Map<AgentId, Life>();
  readonly #downSince = new Map<string, number>();
  /** How many agents each service had, from when on. */
  readonly #counts = new Map<string, { readonly from: number; readonly count: number }[]>();
  readonly #learned = new Map<string, Conduct>();

  constructor(app: AppName, state: State, events: readonly Event[]) {
    this.#app = app;
    for (const agent of state.agents.values()) {
      if (agent.app === app) this.#lives.set(agent.id, { service: agent.service, hash: agent.hash, createdAt: agent.createdAt, startedAt: agent.startedAt, readyAt: agent.readyAt, bad: null, ended: agent.state === 'exited' });
    }
    for (const event of events) {
      this.#see(event);
      this.#count(event.time);
    }
    for (const hash of new Set([...this.#lives.values()].map((life) => life.hash))) {
      const conduct = this.#learn([...this.#lives.values()].filter((life) => life.hash === hash));
      if (conduct) this.#learned.set(hash, conduct);
    }
  }

  /** Undefined for what was never seen to run. */
  of(hash: string): Conduct | undefined {
    return this.#learned.get(hash);
  }

  #see(event: Event): void {
    if (event.type === 'AgentCreated' && event.body.app === this.#app) {
      const { agent, service, hash } = event.body;
      this.#lives.set(agent, { service, hash, createdAt: event.time, startedAt: null, readyAt: null, bad: null, ended: false });
      return;
    }
    const life = 'agent' in event.body ? this.#lives.get(event.body.agent as AgentId) : undefined;
    if (!life) return;
    if (event.type === 'AgentRunning') life.startedAt = event.time;
    else if (event.type === 'AgentReady') {
      life.readyAt ??= event.time;
      this.#downSince.delete(life.service);
    } else if (event.type === 'AgentUnready') this.#fail(life, 'ill', event.time, null);
    else if (event.type === 'AgentStopping') {
      this.#down(life, event.time);
      const how = hows[event.body.cause];
      if (how) this.#fail(life, how, event.time, null);
    } else if (event.type === 'AgentExited') {
      const how = hows[event.body.cause];
      if (how) this.#fail(life, how, event.time, event.body.exit.code);
      life.ended = true;
      this.#down(life, event.time);
    }
  }

  #fail(life: Life, how: Failing, at: number, code: number | null): void {
    const down = [...this.#downSince].filter(([service]) => service !== life.service).map(([service]) => service);
    life.bad ??= { how, at, code, down };
  }

  /** A service of which no agent is ready any more is down from now on. */
  #down(life: Life, at: number): void {
    const others = [...this.#lives.values()].some((other) => other !== life && other.service === life.service && !other.ended && other.readyAt !== null);
    if (!others && life.readyAt !== null && !this.#downSince.has(life.service)) this.#downSince.set(life.service, at);
  }

  #together(service: string): number {
    return [...this.#lives.values()].filter((life) => life.service === service && !life.ended).length;
  }

  #count(from: number): void {
    for (const service of new Set([...this.#lives.values()].map((life) => life.service))) {
      const counts = this.#counts.get(service) ?? [];
      const count = this.#together(service);
      if (counts.at(-1)?.count !== count) this.#counts.set(service, [...counts, { from, count }]);
    }
  }

  /** The most agents of a service that lasted without one of them running out of memory. */
  #lasting(service: string, shortages: readonly number[]): number {
    const counts = this.#counts.get(service) ?? [];
    return Math.max(0, ...counts.map(({ from, count }, index) => {
      const to = counts[index + 1]?.from ?? from;
      return to - from >= lastingly && shortages.every((at) => at < from || at > to) ? count : 0;
    }));
  }

  /** The most agents that a service had shortly before a time. */
  #peak(service: string, at: number): number {
    const counts = this.#counts.get(service) ?? [];
    return Math.max(0, ...counts.map(({ from, count }, index) => (from <= at && (counts[index + 1]?.from ?? Infinity) >= at - lastingly ? count : 0)));
  }

  #learn(lives: readonly Life[]): Conduct | undefined {
    const bad = lives.flatMap(({ bad: seen, startedAt, createdAt }) => (seen ? [{ ...seen, after: Math.max(1, seen.at - (startedAt ?? createdAt)) }] : []));
    const good = lives.filter((life) => life.readyAt !== null);
    const readyAfter = median(good.map((life) => life.readyAt! - (life.startedAt ?? life.createdAt))) ?? 0;
    const first = bad[0];
    if (!first) return good.length > 0 ? { kind: 'well', readyAfter } : undefined;
    const after = median(bad.map((failing) => failing.after))!;
    const shared = first.down.find((service) => bad.every(({ down }) => down.includes(service)));
    if (shared !== undefined && good.some((life) => life.readyAt !== null)) return { kind: 'needs', service: shared, how: first.how, code: first.code, readyAfter };
    if (bad.every(({ how }) => how === 'memory')) {
      const { service } = lives[0]!;
      const most = this.#lasting(service, bad.map(({ at }) => at));
      if (most > 0 && bad.every(({ at }) => this.#peak(service, at) > most)) return { kind: 'crowded', most, after, readyAfter };
    }
    return { kind: 'fails', how: first.how, after, code: first.code };
  }
}

function median(values: readonly number[]): number | undefined {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)];
}

/** What identifies the place of an agent. */
export function placeOf({ app, service, slot }: { app: AppName; service: string; slot: number }): string {
  return slotKey(app, service as never, slot);
}
