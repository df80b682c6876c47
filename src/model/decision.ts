import { z } from 'zod';
import { AppName, ServiceName } from './names.ts';
import { Confidence, Evidence, Plan } from './plan.ts';
import { Service } from './service.ts';

/** Where an app's code came from, for `history` and for deploying it again. */
export const Source = z.object({
  kind: z.enum(['path', 'git', 'archive']),
  location: z.string(),
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

/**
 * A change that somebody recommends, before the governor saw it. Made by the CLI, the API, chat and advisors alike.
 * `app` is null only for changes of a node.
 */
export const Proposal = z.object({
  app: AppName.nullable(),
  change: Change,
  /** Who: `user:<name>`, `advisor:<name>`, `control:rollout`. */
  actor: z.string().min(1).max(120),
  reasoning: z.string(),
  confidence: Confidence,
  evidence: z.array(Evidence).default([]),
  /** What should be seen once it is done. */
  expected: z.string().default(''),
  /** Position of the state it was based on; the governor refuses what was overtaken. Null: not based on one. */
  basedOn: z.int().min(0).nullable().default(null),
});
export type Proposal = z.input<typeof Proposal>;

/** An admitted proposal: the only thing that alters desired state. */
export const Decision = Proposal.extend({
  id: z.string(),
  /** Number that a `deploy` got. */
  revision: z.int().min(1).nullable(),
  /** Names of the checks that let it through. */
  admittedBy: z.array(z.string()),
});
export type Decision = z.output<typeof Decision>;
