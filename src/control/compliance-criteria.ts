import type { ComplianceRule } from '../model/index.ts';

/** Trust services criteria (AICPA TSC 2017, revised 2022) that a kind of rule gives evidence for. Whether they are met is for an auditor to say. */
export const criteriaOf: Readonly<Record<ComplianceRule['rule'], { readonly criteria: readonly string[]; readonly what: string }>> = {
  'four-eyes': { criteria: ['CC6.3', 'CC8.1'], what: 'a second person agrees to changes such as the deletion of data' },
  'freeze': { criteria: ['CC8.1'], what: 'no changes in a window of the week' },
  'sources': { criteria: ['CC6.8', 'CC8.1'], what: 'code comes only from allowed places' },
  'secret-age': { criteria: ['CC6.1'], what: 'secrets are changed in time' },
  'reasons': { criteria: ['CC8.1'], what: 'whoever wants a change says why' },
  'replicas': { criteria: ['A1.1'], what: 'capacity is bounded' },
};

/** What gives evidence beside the rules: commands, by name. */
export const otherEvidence: readonly { readonly by: readonly string[]; readonly criteria: readonly string[]; readonly what: string }[] = [
  { by: ['audit log'], criteria: ['CC8.1'], what: 'every change is a decision with author, reason and outcome' },
  { by: ['approvers list', 'approve'], criteria: ['CC6.3', 'CC8.1'], what: 'who agreed to a change has signed it with a key of their own' },
  { by: ['debug', 'why'], criteria: ['CC7.2', 'CC7.3'], what: 'failures and refusals are recorded and can be traced to their causes' },
  { by: ['audit replay', 'audit verify'], criteria: ['CC4.1'], what: 'the state in use follows from the record, and the record was not altered' },
  { by: ['audit archive'], criteria: ['C1.2', 'CC8.1'], what: 'the record is kept for as long as is decided, and stays provable' },
  { by: ['audit erase'], criteria: ['P4.3', 'C1.2'], what: 'personal data is disposed of when it is to be' },
];
