import { languageRules } from '../../src/analysis/security/flows.ts';
import { secretFormats } from '../../src/analysis/security/secrets/scan.ts';
import { settingRules } from '../../src/analysis/security/settings/rules.ts';
import type { Flow, Plain } from '../../src/analysis/security/taint/rules.ts';
import { flowWeaknesses, plainWeaknesses } from '../../src/analysis/security/taint/rules.ts';
import { viewKinds } from '../../src/analysis/security/views/kinds.ts';

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
module that is named, to where it does harm. Encoders count for what they protect from. What is looked up by input (\`find\`, \`get\`, \`query\`) is no input, what follows a host or a path that is written down or set decides
neither whom the server calls nor where a browser is sent, and code that runs in a browser endangers its pages only. Chance is told of where a secret is made, a digest unless it only tells things apart.

| rule | severity | | input … | fix | languages |
|---|---|---|---|---|---|
${Object.entries(flowWeaknesses).map(([rule, weakness]) => row(rule as Flow, weakness)).join('\n')}

What is not followed: what other processes, stores or sessions hand on; aliases of objects; callbacks that a framework calls by configuration. A finding is a reason to look, and no finding is no proof.

## Wrong by itself

| rule | severity | | a call that … | fix | languages |
|---|---|---|---|---|---|
${Object.entries(plainWeaknesses).map(([rule, weakness]) => row(rule as Plain, weakness)).join('\n')}

## In views: \`xss\`

What a view writes without escaping it is told of unless it is plain that the app made it: constants, what is sanitised or written as JSON, words in other languages, forms, parts of pages, settings. What comes with the request
is high, the rest medium: who decides what it holds can run scripts in the browsers of others. Views of mails are left out.

| language | writes as it is |
|---|---|
${viewKinds.map(({ name, outputs }) => `| ${name} | ${[...new Set(outputs.map(({ as }) => `\`${as.replaceAll('|', '\\|')}\``))].join(', ')} |`).join('\n')}

## In settings

Debugging, cookies and origins are also looked for in files of settings: of ${[...new Set(settingRules.flatMap(({ of }) => of.split(' or ')).filter((of) => of !== 'the app'))].join(', ')}, in any of \`application\`, \`appsettings\`, \`config\` and \`.env\` a name with \`cors\` in it that
allows every origin, and in web.xml, Web.config, Dockerfiles, Procfiles, package.json, and the files of nginx, Apache, Caddy, Next.js, Vercel and Netlify. Files and sections for development (\`application-dev.yml\`, \`settings/local.py\`, \`.env.example\`, \`when@dev\`, \`class DevelopmentConfig\`) are left out.

## Credentials: \`hard-coded-secret\`

A finding shows at most the first four characters. Placeholders, references to variables, keys that providers print in their own documentation and lines with \`gitleaks:allow\`, \`pragma: allowlist secret\`,
\`secretlint-disable\` or \`nosecret\` are left out. Besides values with the looks of chance under names such as \`api_key\`, \`password\` and \`client_secret\` (medium) and the values of Kubernetes Secrets, ${secretFormats.length} formats are
known (high where nothing else is said):

${[...new Set(secrets)].join('; ')}.
`;
}
