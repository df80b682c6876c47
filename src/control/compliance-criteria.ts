import type { ComplianceRule } from '../model/index.ts';

/** Trust services criteria (AICPA TSC 2017, revised 2022) that a kind of rule gives evidence for. Whether they are met is for an auditor to say. */
export const criteriaOf: Readonly<Record<ComplianceRule['rule'], { readonly criteria: readonly string[]; readonly what: string }>> = {
  'four-eyes': { criteria: ['CC6.3', 'CC8.1'], what: 'a second person agrees to changes such as the deletion of data' },
  'freeze': { criteria: ['CC8.1'], what: 'no changes in a window of the week' },
  'sources': { criteria: ['CC6.8', 'CC8.1'], what: 'code comes only from allowed places' },
  'secret-age': { criteria: ['CC6.1'], what: 'secrets are changed in time' },
  'replicas': { criteria: ['A1.1'], what: 'capacity is bounded' },
};
