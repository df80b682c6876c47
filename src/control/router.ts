import type { AgentId, AppName, ServiceName } from '../model/index.ts';

/** Where requests for one host and path prefix go. Targets are the ready agents; none means that requests wait, then 503. */
export interface Route {
  readonly app: AppName;
  readonly service: ServiceName;
  /** Host names without port, lower case. */
  readonly hosts: readonly string[];
  /** Longest prefix wins. */
  readonly path: string;
  readonly targets: readonly Target[];
  /** Why there are no targets, for the page that a person sees: `starting`, `stopped`, `failed`. */
  readonly absence: 'starting' | 'stopped' | 'failed' | null;
}

export interface Target {
  readonly agent: AgentId;
  readonly address: string;
  readonly port: number;
}

/** What the control loop asks of the data plane, in a process of its own. */
export interface Router {
  /** Replaces all routes; resolves once new requests follow them. */
  apply(routes: readonly Route[]): Promise<void>;

  /** Resolves when no request is in flight to the agent any more, or after `timeout` milliseconds. */
  drained(agent: AgentId, timeout: number): Promise<void>;
}
