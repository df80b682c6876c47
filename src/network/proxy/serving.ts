import type { RequestHead } from '../http1/request-head.ts';
import type { Refusal } from '../http1/refusal.ts';
import type { Draining } from './draining.ts';
import type { HeldRequests } from './held-requests.ts';
import type { Limits } from './limits.ts';
import type { LiveRoute, RouteTable } from './route-table.ts';
import type { TargetPool } from './target-pool.ts';
import type { TargetState } from './target-state.ts';
import type { Traffic } from './traffic.ts';

/** A request as the books know it. */
export interface Served {
  readonly id: string;
  readonly head: RequestHead;
  /** By {@link Serving.now}. */
  readonly startedAt: number;
  readonly route: LiveRoute | null;
  readonly target: TargetState | null;
}

/** How a request ended; bytes are those of bodies. */
export interface Outcome {
  readonly status: number;
  readonly error: string | null;
  readonly received: number;
  readonly sent: number;
}

/** What the connections of a proxy share: its routes and targets, its limits and clocks, and its books. */
export interface Serving {
  readonly limits: Limits;
  readonly table: RouteTable;
  readonly pool: TargetPool;
  readonly traffic: Traffic;
  readonly held: HeldRequests;
  readonly draining: Draining;
  /** Connections whose protocol was changed, to break them off at the end. */
  readonly tunnels: Set<{ cut(): void }>;
  /** Clients are told to close: another process serves from now on. */
  readonly leaving: boolean;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** Milliseconds that never step back. */
  readonly now: () => number;
  /** Told of what should not happen; the traffic goes on. */
  readonly report: (error: unknown) => void;
  freshId(): string;
  logExchange(served: Served, client: string, outcome: Outcome): void;
  logRefused(client: string, refusal: Refusal, id: string): void;
}
