import * as z from 'zod';
import { Isolation } from './isolation.ts';
import { AgentId, AppName, ServiceName } from './names.ts';
import type { Origin } from './origin.ts';

/**
 * `pending → prepared → starting → running → ready ⇄ unready → stopping → exited`. Only forward, except readiness.
 * `running` is up but not yet through its startup probe; `ready` gets traffic.
 */
export const agentStates = ['pending', 'prepared', 'starting', 'running', 'ready', 'unready', 'stopping', 'exited'] as const;
export const AgentState = z.enum(agentStates);
export type AgentState = z.infer<typeof AgentState>;

/** Why an agent ended, in the words of a person. */
export const ExitCause = z.enum([
  'completed', 'crashed', 'out-of-memory', 'killed', 'stopped', 'start-failed', 'never-ready', 'unhealthy', 'lost',
]);
export type ExitCause = z.infer<typeof ExitCause>;

export const Exit = z.object({
  code: z.int().nullable(),
  /** Name of the signal that ended it, `SIGKILL`. */
  signal: z.string().nullable(),
  /** The kernel counted an out-of-memory kill in its cgroup. */
  outOfMemory: z.boolean(),
  /** Milliseconds since the epoch; null when nobody saw it. */
  at: z.number().nullable(),
  /** One sentence more, where something is known. */
  detail: z.string().nullable(),
});
export type Exit = z.infer<typeof Exit>;

/** What a driver needs to find an agent again after a crash. Plain JSON; in the ledger before anything is done with it. */
export const Handle = z.object({
  driver: z.enum(['process', 'sandbox', 'oci', 'gvisor', 'simulated']),
  agent: AgentId,
  /** The agent's own directory on the host: log, pid and exit file, writable layer. */
  directory: z.string(),
  /** The port it is told to listen on, and is expected at. */
  port: z.int().nullable(),
});
export type Handle = z.infer<typeof Handle>;

/** A running instance that fills a slot. Never restarted, only replaced. */
export interface Agent {
  readonly id: AgentId;
  readonly app: AppName;
  readonly service: ServiceName;
  readonly slot: number;
  readonly revision: number;
  /** {@link serviceHash} of the service it was made from: equal hashes need no replacement. */
  readonly hash: string;
  readonly node: string;
  readonly isolation: Isolation;
  readonly handle: Handle;
  readonly state: AgentState;
  /** IP address and port by which it is reached, once known. */
  readonly address: string | null;
  readonly port: number | null;
  readonly pid: number | null;
  /** Kernel start time of `pid` in clock ticks since boot, so that a reused pid is never mistaken. */
  readonly pidStart: number | null;
  readonly createdAt: number;
  readonly startedAt: number | null;
  readonly readyAt: number | null;
  readonly stoppingAt: number | null;
  /** Why it is being stopped, or is not ready. */
  readonly reason: string | null;
  /** Set while it is stopped by a decision and not by a fault: then its exit counts as no failure. */
  readonly stopCause: ExitCause | null;
  readonly exit: (Exit & { cause: ExitCause }) | null;
  /** The last event that changed it. */
  readonly last: Origin;
}
