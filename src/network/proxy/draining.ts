import type { RouteTable } from './route-table.ts';
import type { TargetState } from './target-state.ts';

/** Milliseconds. */
interface Patience {
  readonly streamGrace: number;
  readonly goodbyeAfter: number;
}

interface Waiting {
  readonly over: (target: TargetState) => boolean;
  readonly end: () => void;
}

/** Lets agents leave without a request failing. */
export class Draining {
  readonly #patience: Patience;
  readonly #table: RouteTable;
  readonly #waiting = new Map<string, Set<Waiting>>();

  constructor(patience: Patience, table: RouteTable) {
    this.#patience = patience;
    this.#table = table;
  }

  /**
   * Resolves when `agent`, which gets no new requests any more, may be told to stop: when no request is in flight to it, or after
   * `timeout` milliseconds. Event streams of clients that reconnect are ended between two events, other event streams get a moment,
   * and changed protocols are not waited for: on its stop signal the agent itself knows best how to end them. What it leaves
   * open all the same is then ended here, lest its clients hold it up.
   */
  async drained(agent: string, timeout: number): Promise<void> {
    this.#endStreams(agent, false);
    await Promise.all([
      this.#until(agent, (target) => target.waitedFor === 0, timeout),
      this.#until(agent, (target) => target.finiteStreams === 0, Math.min(timeout, this.#patience.streamGrace)),
    ]);
    if (this.#targetsOf(agent).some((target) => target.streams.size > 0)) {
      setTimeout(() => this.#endStreams(agent, true), this.#patience.goodbyeAfter).unref();
    }
  }

  /** A request left its target. */
  left(target: TargetState): void {
    if (this.#waiting.size === 0) return;
    for (const waiting of [...this.#waiting.get(target.agent) ?? []]) if (this.#targetsOf(target.agent).every(waiting.over)) waiting.end();
  }

  #until(agent: string, over: Waiting['over'], timeout: number): Promise<void> {
    if (this.#targetsOf(agent).every(over)) return Promise.resolve();
    return new Promise((resolve) => {
      const all = this.#waiting.get(agent) ?? new Set();
      this.#waiting.set(agent, all);
      const waiting: Waiting = {
        over,
        end: () => {
          clearTimeout(timer);
          all.delete(waiting);
          if (all.size === 0) this.#waiting.delete(agent);
          resolve();
        },
      };
      const timer = setTimeout(waiting.end, timeout);
      all.add(waiting);
    });
  }

  #endStreams(agent: string, last: boolean): void {
    for (const target of this.#targetsOf(agent)) for (const stream of [...target.streams]) stream.endPolitely(last);
  }

  #targetsOf(agent: string): TargetState[] {
    return [...this.#table.targets()].filter((target) => target.agent === agent);
  }
}
