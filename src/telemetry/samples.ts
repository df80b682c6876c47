import type { Window } from '../model/index.ts';

/** One measurement of an agent: CPU used since the one before in thousandths of a core, memory in bytes. */
export interface Sample {
  readonly time: number;
  readonly cpu: number | null;
  readonly memory: number | null;
  readonly pids: number | null;
}

/** The last measurements of each agent, bounded; what people see as charts. Decisions record windows of it, the ledger never holds it. */
export class Samples {
  readonly #length: number;
  readonly #rings = new Map<string, { samples: Sample[]; next: number }>();

  /** `length` measurements are kept of each agent. */
  constructor(length = 120) {
    this.#length = length;
  }

  add(agent: string, sample: Sample): void {
    const ring = this.#rings.get(agent) ?? { samples: [], next: 0 };
    ring.samples[ring.next] = sample;
    ring.next = (ring.next + 1) % this.#length;
    this.#rings.set(agent, ring);
  }

  /** Oldest first. */
  of(agent: string): Sample[] {
    const ring = this.#rings.get(agent);
    if (!ring) return [];
    return ring.samples.length < this.#length ? [...ring.samples] : [...ring.samples.slice(ring.next), ...ring.samples.slice(0, ring.next)];
  }

  latest(agent: string): Sample | undefined {
    const ring = this.#rings.get(agent);
    return ring?.samples[(ring.next + this.#length - 1) % this.#length];
  }

  /** The measurements of some agents in short; null when there are none. */
  window(agents: Iterable<string>): Window | null {
    const all = [...agents].flatMap((agent) => this.of(agent));
    if (all.length === 0) return null;
    const summary: Window['summary'] = {};
    for (const key of ['cpu', 'memory', 'pids'] as const) {
      const values = all.flatMap((sample) => (sample[key] === null ? [] : [sample[key]]));
      if (values.length > 0) summary[key] = { least: Math.min(...values), mean: Math.round(values.reduce((sum, value) => sum + value, 0) / values.length), most: Math.max(...values) };
    }
    const times = all.map(({ time }) => time);
    return { from: Math.min(...times), to: Math.max(...times), samples: all.length, summary };
  }

  /** Drops the agents that are not in `present`. */
  keep(present: ReadonlySet<string>): void {
    for (const agent of this.#rings.keys()) if (!present.has(agent)) this.#rings.delete(agent);
  }
}
