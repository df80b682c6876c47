import * as z from 'zod';
import { hashOf } from './hash.ts';
import { personal } from './personal.ts';

const Id = z.string().regex(/^[a-z][a-z0-9-]{0,59}$/, 'lower-case letters, digits and dashes');
const kinds = ['deploy', 'rollback', 'scale', 'stop', 'start', 'remove', 'replace', 'correct', 'node'] as const;
const Kinds = z.array(z.enum(kinds)).min(1);
const time = z.string().regex(/^(?:(?:[01]\d|2[0-3]):[0-5]\d|24:00)$/, 'HH:MM, from 00:00 to 24:00');
/** As time zones have them: none is further west than twelve hours, or further east than fourteen. */
const offset = z.string().regex(/^(?:[+-](?:0\d|1[01]):[0-5]\d|[+-]12:00|\+1[23]:[0-5]\d|\+14:00)$/, '±HH:MM, from -12:00 to +14:00');
const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

const common = {
  id: Id,
  /** What a violation does: it is written down and told (`alert`), or the change is also not made (`block`). */
  mode: z.enum(['alert', 'block']).default('block'),
  /** SOC 2 criteria (AICPA TSC 2017) that it serves, beside those of its kind. */
  criteria: z.array(z.string().max(20)).default([]),
};

/** One rule of the compliance file. */
export const ComplianceRule = z.discriminatedUnion('rule', [
  /** A second person has to agree. `remove` is meant with its data unless `removalsThatKeepData`. */
  z.strictObject({ rule: z.literal('four-eyes'), ...common, changes: Kinds.default(['remove']), removalsThatKeepData: z.boolean().default(false) }),
  /** No such changes in a window of the week, but by who may override. Times are those of `offset`, `+01:00`. */
  z.strictObject({
    rule: z.literal('freeze'), ...common, changes: Kinds.default(['deploy']), days: z.array(z.enum(days)).min(1), from: time, to: time, offset: offset.default('+00:00'), override: z.array(z.string().register(personal, { concerns: 'named' })).default([]),
  }),
  /** Code comes only from places that begin so. */
  z.strictObject({ rule: z.literal('sources'), ...common, allow: z.array(z.string().min(1)).min(1) }),
  /** Deploys an app only while its secrets are younger. */
  z.strictObject({ rule: z.literal('secret-age'), ...common, days: z.number().positive() }),
  /** Whoever wants such a change says why, in at least so many characters. */
  z.strictObject({ rule: z.literal('reasons'), ...common, changes: Kinds.default(['deploy', 'rollback', 'scale', 'stop', 'remove']), least: z.int().min(1).max(500).default(10) }),
  /** No more agents of a service than that without asking. */
  z.strictObject({ rule: z.literal('replicas'), ...common, most: z.int().min(0) }),
]);
export type ComplianceRule = z.infer<typeof ComplianceRule>;

/** The compliance file: rules with ids of their own. */
export const ComplianceFile = z.strictObject({ rules: z.array(ComplianceRule).max(200) }).refine(({ rules }) => new Set(rules.map(({ id }) => id)).size === rules.length, { message: 'two rules have the same id' });
export type ComplianceFile = z.infer<typeof ComplianceFile>;

/** By what the same rules are known again, in any ledger: SHA-256 of their canonical JSON. Of people only how many may override, because a hash would give away whom it was made of. */
export function rulesHash(rules: readonly ComplianceRule[]): string {
  return hashOf(rules.map((rule) => (rule.rule === 'freeze' ? { ...rule, override: rule.override.length } : rule)));
}
