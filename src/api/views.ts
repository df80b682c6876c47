import * as z from 'zod';
import { SimilarService } from '../model/plan.ts';

/**
 * What the API answers: the shapes that the CLI, the console and others program against. Times are milliseconds since
 * the epoch, CPU is in millicores, memory in bytes.
 */
export const AgentView = z.object({
  id: z.string(),
  app: z.string(),
  service: z.string(),
  slot: z.int(),
  revision: z.int(),
  node: z.string(),
  state: z.enum(['pending', 'prepared', 'starting', 'running', 'ready', 'unready', 'stopping', 'exited']),
  isolation: z.string(),
  driver: z.string(),
  pid: z.int().nullable(),
  address: z.string().nullable(),
  port: z.int().nullable(),
  createdAt: z.number(),
  /** When its process began; null before. One that stood by was created earlier. */
  startedAt: z.number().nullable(),
  readyAt: z.number().nullable(),
  reason: z.string().nullable(),
  /** Last measured use; null until measured. `cpu` is the use since the measurement before. */
  usage: z.object({ cpu: z.number().nullable(), memory: z.number().nullable(), pids: z.number().nullable() }).nullable(),
}).meta({ id: 'Agent' });
export type AgentView = z.infer<typeof AgentView>;

export const ServiceView = z.object({
  name: z.string(),
  kind: z.string(),
  store: z.string().nullable(),
  /** Wanted and ready number of agents. */
  replicas: z.int(),
  ready: z.int(),
  /** `ready`, `updating`, `starting`, `degraded` (some ready), `down`, `stopped`, `completed`. */
  status: z.enum(['ready', 'updating', 'starting', 'degraded', 'down', 'stopped', 'completed']),
  command: z.array(z.string()),
  port: z.int().nullable(),
  urls: z.array(z.string()),
  resources: z.object({ cpu: z.number().nullable(), memory: z.number().nullable(), pids: z.number().nullable() }),
  /** Replacements since the app was first deployed. */
  restarts: z.int(),
  /** How the last agent that failed ended, in one sentence. */
  lastFailure: z.string().nullable(),
  /** Memory of one agent in bytes: what the plan expected, and the most that was seen since it runs here; null while that is unknown. */
  memory: z.object({ expected: z.number().nullable(), most: z.number().nullable() }).optional(),
  /** Services that ran here before it was deployed and are like it, the nearest first. */
  similar: z.array(SimilarService).optional(),
  /** Why more than one agent would not do what one does; null where several may run. */
  alone: z.string().nullable().optional(),
}).meta({ id: 'Service' });
export type ServiceView = z.infer<typeof ServiceView>;

export const RolloutView = z.object({
  revision: z.int(),
  from: z.int().nullable(),
  kind: z.enum(['deploy', 'rollback', 'start']),
  state: z.enum(['progressing', 'monitoring', 'succeeded', 'failed']),
  startedAt: z.number(),
  readyAt: z.number().nullable(),
  reason: z.string().nullable(),
  tail: z.array(z.string()),
}).meta({ id: 'Rollout' });

export const AppView = z.object({
  name: z.string(),
  desired: z.enum(['running', 'stopped', 'removed']),
  /** `running`, `deploying`, `degraded`, `failed`, `stopped`, `removing`. */
  status: z.enum(['running', 'deploying', 'degraded', 'failed', 'stopped', 'removing']),
  url: z.string().nullable(),
  revision: z.int(),
  stable: z.int().nullable(),
  source: z.object({ kind: z.string(), location: z.string(), version: z.string().nullable() }).nullable(),
  services: z.array(ServiceView),
  rollout: RolloutView.nullable(),
  createdAt: z.number(),
}).meta({ id: 'App' });
export type AppView = z.infer<typeof AppView>;

export const RevisionView = z.object({
  number: z.int(),
  admittedAt: z.number(),
  actor: z.string(),
  source: z.object({ kind: z.string(), location: z.string(), version: z.string().nullable() }),
  current: z.boolean(),
  stable: z.boolean(),
  services: z.array(z.string()),
}).meta({ id: 'Revision' });
export type RevisionView = z.infer<typeof RevisionView>;

