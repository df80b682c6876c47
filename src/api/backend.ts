import type { Execution } from '../drivers/driver.ts';
import type { AgentId, AppName, Decision, Plan, Proposal, ServiceName } from '../model/index.ts';
import type { Archived } from '../ledger/archive/archived.ts';
import type { LogSource } from '../ledger/store/source.ts';
import type { Compliance } from './compliance.ts';
import type { Memory } from './memory.ts';
import type * as z from 'zod';
import type { DeploymentRequest, ForkRequest, RestoreRequest, SnapshotRequest, SourceRequest } from './requests.ts';
import type {
  AgentView, AppView, DeploymentStep, DeploymentView, DiffView, DoctorRow, EventView, LogLine, NodeView, Restored, RestoredApp, RevisionView, Sample, SnapshotDifference, SnapshotTaken,
  SnapshotVerified, SnapshotView, StatusView,
} from './views.ts';

/**
 * All that the API needs of the daemon. Names were parsed before they come here; whether the caller may do it was
 * decided before, too. Failures are StratoErrors, whose codes become statuses (see problems.ts). Views show at least
 * everything that was decided before they were asked for.
 */
export interface Backend {
  status(): StatusView | Promise<StatusView>;
  doctor(): Promise<DoctorRow[]>;

  /** Sorted by name. */
  apps(): readonly AppView[];
  app(name: AppName): AppView | undefined;
  /** Newest first; undefined when there is no such app. */
  revisions(name: AppName): readonly RevisionView[] | undefined;

  /** Those that have not exited yet, sorted by app, service and slot. */
  agents(): readonly AgentView[];
  agent(id: AgentId): AgentView | undefined;
  /** The last measurements, oldest first; empty when nothing was measured. */
  samples(id: AgentId): readonly Sample[];
  nodes(): readonly NodeView[];

  /** Position of the newest event. */
  head(): number;
  /** Newest first. */
  events(query: EventQuery): Promise<readonly EventView[]>;
  /** Every event after `after`, past ones first, without gaps, as they become durable. Returns the cancellation. */
  subscribe(after: number, listener: (batch: readonly EventView[]) => void): () => void;

  /** The log as it is stored, for audits. */
  readonly signedLog: SignedLog;

  /** Resolves once admitted; throws why it was refused (codes `governor.*`, `app.unknown` …). */
  propose(proposal: Proposal): Promise<Decision>;

  /** What would run, from code alone. Nothing is changed, nothing is built. */
  plan(request: SourceRequest, signal: AbortSignal): Promise<Plan>;
  /** That plan against the current revision ({@link diffPlans} does the comparing). */
  diff(request: SourceRequest, signal: AbortSignal): Promise<DiffView>;
  /** Resolves at once with the id of a deployment that then goes its way, whoever watches. */
  deploy(request: DeploymentRequest, actor: string, reason?: string): Promise<string>;
  /** Newest first. */
  deployments(): readonly DeploymentView[];
  /** Steps with an index above `after`, past ones first, then live; ends after `ready` or `failed`. Throws `deployment.unknown`. */
  steps(deployment: string, after: number, signal: AbortSignal): AsyncIterable<DeploymentStep>;
  /** Gives a deployment up that was not admitted yet. Throws `deployment.unknown`, `deployment.finished`. */
  cancel(deployment: string): Promise<void>;

  /** Output of all agents that match, lines of one agent in order. With `follow` also of agents that come later, until aborted. */
  logs(query: LogQuery, signal: AbortSignal): AsyncIterable<LogLine>;
  /** `signal` ends the program. Throws `agent.unknown`, `agent.not-running`. */
  exec(agent: AgentId, argv: readonly string[], options: { terminal?: { columns: number; rows: number }; signal: AbortSignal }): Promise<Execution>;

  /** What happened, as far back as the ledger goes, and why. */
  readonly memory: Memory;
  readonly compliance: Compliance;
  readonly snapshots: SnapshotBackend;

  /** Requests answered by the ingress, for `/v1/metrics`. */
  traffic(): readonly TrafficCounter[];
  /** Starts a new ingress process that takes the listening socket over; resolves once it serves. */
  upgradeIngress(): Promise<{ pid: number }>;
  /** A file of the web page: `/`, `/assets/app.js`. Undefined when there is none. */
  console(path: string): ConsoleFile | undefined;
}

/** Snapshots of the system. `snapshot` is an id, the beginning of one, or `latest`; all throw `snapshot.unknown`. */
export interface SnapshotBackend {
  /** Newest first. */
  list(): readonly SnapshotView[];
  view(snapshot: string): SnapshotView;
  take(request: SnapshotRequest, actor: string): Promise<SnapshotTaken>;
  /** Reads all of it. Throws `snapshot.damaged`. */
  verify(snapshot: string): Promise<z.output<typeof SnapshotVerified>>;
  diff(from: string, to: string): Promise<SnapshotDifference[]>;
  /** Brings apps back with volumes, secrets, artefacts and routes. Throws `snapshot.damaged` before anything is changed. */
  restore(snapshot: string, request: RestoreRequest, actor: string): Promise<Restored>;
  fork(request: ForkRequest, actor: string): Promise<RestoredApp>;
  export(snapshot: string, file: string): Promise<{ objects: number }>;
  import(file: string): Promise<SnapshotView>;
  remove(snapshot: string): Promise<void>;
}

export interface SignedLog {
  readonly source: LogSource;
  /** The public key that it is signed with, as C2SP signed-note writes it. */
  readonly key: string;
  /** Signs a checkpoint of everything that is durable now. */
  sign(): Promise<string>;
  /** Removes the keys of a person. Returns under which name each of their names appears from then on. Throws `ledger.unknown-subject`. */
  erase(subject: string): Promise<Record<string, string>>;
  /** Lets the ledger begin behind what a bundle holds. Throws `ledger.archive`, `ledger.base`. */
  archive(archived: Archived, actor: string): Promise<void>;
}

export interface EventQuery {
  /** Only those with a position below. */
  before: number | undefined;
  limit: number;
  app: AppName | undefined;
  types: readonly string[] | undefined;
}

export interface LogQuery {
  app: AppName;
  service: ServiceName | undefined;
  slot: number | undefined;
  agent: AgentId | undefined;
  /** So many of the last lines of each agent; undefined for all. */
  tail: number | undefined;
  follow: boolean;
  /** Not what there is, but what agents that are gone had said: the last one of each slot that said anything. */
  previous: boolean;
  /** Agents that were read before: their lines from this offset on, whatever `tail` says. */
  from: Readonly<Record<string, number>>;
}

export interface TrafficCounter {
  app: string;
  service: string;
  /** `2xx` to `5xx`. */
  status: string;
  requests: number;
}

export interface ConsoleFile {
  body: Uint8Array | string;
  /** Media type, with charset where it is text. */
  type: string;
  etag: string;
}
