import { criteriaOf, otherEvidence } from '../../src/control/compliance-criteria.ts';

/** The table of criteria in the page on compliance, from what the program itself maps. */
export function criteriaReference(): string {
  const rules = Object.entries(criteriaOf).map(([rule, { criteria, what }]) => `| \`${rule}\` | ${criteria.join(', ')} | ${what} |`);
  const others = otherEvidence.map(({ by, criteria, what }) => `| ${by.map((name) => `\`${name}\``).join(', ')} | ${criteria.join(', ')} | ${what} |`);
  return [
    '# Evidence for SOC 2', '', 'Written by `npm run docs` from `src/control/compliance-criteria.ts`. The ledger gives evidence for these trust services criteria (AICPA TSC 2017, revised 2022); whether they are met is for an auditor to say.',
    'Rules are [explained here](../compliance.md); a rule of the compliance file may name further criteria that it serves.', '', '| by | criteria | what |', '|---|---|---|', ...rules, ...others, '',
  ].join('\n');
}
