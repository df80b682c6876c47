import { languageRules } from '../../src/analysis/security/flows.ts';
import { secretFormats } from '../../src/analysis/security/secrets/scan.ts';
import type { Flow, Plain } from '../../src/analysis/security/taint/rules.ts';
import { flowWeaknesses, plainWeaknesses } from '../../src/analysis/security/taint/rules.ts';

const titles: Readonly<Record<string, string>> = { java: 'Java', javascript: 'JavaScript and TypeScript', python: 'Python', go: 'Go', php: 'PHP', ruby: 'Ruby', csharp: 'C#' };

/** `docs/reference/findings.md`: what a plan may warn of, from the tables that the search itself uses. */
export function findingsReference(): string {
  const languages = Object.entries(languageRules);
  const knows = (rule: string) => languages.filter(([, { sinks, checks, memberSinks = [], memberChecks = [] }]) => [...sinks, ...memberSinks].some(({ flow }) => flow === rule) || [...checks, ...memberChecks].some(({ plain }) => plain === rule)).map(([name]) => titles[name]);
  const row = (rule: Flow | Plain, { severity, cwe, what, fix }: { severity: string; cwe: number; what: string; fix: string }) => `| \`${rule}\` | ${severity} | CWE-${cwe} | … ${what} | ${fix} | ${knows(rule).join(', ')} |`;
  const secrets = secretFormats.toSorted((a, b) => (a.what.toLowerCase() < b.what.toLowerCase() ? -1 : 1)).map(({ what, severity }) => `${what}${severity === 'high' ? '' : ` (${severity})`}`);
  return `# What a plan warns of

Made by \`npm run docs\` from the tables in \`src/analysis/security\`. A finding has \`rule\`, \`severity\`, \`file\`, \`line\`, \`message\` and \`fix\`; the gravest come first. Code is read, never run. Tests are left out, but for
credentials of providers, which are reported as low.

## Input in the wrong place

Input is followed from where it comes in (parameters, headers, cookies, bodies, paths) through assignments, text, lists, maps, branches that constants decide, loops, and functions of the same file or of a class or
module that is named, to where it does harm. Encoders count for what they protect from.

| rule | severity | | input … | fix | languages |
|---|---|---|---|---|---|
${Object.entries(flowWeaknesses).map(([rule, weakness]) => row(rule as Flow, weakness)).join('\n')}

What is not followed: what other processes, stores or sessions hand on; aliases of objects; callbacks that a framework calls by configuration. A finding is a reason to look, and no finding is no proof.

## Wrong by itself

| rule | severity | | a call that … | fix | languages |
|---|---|---|---|---|---|
${Object.entries(plainWeaknesses).map(([rule, weakness]) => row(rule as Plain, weakness)).join('\n')}

## Credentials: \`hard-coded-secret\`

A finding shows at most the first four characters. Placeholders, references to variables, keys that providers print in their own documentation and lines with \`gitleaks:allow\`, \`pragma: allowlist secret\`,
\`secretlint-disable\` or \`nosecret\` are left out. Besides values with the looks of chance under names such as \`api_key\`, \`password\` and \`client_secret\` (medium) and the values of Kubernetes Secrets, ${secretFormats.length} formats are
known (high where nothing else is said):

${[...new Set(secrets)].join('; ')}.
`;
}
