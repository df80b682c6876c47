import * as z from 'zod';
import { AppName, ServiceName } from './names.ts';
import { personal } from './personal.ts';
import { Confidence, Evidence, Plan } from './plan.ts';
import { Service } from './service.ts';

/** Where an app's code came from, for `history` and for deploying it again. */
export const Source = z.object({
  kind: z.enum(['path', 'git', 'archive']),
  location: z.string().register(personal, { concerns: 'actor' }),
  /** Commit id of a git source, content hash of others. */
  version: z.string().nullable(),
});
export type Source = z.infer<typeof Source>;

/** Every way in which desired state can change. */
export const Change = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('deploy'), plan: Plan, services: z.array(Service), source: Source }),
  /** Makes an earlier revision the target again. */
  z.object({ kind: z.literal('rollback'), revision: z.int().min(1) }),
  z.object({ kind: z.literal('scale'), service: ServiceName, replicas: z.int().min(0).max(1000) }),
  z.object({ kind: z.literal('stop') }),
  z.object({ kind: z.literal('start') }),
  z.object({ kind: z.literal('remove'), volumes: z.boolean() }),
  /** Replaces one agent, or all of a service when `slot` is null. */
  z.object({ kind: z.literal('replace'), service: ServiceName, slot: z.int().min(0).nullable() }),
  /** What running showed to be otherwise than planned. No agent is replaced for it. */
  z.object({ kind: z.literal('correct'), service: ServiceName, port: z.int().min(1).max(65535) }),
  /** No new agents (`cordoned`), or also none of the present ones (`drained`), on a node. */
  z.object({ kind: z.literal('node'), node: z.string(), availability: z.enum(['active', 'cordoned', 'drained']) }),
]);
export type Change = z.infer<typeof Change>;

/** Milliseconds after the decision, by when it should be seen. */
const within = z.int().min(0);

/** What should be seen once a decision was carried out, in a form that can be measured. */
export const Effect = z.discriminatedUnion('kind', [
  /** The revision is ready by then, and stays well for the monitor window of its services. */
  z.object({ kind: z.literal('rollout'), revision: z.int().min(0), within }),
  /** So many agents of the service are ready. */
  z.object({ kind: z.literal('replicas'), service: ServiceName, count: z.int().min(0), within }),
  /** New agents are ready in the slot, or in every slot when it is null. */
  z.object({ kind: z.literal('replaced'), service: ServiceName, slot: z.int().min(0).nullable(), within }),
  /** An agent of the service is ready. */
  z.object({ kind: z.literal('answers'), service: ServiceName, within }),
  /** No agent of the app is left. */
  z.object({ kind: z.literal('stopped'), within }),
  /** The app is gone. */
  z.object({ kind: z.literal('removed'), within }),
  /** The node is as decided, and a drained one holds no agent. */
  z.object({ kind: z.literal('node'), node: z.string(), availability: z.enum(['active', 'cordoned', 'drained']), within }),
]);
export type Effect = z.infer<typeof Effect>;

/** Measurements of a stretch of time, in short: CPU in thousandths of a core, memory in bytes. */
export const Window = z.object({
  from: z.number(),
  to: z.number(),
  samples: z.int(),
  summary: z.record(z.string(), z.object({ least: z.number(), mean: z.number(), most: z.number() })),
});
export type Window = z.infer<typeof Window>;

/** Whether the expected effect of a decision was seen. */
export const Outcome = z.enum(['held', 'failed', 'overtaken']);
export type Outcome = z.infer<typeof Outcome>;

/** What was read outside the ledger and had a part in a decision; with it a replay asks nobody. */
export const Reading = z.object({ source: z.string().max(200), question: z.string().max(500), answer: z.unknown() });
export type Reading = z.infer<typeof Reading>;

export const Alternative = z.object({ option: z.string().max(500), whyNot: z.string().max(1000) });
export type Alternative = z.infer<typeof Alternative>;

/**
 * A change that somebody recommends, before the governor saw it. Made by the CLI, the API, chat and advisors alike.
 * `app` is null only for changes of a node.
 */
export const Proposal = z.object({
  app: AppName.nullable(),
  change: Change,
  /** Who: `user:<name>`, `advisor:<name>`, `control:rollout`. */
  actor: z.string().min(1).max(120).register(personal, { concerns: 'named' }),
  reasoning: z.string(),
  /** Why, in the words of the person who wants it; absent when they gave none. */
  reason: z.string().min(1).max(500).register(personal, { concerns: 'actor' }).optional(),
  confidence: Confidence,
  evidence: z.array(Evidence).default([]),
  /** What should be seen once it is done. */
  expected: z.string().default(''),
  /** Position of the state it was based on; the governor refuses what was overtaken. Null: not based on one. */
  basedOn: z.int().min(0).nullable().default(null),
  readings: z.array(Reading).max(50).default([]),
  /** What else could have been done, and why it was not. */
  alternatives: z.array(Alternative).max(50).default([]),
  /** What should be seen once it is done, so that it can be measured; the governor derives it from the change when it is null. */
  effect: Effect.nullable().default(null),
});
export type Proposal = z.input<typeof Proposal>;

/** Why a change is wanted: in the words of the person who wants it, or else of what proposed it. */
export function whyOf({ reason, reasoning }: Pick<Proposal, 'reason' | 'reasoning'>): string {
  return reason ?? reasoning;
}

/** An admitted proposal: the only thing that alters desired state. */
export const Decision = Proposal.extend({
  id: z.string(),
  /** Number that a `deploy` got. */
  revision: z.int().min(1).nullable(),
  /** Names of the checks that let it through. */
  admittedBy: z.array(z.string()),
  /** Position of the state on which it was judged; null for decisions of before this was written down. */
  judgedOn: z.int().min(0).nullable(),
  /** The measurements of the app as they stood then; null when there were none. */
  window: Window.nullable(),
  /** Rules of the compliance file that it was checked against. */
  policies: z.array(z.string()),
  /** People other than its author who agreed, where a rule asked for that. */
  approvedBy: z.array(z.string().register(personal, { concerns: 'named' })),
});
export type Decision = z.output<typeof Decision>;
