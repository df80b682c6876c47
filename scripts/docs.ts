import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { planSchema } from '../src/analysis/schema.ts';
import { openApiDocument } from '../src/api/openapi.ts';
import { apiReference } from '../src/api/reference.ts';
import { routes } from '../src/api/routes/index.ts';
import { cliReference } from '../src/cli/reference.ts';
import { criteriaReference } from './docs/criteria.ts';
import { errorReference } from './docs/errors.ts';
import { eventReference } from './docs/events.ts';
import { findingsReference } from './docs/findings.ts';
import { hintReference } from './docs/hints.ts';

/**
 * Writes the reference, `docs/reference/`, from the tables and schemas that the programs themselves use. With `--check` it writes
 * nothing, names what is stale and fails.
 */
const root = fileURLToPath(new URL('..', import.meta.url));
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };

const pages: Readonly<Record<string, string>> = {
  'cli.md': cliReference(),
  'api.md': apiReference(version),
  'openapi.json': json(openApiDocument(routes, version)),
  'events.md': eventReference(root),
  'errors.md': errorReference(root),
  'hints.md': hintReference(),
  'findings.md': findingsReference(),
  'soc2.md': criteriaReference(),
  'plan.schema.json': json(planSchema()),
};

const stale = Object.entries(pages).map(([name, text]) => ({ path: `docs/reference/${name}`, text })).filter(({ path, text }) => current(path) !== text);
if (process.argv.includes('--check')) {
  for (const { path } of stale) console.error(`${path} is stale: run \`npm run docs\``);
  process.exitCode = stale.length > 0 ? 1 : 0;
} else {
  for (const { path, text } of stale) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
    console.log(`wrote ${path}`);
  }
}

function current(path: string): string | undefined {
  try {
    return readFileSync(join(root, path), 'utf8');
  } catch {
    return undefined;
  }
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
