import type { Stats } from '../drivers/driver.ts';
import { untilBeat, type Clock } from '../model/index.ts';
import { Samples } from './samples.ts';

/** Milliseconds between measurements while somebody looks, and while nobody does. */
export const attendedInterval = 2000;
export const idleInterval = 15_000;

/** Milliseconds after the last look for which somebody counts as looking. */
const attention = 20_000;

/** What is measured: the agents that run now, and how to ask for one's use. */
export interface Measurable {
  readonly id: string;
  stats(): Promise<Stats>;
}

/** Measures the running agents in turn, often while people look and seldom otherwise, so that an idle daemon stays idle. */
export class Sampler {
  readonly samples: Samples;
  readonly #clock: Clock;
  readonly #agents: () => Iterable<Measurable>;
  readonly #before = new Map<string, { time: number; cpu: number }>();
  #lookedAt = -Infinity;
  #cancel: (() => void) | undefined;
  #closed = false;

  constructor(clock: Clock, agents: () => Iterable<Measurable>, samples = new Samples()) {
    this.#clock = clock;
    this.#agents = agents;
    this.samples = samples;
  }

  start(): void {
    this.#schedule();
  }

  close(): void {
    this.#closed = true;
    this.#cancel?.();
  }

  /** Somebody looks at measurements: they are taken more often for a while. */
  attend(): void {
    const now = this.#clock.monotonic();
    const wasIdle = now - this.#lookedAt > attention;
    this.#lookedAt = now;
    if (!wasIdle || this.#closed) return;
    this.#cancel?.();
    this.#cancel = this.#clock.after(0, () => void this.#round());
  }

  /** Measures every agent once. */
  async measure(): Promise<void> {
    const present = new Set<string>();
    for (const agent of this.#agents()) {
      present.add(agent.id);
      const stats = await agent.stats().catch(() => undefined);
      if (stats) this.samples.add(agent.id, { time: this.#clock.now(), cpu: this.#rate(agent.id, stats.cpu), memory: stats.memory, pids: stats.pids });
    }
    this.samples.keep(present);
    for (const id of this.#before.keys()) if (!present.has(id)) this.#before.delete(id);
  }

  async #round(): Promise<void> {
    await this.measure();
    if (!this.#closed) this.#schedule();
  }

  #schedule(): void {
    const attended = this.#clock.monotonic() - this.#lookedAt <= attention;
    this.#cancel = this.#clock.after(attended ? attendedInterval : untilBeat(this.#clock, idleInterval), () => void this.#round());
  }

  /** Milliseconds of CPU since start → thousandths of a core since the measurement before. */
  #rate(id: string, cpu: number | null): number | null {
    if (cpu === null) return null;
    const time = this.#clock.monotonic();
    const before = this.#before.get(id);
    this.#before.set(id, { time, cpu });
    if (!before || time <= before.time) return null;
    return Math.max(0, Math.round(((cpu - before.cpu) / (time - before.time)) * 1000));
  }
}
