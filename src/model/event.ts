import * as z from 'zod';
import { AgentState, Exit, ExitCause, Handle } from './agent.ts';
import { ComplianceRule } from './compliance.ts';
import { Decision, Outcome, Proposal } from './decision.ts';
import { Isolation } from './isolation.ts';
import { AgentId, AppName, ServiceName } from './names.ts';
import { personal } from './personal.ts';
import { Confidence } from './plan.ts';

const agent = { agent: AgentId };
const app = { app: AppName };
const errorReport = z.object({ code: z.string(), message: z.string(), why: z.string().optional(), next: z.string().optional(), retryable: z.boolean(), details: z.unknown().optional() });

/**
 * Facts, in the past tense, with the schema of their newest version. Bodies are plain JSON and never edited; a changed
 * schema is a new version with an upcaster in the ledger.
 */
export const eventBodies = {
  /** The only event that alters desired state. */
  DecisionAdmitted: z.object({ decision: Decision }),
  /** `judgedOn`: position of the state on which it was judged. */
  ProposalRejected: z.object({ proposal: Proposal, code: z.string(), reason: z.string(), judgedOn: z.int().min(0).optional() }),
  /** Whether what a decision was to bring about came about: `held`, `failed`, or `overtaken` by another decision before it could. */
  DecisionMeasured: z.object({
    id: z.string(), decided: z.int(), app: AppName.nullable(), kind: z.string(), confidence: Confidence, outcome: Outcome, milliseconds: z.number().nullable(), detail: z.string(),
  }),

  /** What decisions are checked against from here on; null while the file cannot be read, and then only control's own changes pass. `hash` is the SHA-256 of their canonical JSON, with the number of those who may override in place of them. */
  ComplianceRulesChanged: z.object({ rules: z.array(ComplianceRule).nullable(), hash: z.string().nullable() }),
  /** A rule of the compliance file was not kept; with `blocked` the change was not made. */
  ComplianceViolated: z.object({ rule: z.string(), app: AppName.nullable(), kind: z.string(), by: z.string().register(personal, { concerns: 'named' }), detail: z.string(), blocked: z.boolean() }),
  /** It waits for another person to agree. */
  ProposalHeld: z.object({ id: z.string(), proposal: Proposal, rules: z.array(z.string()), reason: z.string() }),
  /** Another person agreed, or it was turned down. */
  ProposalReleased: z.object({ id: z.string(), app: AppName.nullable(), verdict: z.enum(['approved', 'rejected']), by: z.string().register(personal, { concerns: 'named' }), reason: z.string() }),

  /** Whose signature counts as another person's agreement; without a key, no longer. `also` are the actors that are the same person. */
  ApproverChanged: z.object({ person: z.string().register(personal, { concerns: 'named' }), key: z.string().nullable(), also: z.array(z.string().register(personal, { concerns: 'named' })), signedBy: z.string().register(personal, { concerns: 'named' }).nullable() }),

  DeploymentRequested: z.object({ ...app, deployment: z.string(), location: z.string().register(personal, { concerns: 'actor' }) }),
  BuildFinished: z.object({ ...app, deployment: z.string(), artefacts: z.array(z.string()), cached: z.boolean(), milliseconds: z.number() }),
  /** Nothing was changed: it failed before a decision. `tail` are the last lines of its output. */
  DeploymentFailed: z.object({ ...app, deployment: z.string(), error: errorReport, tail: z.array(z.string()) }),

  /** With `standby` it is the successor of an agent that lives: it is prepared and, unless it is needed, not started. */
  AgentCreated: z.object({ ...agent, ...app, service: ServiceName, slot: z.int(), revision: z.int(), hash: z.string(), node: z.string(), isolation: Isolation, handle: Handle, standby: z.literal(true).optional() }),
  AgentPrepared: z.object({ ...agent }),
  /** With `revision` and `hash` it was a standby of an earlier revision, and differs from the agents of this one in nothing but the code that it is given now. */
  AgentStarting: z.object({ ...agent, revision: z.int().optional(), hash: z.string().optional() }),
  AgentRunning: z.object({ ...agent, pid: z.int().nullable(), pidStart: z.number().nullable(), address: z.string().nullable(), port: z.int().nullable() }),
  /** With `address` it listens by IPv6 only: that is where it answered, and is reached. */
  AgentReady: z.object({ ...agent, address: z.string().optional() }),
  AgentUnready: z.object({ ...agent, reason: z.string() }),
  AgentStopping: z.object({ ...agent, reason: z.string(), cause: ExitCause }),
  AgentExited: z.object({ ...agent, exit: Exit, cause: ExitCause, from: AgentState }),
  /** Its directory, mounts, namespaces and cgroups are gone; it leaves the state. */
  AgentRemoved: z.object({ ...agent }),

  /** Every slot of the target revision is ready and no other agent is left: the app answers with it. */
  RolloutReady: z.object({ ...app, revision: z.int() }),
  /** It stayed well for the monitor window: rollbacks lead here. */
  RolloutSucceeded: z.object({ ...app, revision: z.int() }),
  RolloutFailed: z.object({ ...app, revision: z.int(), service: ServiceName.nullable(), reason: z.string(), tail: z.array(z.string()) }),
  /** No agent of the app is left; with `volumes`, its data is gone too. */
  AppRemoved: z.object({ ...app, volumes: z.boolean() }),

  NodeSeen: z.object({ node: z.string(), cpu: z.int(), memory: z.int(), isolations: z.array(Isolation), ownNetwork: z.boolean() }),
  DaemonStarted: z.object({ version: z.string(), pid: z.int(), adopted: z.int() }),
  DaemonStopped: z.object({ reason: z.string() }),
  /** The database was damaged; it was set aside and the longest valid prefix kept. */
  LedgerRecovered: z.object({ quarantined: z.string(), kept: z.int(), lost: z.int().nullable(), reason: z.string() }),
  /** `root` stands for every byte of the snapshot, also when its file is elsewhere. `position`: that of the state in it. */
  /** Events left the database for a bundle: those behind `from` up to `upTo`. `state` is the SHA-256 of the state that they led to, `sha256` that of the bundle's file. */
  LedgerArchived: z.object({ from: z.int(), upTo: z.int(), name: z.string(), sha256: z.string(), bytes: z.int(), state: z.string() }),
  SnapshotTaken: z.object({ snapshot: z.string(), root: z.string(), position: z.int(), apps: z.array(AppName), bytes: z.int() }),
  /** `source` is the app as the snapshot has it; another name than `app` for a fork. */
  SnapshotRestored: z.object({ ...app, snapshot: z.string(), root: z.string(), source: AppName, fork: z.boolean() }),
  /** Something that runs and that the ledger does not know was ended. */
  OrphanCollected: z.object({ agent: z.string(), driver: z.string() }),
} as const;

export type EventType = keyof typeof eventBodies;
export type EventBody<T extends EventType> = z.infer<(typeof eventBodies)[T]>;

/** An event as somebody wants to append it. */
export type NewEvent = { [T in EventType]: { type: T; body: EventBody<T>; actor: string; correlation?: string | undefined; cause?: number | undefined } }[EventType];

/** An event as the ledger holds it. Positions count from 1 without gaps; `time` is milliseconds since the epoch. */
export type Event = NewEvent & { position: number; time: number; version: number };

/** The version with which each type is written now; absent means 1. */
export const eventVersions: Partial<Record<EventType, number>> = { DecisionAdmitted: 2, ProposalRejected: 2 };
