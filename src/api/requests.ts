import * as z from 'zod';
import { AgentId, AppName, EnvName, Isolation, ServiceName } from '../model/index.ts';

/** Where code is. `path` and local archives and repositories are on the daemon's machine, as absolute paths. */
export const SourceLocation = z.strictObject({
  kind: z.enum(['path', 'git', 'archive']),
  location: z.string().min(1).max(4096).regex(/^[^\0\r\n]+$/, 'one line'),
}).meta({ id: 'SourceLocation' });
export type SourceLocation = z.infer<typeof SourceLocation>;

/** What a person knows better than the code says: `{ start: "npm run serve" }`, or answers to a plan's questions by their id. */
const Hints = z.record(z.string().min(1).max(100), z.string().max(4096));

export const SourceRequest = z.strictObject({
  source: SourceLocation,
  /** The app's name; without it the code's own. */
  name: AppName.optional(),
  hints: Hints.optional(),
}).meta({ id: 'SourceRequest' });
export type SourceRequest = z.infer<typeof SourceRequest>;

export const DeploymentRequest = z.strictObject({
  ...SourceRequest.shape,
  /** Kept in the app's secrets, and for later deployments too. */
  env: z.record(EnvName, z.string().max(128 * 1024)).optional(),
  /** Variables that are to be set no more. What the system made a value for gets another. */
  unset: z.array(EnvName).max(1000).optional(),
  isolation: Isolation.optional(),
  /** By service. */
  replicas: z.record(ServiceName, z.int().min(0).max(1000)).optional(),
  /** By service: memory in bytes, CPU in millicores; null takes a limit away. Kept for later deployments. */
  limits: z.record(ServiceName, z.strictObject({ memory: z.int().min(4 * 2 ** 20).nullable().optional(), cpu: z.int().min(1).nullable().optional() })).optional(),
}).meta({ id: 'DeploymentRequest' });
export type DeploymentRequest = z.infer<typeof DeploymentRequest>;

export const ScaleRequest = z.strictObject({ service: ServiceName, replicas: z.int().min(0).max(1000) }).meta({ id: 'ScaleRequest' });
/** Without a revision: the newest stable one before the current. */
export const RollbackRequest = z.strictObject({ revision: z.int().min(1).optional() }).meta({ id: 'RollbackRequest' });
/** Without a service all services, without a slot all of its agents. */
export const RestartRequest = z.strictObject({ service: ServiceName.optional(), slot: z.int().min(0).optional() }).meta({ id: 'RestartRequest' });
export const AvailabilityRequest = z.strictObject({ availability: z.enum(['active', 'cordoned', 'drained']) }).meta({ id: 'AvailabilityRequest' });

/** Characters. */
export const TerminalSize = z.strictObject({ columns: z.int().min(1).max(1000), rows: z.int().min(1).max(1000) });

const argv = z.array(z.string().max(64 * 1024).regex(/^[^\0]*$/, 'no NUL')).min(1).max(1000);
export const ExecRequest = z.strictObject({ argv, stdin: z.string().max(256 * 1024).optional() }).meta({ id: 'ExecRequest' });
/** First frame of an exec stream. */
export const ExecStart = z.strictObject({
  argv,
  terminal: TerminalSize.optional(),
});

const flag = z.enum(['true', 'false']).default('false').transform((text) => text === 'true');
const count = (max: number) => z.coerce.number().int().min(0).max(max);

export const RemoveQuery = z.strictObject({ volumes: flag });
export const LogsQuery = z.strictObject({
  service: ServiceName.optional(),
  slot: count(1000).optional(),
  agent: AgentId.optional(),
  tail: count(100_000).optional(),
  follow: flag,
  /** Of agents that are gone instead: the last one of each slot. */
  previous: flag,
});
export const EventsQuery = z.strictObject({
  before: count(Number.MAX_SAFE_INTEGER).optional(),
  limit: count(1000).default(100),
  app: AppName.optional(),
  /** Event types, separated by commas. */
  types: z.string().max(1000).transform((text) => text.split(',').filter(Boolean)).optional(),
});
export const EventStreamQuery = z.strictObject({
  /** Position to start after; without it, from now on. `Last-Event-ID` goes before. */
  after: count(Number.MAX_SAFE_INTEGER).optional(),
  app: AppName.optional(),
});
export const StepsQuery = z.strictObject({ after: count(Number.MAX_SAFE_INTEGER).default(0) });

/** Without `apps` all of them. `hold`: which agents are held while the volumes are looked at for the last time. */
export const SnapshotRequest = z.strictObject({
  apps: z.array(AppName).max(1000).optional(),
  note: z.string().max(1000).optional(),
  hold: z.enum(['none', 'writers', 'all']).optional(),
  /** Also what /proc tells of the agents' processes. */
  processes: z.boolean().optional(),
  /** Also the memory of agents, where it can be had. */
  memory: z.boolean().optional(),
}).meta({ id: 'SnapshotRequest' });
export type SnapshotRequest = z.infer<typeof SnapshotRequest>;

/** Absolute path of a file on the daemon's machine. */
export const FileRequest = z.strictObject({ file: z.string().max(4096).regex(/^\/[^\0\r\n]*$/, 'an absolute path') }).meta({ id: 'FileRequest' });
export const RestoreRequest = z.strictObject({
  /** Without, all that the snapshot holds. */
  apps: z.array(AppName).max(1000).optional(),
  /** Agents go on from their memory, as far as the snapshot has it. */
  memory: z.boolean().optional(),
}).meta({ id: 'RestoreRequest' });
export type RestoreRequest = z.infer<typeof RestoreRequest>;
export const ForkRequest = z.strictObject({
  app: AppName,
  /** Id, or `latest`; without it a snapshot is taken now. */
  snapshot: z.string().max(60).optional(),
  /** Name of the fork; without it `<app>-fork`. */
  name: AppName.optional(),
}).meta({ id: 'ForkRequest' });
export type ForkRequest = z.infer<typeof ForkRequest>;
