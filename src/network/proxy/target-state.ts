import type { Target } from '../../control/router.ts';

const firstEjection = 250;
const longestEjection = 5_000;

/** A response or a changed protocol without a natural end. */
export interface Stream {
  /** It may yet end by itself: draining gives it a moment. */
  readonly finite: boolean;
  /**
   * Its agent is about to be stopped: it ends if its client is known to connect again. The `last` time it is asked the agent has
   * had its chance to end it, and any client is told as well as can be.
   */
  endPolitely(last: boolean): void;
}

/**
 * One agent's address as a place to send requests to. It outlives a change of routes while requests are in flight, so that
 * draining can be told from being gone.
 */
export class TargetState {
  readonly agent: string;
  readonly address: string;
  readonly port: number;
  readonly key: string;
  /** Requests that were sent and not yet answered completely. */
  inFlight = 0;
  /** Of those, the ones without a natural end: changed protocols and event streams. */
  readonly streams = new Set<Stream>();
  /** New requests may come: its connections are worth keeping. */
  routed = true;
  requests = 0;
  failures = 0;
  #failuresInRow = 0;
  #ejectedUntil = 0;

  constructor(target: Target) {
    this.agent = target.agent;
    this.address = target.address;
    this.port = target.port;
    this.key = keyOf(target);
  }

  /** Requests that draining waits for. */
  get waitedFor(): number {
    return this.inFlight - this.streams.size;
  }

  /** Streams that may end by themselves. */
  get finiteStreams(): number {
    let count = 0;
    for (const stream of this.streams) if (stream.finite) count++;
    return count;
  }

  ejected(now: number): boolean {
    return now < this.#ejectedUntil;
  }

  /** Passive ejection: after a failure it is only chosen when there is no other, for twice as long each time in a row. */
  failed(now: number): void {
    this.failures++;
    this.#ejectedUntil = now + Math.min(longestEjection, firstEjection * 2 ** this.#failuresInRow);
    this.#failuresInRow++;
  }

  answered(): void {
    this.#failuresInRow = 0;
    this.#ejectedUntil = 0;
  }
}

export function keyOf(target: Target): string {
  return `${target.agent} ${target.address} ${target.port}`;
}