/** One line of a deployment's progress, streamed as server-sent events named by `step`. */
export const DeploymentStep = z.object({
  deployment: z.string(),
  /** Counts from 1 within the deployment: what a reader resumes after. */
  index: z.int().min(1),
  /** `fetch`, `analyse`, `build`, `admit`, `start`, `ready`, `failed`. */
  step: z.enum(['fetch', 'analyse', 'build', 'admit', 'start', 'ready', 'failed']),
  /** For people: `Building web with npm ci`. */
  text: z.string(),
  /** `line` is build output; `begin` and `end` frame a step. */
  kind: z.enum(['begin', 'line', 'end']),
  milliseconds: z.number().nullable(),
  /** On `ready` a {@link DeploymentResult}, on `failed` an error report; both end the stream. */
  result: z.unknown().optional(),
}).meta({ id: 'DeploymentStep' });
export type DeploymentStep = z.infer<typeof DeploymentStep>;

export const DeploymentResult = z.object({
  app: z.string(),
  url: z.string().nullable(),
  revision: z.int(),
  /** What was seen in the code that a person should know of, such as data that would not be kept. */
  warnings: z.array(z.string()).optional(),
}).meta({ id: 'DeploymentResult' });
export type DeploymentResult = z.infer<typeof DeploymentResult>;

export const DeploymentView = z.object({
  id: z.string(),
  /** Null until the code told its name. */
  app: z.string().nullable(),
  source: z.object({ kind: z.string(), location: z.string() }),
  actor: z.string(),
  state: z.enum(['running', 'ready', 'failed', 'cancelled']),
  startedAt: z.number(),
  finishedAt: z.number().nullable(),
}).meta({ id: 'Deployment' });
export type DeploymentView = z.infer<typeof DeploymentView>;

/** What deploying a source would change of an app that runs. */
export const DiffView = z.object({
  app: z.string(),
  /** The revision compared with; null when the app is new. */
  revision: z.int().nullable(),
  changes: z.array(z.object({
    kind: z.enum(['added', 'removed', 'changed']),
    /** Where in the plan, `services.web.start`; list members are named by their `name`, `kind` or `id`. */
    path: z.string(),
    before: z.unknown(),
    after: z.unknown(),
  })),
}).meta({ id: 'Diff' });
export type DiffView = z.infer<typeof DiffView>;

/** One line of an agent's output, without its line break. */
export const LogLine = z.object({
  agent: z.string(),
  service: z.string(),
  slot: z.int(),
  /** Of its first byte in the agent's whole output. */
  offset: z.int(),
  /** Where the line after it begins. */
  next: z.int(),
  line: z.string(),
}).meta({ id: 'LogLine' });
export type LogLine = z.infer<typeof LogLine>;

/** One measurement of an agent. `cpu` is the use since the measurement before. */
export const Sample = z.object({
  time: z.number(),
  cpu: z.number().nullable(),
  memory: z.number().nullable(),
  pids: z.number().nullable(),
}).meta({ id: 'Sample' });
export type Sample = z.infer<typeof Sample>;

/** What this machine can do, found out by using it. */
export const DoctorRow = z.object({
  /** Heading under which it is shown: `isolation`, `limits`, `services`, `languages`. */
  area: z.string(),
  name: z.string(),
  /** Null: could not be found out. */
  works: z.boolean().nullable(),
  detail: z.string(),
  /** How to get it, when it does not work. */
  remedy: z.string().nullable(),
}).meta({ id: 'DoctorRow' });
export type DoctorRow = z.infer<typeof DoctorRow>;

/** An admitted change. */
export const DecisionView = z.object({
  id: z.string(),
  kind: z.string(),
  app: z.string().nullable(),
  admittedBy: z.array(z.string()),
  /** What somebody should know who asked for it. */
  warnings: z.array(z.string()).optional(),
}).meta({ id: 'Decision' });
export type DecisionView = z.infer<typeof DecisionView>;

export const EventView = z.object({
  position: z.int(),
  time: z.number(),
  type: z.string(),
  actor: z.string(),
  app: z.string().nullable(),
  /** One sentence for people. */
  text: z.string(),
  /** `info`, `good`, `warning`, `bad`. */
  tone: z.enum(['info', 'good', 'warning', 'bad']),
  correlation: z.string().nullable(),
  cause: z.int().nullable(),
  body: z.unknown(),
}).meta({ id: 'Event' });
export type EventView = z.infer<typeof EventView>;

