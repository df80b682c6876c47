import type { ComplianceRule } from './compliance.ts';
import { Map } from 'immutable';
import type * as z from 'zod';
import type { Agent, Exit, ExitCause } from './agent.ts';
import type { Change, Effect, Proposal, Source } from './decision.ts';
import { hashOf } from './hash.ts';
import type { Isolation } from './isolation.ts';
import type { AgentId, AppName, ServiceName } from './names.ts';
import { newest, type Origin } from './origin.ts';
import type { Plan } from './plan.ts';
import type { Service } from './service.ts';

/** An app's admitted plan and artefacts. Rollout and rollback move slots between revisions. */
export interface Revision {
  readonly number: number;
  /** Of the decision that admitted it. */
  readonly position: number;
  readonly admittedAt: number;
  readonly actor: string;
  readonly source: Source;
  readonly plan: Plan;
  readonly services: readonly Service[];
}

export interface Rollout {
  readonly revision: number;
  /** What is kept until the new one is healthy, and where a failure leads back to. */
  readonly from: number | null;
  readonly kind: 'deploy' | 'rollback' | 'start';
  readonly state: 'progressing' | 'monitoring' | 'succeeded' | 'failed';
  readonly startedAt: number;
  readonly readyAt: number | null;
  readonly reason: string | null;
  readonly tail: readonly string[];
  /** The decision that began it. */
  readonly decided: Origin;
  /** The last event that changed it. */
  readonly last: Origin;
}

/** What a slot remembers of the agents it had. */
export interface SlotHistory {
  /** Failures in a row, of agents with hash `hash`. */
  readonly failures: number;
  readonly hash: string;
  readonly lastExit: (Exit & { cause: ExitCause; agent: AgentId }) | null;
  /** When the last agent left, by the ledger's time. */
  readonly exitedAt: number;
  /** The hash for which a job ended well; it is not run again for that one. */
  readonly completed: string | null;
  /** All agents that ever were replaced in this slot. */
  readonly replaced: number;
  /** The event by which the last agent left. */
  readonly exitedBy: Origin;
}

export interface App {
  readonly name: AppName;
  readonly desired: 'running' | 'stopped' | 'removed';
  /** With `removed`: whether volumes go too. */
  readonly removeVolumes: boolean;
  /** The target revision; 0 before the first. */
  readonly revision: number;
  /** The newest one that stayed well; null until one did. */
  readonly stable: number | null;
  readonly revisions: Map<number, Revision>;
  /** Replicas set by `scale`; absent services have those of their revision. */
  readonly scale: Readonly<Record<string, number>>;
  /** Numbers that `replace` raises, by service and by `service/slot`; part of what an agent is compared by. */
  readonly generation: Readonly<Record<string, number>>;
  /** Ports that running showed to differ from the plan, by service. */
  readonly corrections: Readonly<Record<string, { readonly planned: number | null; readonly port: number }>>;
  readonly rollout: Rollout | null;
  /** The newest decision about each thing that can be decided, by {@link decisionKey}. */
  readonly decided: Readonly<Record<string, Origin>>;
  readonly createdAt: number;
}

export interface Node {
  readonly name: string;
  readonly cpu: number;
  readonly memory: number;
  readonly isolations: readonly Isolation[];
  /** Each agent has an address of its own; otherwise they share the machine's ports. */
  readonly ownNetwork: boolean;
  readonly availability: 'active' | 'cordoned' | 'drained';
  /** The event that made it as it is. */
  readonly last: Origin;
}

/** A proposal that waits for another person to agree. */
export interface HeldProposal {
  readonly id: string;
  readonly proposal: z.output<typeof Proposal>;
  readonly rules: readonly string[];
  readonly reason: string;
  readonly at: number;
  readonly heldBy: Origin;
}

/** Somebody whose signature counts as another person's agreement. */
export interface Approver {
  /** As an actor: `user:bob`. */
  readonly person: string;
  /** Public key, as C2SP signed-note writes it. */
  readonly key: string;
  /** Actors that are the same person. */
  readonly also: readonly string[];
  readonly changed: Origin;
}

/** What decisions are checked against. */
export interface RulesInForce {
  /** Null while the compliance file cannot be read. */
  readonly rules: readonly ComplianceRule[] | null;
  readonly changed: Origin;
}

