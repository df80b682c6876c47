import * as z from 'zod';

/** A proposal that waits for another person. */
export const HeldView = z.object({ id: z.string(), app: z.string().nullable(), kind: z.string(), by: z.string(), at: z.number(), rules: z.array(z.string()), reason: z.string() }).meta({ id: 'HeldProposal' });
export type HeldView = z.infer<typeof HeldView>;

const Rule = z.object({ id: z.string(), rule: z.string(), mode: z.string(), criteria: z.array(z.string()), what: z.string(), violations: z.int(), lastViolation: z.number().nullable() });

/** Somebody whose signature counts as another person's agreement. */
const Approver = z.object({ person: z.string(), key: z.string(), also: z.array(z.string()) });

export const ComplianceView = z.object({ path: z.string(), rules: z.array(Rule), held: z.array(HeldView), approvers: z.array(Approver), /** Position of the last change of approvers. */ approversSince: z.int() }).meta({ id: 'Compliance' });
export type ComplianceView = z.infer<typeof ComplianceView>;

/** What happened in a period. */
export const ComplianceReport = z.object({
  from: z.number().nullable(),
  to: z.number().nullable(),
  decisions: z.record(z.string(), z.int()),
  refused: z.int(),
  approved: z.int(),
  rejected: z.int(),
  violations: z.array(z.object({ rule: z.string(), blocked: z.int(), alerted: z.int(), people: z.array(z.string()) })),
}).meta({ id: 'ComplianceReport' });
export type ComplianceReport = z.infer<typeof ComplianceReport>;