export const NodeView = z.object({
  name: z.string(),
  cpu: z.int(),
  memory: z.int(),
  availability: z.string(),
  usage: z.object({ cpu: z.number().nullable(), memory: z.number().nullable() }).nullable(),
}).meta({ id: 'Node' });
export type NodeView = z.infer<typeof NodeView>;

export const StatusView = z.object({
  version: z.string(),
  pid: z.int(),
  startedAt: z.number(),
  /** Milliseconds since it was started, whatever the clock did since. */
  uptime: z.number(),
  head: z.int(),
  ingress: z.object({ url: z.string().nullable(), pid: z.int().nullable() }),
  console: z.string().nullable(),
  nodes: z.array(NodeView),
  apps: z.int(),
  agents: z.int(),
  /** Ids of the agents that are prepared and wait for the ends of those that they are to succeed. */
  standbys: z.array(z.string()),
  /** What was lost and recovered, what does not work here; empty when all is well. */
  warnings: z.array(z.string()),
}).meta({ id: 'Status' });
export type StatusView = z.infer<typeof StatusView>;

export const SnapshotView = z.object({
  id: z.string(),
  takenAt: z.number().nullable(),
  actor: z.string().nullable(),
  note: z.string(),
  /** Of the state in it. */
  position: z.int().nullable(),
  apps: z.array(z.string()),
  files: z.int(),
  bytes: z.int(),
  /** Events of the ledger that it holds; null for a snapshot of single apps, which holds none. */
  events: z.int().nullable(),
  /** Root of the Merkle tree over all that it holds; null when it cannot be read. */
  root: z.string().nullable(),
  /** Why it cannot be read; null when it can. */
  damage: z.string().nullable(),
}).meta({ id: 'Snapshot' });
export type SnapshotView = z.infer<typeof SnapshotView>;

export const SnapshotTaken = SnapshotView.extend({
  /** Bytes that it added to what earlier ones hold already, compressed. */
  added: z.int(),
  /** Milliseconds for which the agents of each app were held. */
  held: z.record(z.string(), z.number()),
  skipped: z.array(z.object({ path: z.string(), why: z.string() })),
  /** Agents that were to be kept with their memory; `why` one is not, else null. */
  memory: z.array(z.object({ agent: z.string(), why: z.string().nullable() })),
}).meta({ id: 'SnapshotTaken' });
export type SnapshotTaken = z.infer<typeof SnapshotTaken>;

export const SnapshotVerified = z.object({
  root: z.string(), entries: z.int(), objects: z.int(), bytes: z.int(), events: z.int().nullable(),
  /** Position of the event by which the ledger knows this root; null where it has none of this snapshot. */
  taken: z.int().nullable(),
}).meta({ id: 'SnapshotVerified' });
export const SnapshotDifference = z.object({
  key: z.string(), what: z.enum(['added', 'removed', 'changed']),
  /** Files (`+`, `-`, `~`) or fields that differ, at most 50; `count` is how many do. */
  details: z.array(z.string()), count: z.int(),
}).meta({ id: 'SnapshotDifference' });
export type SnapshotDifference = z.infer<typeof SnapshotDifference>;
export const RestoredApp = z.object({
  app: z.string(), revision: z.int(), url: z.string().nullable(), volumes: z.array(z.string()),
  /** Agents that were to go on from their memory; `why` one was started anew, else null. */
  memory: z.array(z.object({ service: z.string(), slot: z.int(), why: z.string().nullable() })),
}).meta({ id: 'RestoredApp' });
export type RestoredApp = z.infer<typeof RestoredApp>;

/** `history` is the directory in which the ledger of the snapshot now is, as a history beside the own one; null when there was none to bring. */
export const Restored = z.object({ apps: z.array(RestoredApp), history: z.string().nullable() }).meta({ id: 'Restored' });
export type Restored = z.infer<typeof Restored>;

/** RFC 9457. */
export const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string().optional(),
  code: z.string(),
  next: z.string().optional(),
  retryable: z.boolean(),
  details: z.unknown().optional(),
}).meta({ id: 'Problem' });
export type Problem = z.infer<typeof Problem>;