/** What is needed to measure a decision. */
export interface OpenDecision {
  readonly id: string;
  readonly app: AppName | null;
  /** Of its change. */
  readonly kind: Change['kind'];
  readonly confidence: number;
  readonly effect: Effect;
  readonly at: number;
  readonly decided: Origin;
}

/** The fold of the ledger. Immutable and structurally shared: keep one to have a snapshot, compare two by identity. */
export interface State {
  /** Position of the last event folded; 0 for none. */
  readonly position: number;
  readonly apps: Map<AppName, App>;
  readonly agents: Map<AgentId, Agent>;
  /** Agents that are prepared ahead, to succeed those of their slots. Starting makes them agents like all others. */
  readonly standbys: Map<AgentId, Agent>;
  /** Keyed by {@link slotKey}. */
  readonly slots: Map<string, SlotHistory>;
  readonly nodes: Map<string, Node>;
  /** Decisions whose effect was not measured yet, by id. */
  readonly open: Map<string, OpenDecision>;
  /** Proposals that wait for another person, by id. */
  readonly held: Map<string, HeldProposal>;
  /** By person. */
  readonly approvers: Map<string, Approver>;
  /** Null as long as there never were any. */
  readonly rules: RulesInForce | null;
}

export const emptyState: State = { position: 0, apps: Map(), agents: Map(), standbys: Map(), slots: Map(), nodes: Map(), open: Map(), held: Map(), approvers: Map(), rules: null };

export function slotKey(app: AppName, service: ServiceName, slot: number): string {
  return `${app}/${service}/${slot}`;
}

/** All agents, standbys included: whatever a driver may know. */
export function* everyAgent(state: State): Iterable<Agent> {
  yield* state.agents.values();
  yield* state.standbys.values();
}

/** What a change of an app decides: `target` for what runs at all, or a service's or slot's part of it. */
export function decisionKey(change: Exclude<Change, { kind: 'node' }>): string {
  if (change.kind === 'scale' || change.kind === 'correct') return `${change.kind}:${change.service}`;
  if (change.kind === 'replace') return `replace:${change.service}${change.slot === null ? '' : `/${change.slot}`}`;
  return 'target';
}

/** The newest decision that says what a slot should hold. */
export function decidedFor(app: App, service: ServiceName, slot: number): Origin | undefined {
  return newest(['target', `scale:${service}`, `replace:${service}`, `replace:${service}/${slot}`].map((key) => app.decided[key]));
}

/** The revision that should run; undefined before the first and for one that is gone. */
export function targetRevision(app: App): Revision | undefined {
  return app.revisions.get(app.revision);
}

/** Whether an app is a fork of another: its agents reach each other and nothing else. */
export function isFork(app: App): boolean {
  return targetRevision(app)?.services.some(({ contained }) => contained) ?? false;
}

/** Replicas that should run of a service of the target revision. */
export function replicasOf(app: App, service: Service): number {
  return app.scale[service.name] ?? service.replicas;
}

/** How often agents of this slot were replaced by decision. */
export function generationOf(app: App, service: ServiceName, slot: number): number {
  return (app.generation[service] ?? 0) + (app.generation[`${service}/${slot}`] ?? 0);
}

const fingerprints = new WeakMap<Service, string>();
const frames = new WeakMap<Service, string>();

/**
 * Identity of what an agent runs. Only what an agent can notice counts: changing the number of replicas, the route, the
 * rollout policy or a corrected port replaces nobody.
 */
export function serviceHash(service: Service, generation: number): string {
  let fingerprint = fingerprints.get(service);
  if (fingerprint === undefined) {
    fingerprint = hashOf({ ...noticed(service), artefact: service.artefact }).slice(0, 16);
    fingerprints.set(service, fingerprint);
  }
  return generation === 0 ? fingerprint : `${fingerprint}.${generation}`;
}

/** Identity of all that an agent runs with but its code: agents with the same frame can be prepared before it is known which code they get. */
export function frameHash(service: Service): string {
  let frame = frames.get(service);
  if (frame === undefined) frames.set(service, (frame = hashOf(noticed(service))));
  return frame;
}

function noticed({ name, kind, store, argv, cwd, toolchain, env, resources, volumes, isolation, contained, syscalls }: Service) {
  return { name, kind, store, argv, cwd, toolchain, env, resources, volumes, isolation, ...(contained && { contained }), ...(syscalls && { syscalls }) };
}
