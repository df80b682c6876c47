import { untilBeat, type Clock, type HealthSpec, type ProbeAction, type ProbeSpec } from '../model/index.ts';

/** One answer of a probe. `detail` says what was seen, for people: `GET /healthz answered 503`. */
export interface ProbeResult {
  readonly ok: boolean;
  readonly detail: string;
  /** Where it answered, when that was not at its address. */
  readonly at?: string | undefined;
}

/** Milliseconds for which an agent that was just started is asked more often than its spec says, and how often one alone is. */
const eagerness = 1500;
const eagerInterval = 5;

/** After so many good answers in a row an agent is asked so many times more rarely, and together with others, until the first bad one: what is well should cost little. */
const trusted = 10;
const trust = 2.5;

/** Carries out probes; never rejects, and answers within the timeout. */
export interface ProbeRunner<K> {
  probe(subject: K, action: ProbeAction, timeout: number): Promise<ProbeResult>;
}

/** What is known of the health of one agent. */
export interface Health {
  readonly started: boolean;
  readonly ready: boolean;
  readonly live: boolean;
  /** What the last probe that failed saw; null when none did. */
  readonly detail: string | null;
  /** Where it answered as it started, when that was not at its address. */
  readonly at?: string | undefined;
}

/** Runs of equal answers in a row; a verdict flips only when its run is long enough. */
export interface Verdict {
  readonly value: boolean;
  readonly run: number;
}

/** Hysteresis: the verdict turns good after `successes` good answers in a row, bad after `failures` bad ones. */
export function judge(before: Verdict, ok: boolean, spec: ProbeSpec): Verdict {
  if (ok === before.value) return { value: before.value, run: 0 };
  const run = before.run + 1;
  return run >= (ok ? spec.successes : spec.failures) ? { value: ok, run: 0 } : { value: before.value, run };
}

/** Probes agents on their specs' intervals and says when a verdict changes. */
export class Prober<K> {
  readonly #clock: Clock;
  readonly #runner: ProbeRunner<K>;
  readonly #changed: (id: string) => void;
  readonly #watched = new Map<string, Watched<K>>();

  constructor(clock: Clock, runner: ProbeRunner<K>, changed: (id: string) => void) {
    this.#clock = clock;
    this.#runner = runner;
    this.#changed = changed;
  }

  /** Begins with `started` as known; probing an agent that is probed already only replaces its subject. */
  watch(id: string, subject: K, spec: HealthSpec, started: boolean): void {
    const known = this.#watched.get(id);
    if (known) {
      known.subject = subject;
      return;
    }
    const isStarted = started || spec.startup === null;
    const health = { started: isStarted, ready: isStarted, live: true, detail: null };
    const watched: Watched<K> = { id, eagerUntil: 0, answeredAt: -Infinity, subject, spec, health, readiness: { value: isStarted, run: 0 }, liveness: { value: true, run: 0 }, cancels: [], over: false };
    this.#watched.set(id, watched);
    if (health.started) this.#steady(watched);
    else {
      watched.eagerUntil = this.#clock.monotonic() + eagerness;
      this.#startup(watched, spec.startup!, { value: false, run: 0 });
    }
  }

  forget(id: string): void {
    const watched = this.#watched.get(id);
    if (!watched) return;
    watched.over = true;
    for (const cancel of watched.cancels) cancel();
    this.#watched.delete(id);
  }

  of(id: string): Health | undefined {
    return this.#watched.get(id)?.health;
  }

  ids(): IterableIterator<string> {
    return this.#watched.keys();
  }

  close(): void {
    for (const id of [...this.#watched.keys()]) this.forget(id);
  }

  #startup(watched: Watched<K>, spec: ProbeSpec, verdict: Verdict): void {
    void this.#runner.probe(watched.subject, spec.action, spec.timeout).then((result) => {
      if (watched.over) return;
      const next = judge(verdict, result.ok, { ...spec, failures: Infinity });
      if (next.value) {
        watched.readiness = { value: true, run: 0 };
        this.#set(watched, { started: true, ready: true, detail: null, at: result.at });
        this.#steady(watched);
        return;
      }
      if (!result.ok) this.#set(watched, { detail: result.detail });
      this.#later(watched, this.#pause(watched, spec), () => this.#startup(watched, spec, next));
    });
  }

  /** Somebody waits for what has just been started, so it is asked more often at first; less so when many start at once. */
  #pause(watched: Watched<K>, spec: ProbeSpec): number {
    const now = this.#clock.monotonic();
    if (now > watched.eagerUntil) return spec.interval;
    let starting = 0;
    for (const { health, eagerUntil } of this.#watched.values()) if (!health.started && now <= eagerUntil) starting++;
    return Math.min(spec.interval, eagerInterval * starting);
  }

  #steady(watched: Watched<K>): void {
    const { readiness, liveness } = watched.spec;
    if (readiness) this.#cycle(watched, readiness, 'readiness');
    else this.#set(watched, { ready: true });
    if (liveness) this.#later(watched, liveness.interval, () => this.#cycle(watched, liveness, 'liveness'));
  }

  /** Whoever has just answered for readiness also takes connections, on the same port: that need not be asked again. */
  #ask(watched: Watched<K>, { action, interval, timeout }: ProbeSpec, which: 'readiness' | 'liveness'): Promise<ProbeResult> {
    const isProven = which === 'liveness' && action.kind === 'tcp' && watched.spec.readiness?.action.kind !== 'exec' && this.#clock.monotonic() - watched.answeredAt <= interval * trust;
    return isProven ? Promise.resolve({ ok: true, detail: 'it answers' }) : this.#runner.probe(watched.subject, action, timeout);
  }

  /** `calm`: good answers in a row so far. */
  #cycle(watched: Watched<K>, spec: ProbeSpec, which: 'readiness' | 'liveness', calm = 0): void {
    void this.#ask(watched, spec, which).then((result) => {
      if (watched.over) return;
      if (result.ok && which === 'readiness') watched.answeredAt = this.#clock.monotonic();
      watched[which] = judge(watched[which], result.ok, spec);
      const value = watched[which].value;
      const detail = result.ok ? watched.health.detail : result.detail;
      this.#set(watched, which === 'readiness' ? { ready: value, detail } : { live: value, detail });
      const good = result.ok ? calm + 1 : 0;
      this.#later(watched, good >= trusted ? untilBeat(this.#clock, spec.interval * trust) : spec.interval, () => this.#cycle(watched, spec, which, good));
    });
  }

  #later(watched: Watched<K>, ms: number, action: () => void): void {
    const cancel = this.#clock.after(ms, () => {
      watched.cancels = watched.cancels.filter((other) => other !== cancel);
      if (!watched.over) action();
    });
    watched.cancels.push(cancel);
  }

  #set(watched: Watched<K>, change: Partial<Health>): void {
    const before = watched.health;
    watched.health = { ...before, ...change };
    const { started, ready, live } = watched.health;
    if (started !== before.started || ready !== before.ready || live !== before.live) this.#changed(watched.id);
  }
}

interface Watched<K> {
  readonly id: string;
  subject: K;
  readonly spec: HealthSpec;
  health: Health;
  readiness: Verdict;
  liveness: Verdict;
  cancels: (() => void)[];
  over: boolean;
  /** Monotonic time until which it is asked more often than its spec says. */
  eagerUntil: number;
  /** Monotonic time of the last good answer to a readiness probe. */
  answeredAt: number;
}
