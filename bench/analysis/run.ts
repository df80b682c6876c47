/**
 * Analyses labelled apps and says how often the plan is right, field by field. See README.md beside this file.
 *
 *     sh scripts/node.sh bench/analysis/run.ts <directory>... [--mask compose,docker,readme,procfile,platform] [--json] [--wrong all|field,...]
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { StratoError, type Plan } from '../../src/model/index.ts';
import { analyse } from '../../src/analysis/index.ts';
import { labelledApps, masks, withCopy, type LabelledApp } from './apps.ts';
import { compare, type Compared, type Scripts } from './compare.ts';
import { summarise, table } from './summary.ts';

interface Result {
  app: string;
  compared: Compared;
  milliseconds: number;
  refused: string | null;
}

const { values, positionals } = parseArgs({ allowPositionals: true, options: { mask: { type: 'string', default: '' }, json: { type: 'boolean', default: false }, wrong: { type: 'string' } } });
const masked = values.mask.split(',').filter(Boolean);
const unknown = masked.filter((name) => !Object.hasOwn(masks, name));
if (positionals.length === 0 || unknown.length > 0) {
  console.error(unknown.length > 0 ? `nothing is known of masking ${unknown.join(', ')}; choose from ${Object.keys(masks).join(', ')}` : 'give the directory that holds the labelled apps');
  process.exit(2);
}

const apps = positionals.flatMap(labelledApps);
if (apps[0]) await withCopy(apps[0], masked, timed);
const results: Result[] = [];
for (const app of apps) results.push(await measured(app));
const summary = summarise(results.map(({ compared }) => compared), results.map(({ milliseconds }) => milliseconds), results.filter(({ refused }) => refused !== null).length);
if (values.json) console.log(JSON.stringify({ ...summary, masked, results }, null, 2));
else for (const line of [...table(summary), ...wrong(values.wrong)]) console.log(line);

function measured(app: LabelledApp): Promise<Result> {
  return withCopy(app, masked, async (directory) => {
    const { plan, milliseconds, refused } = await timed(directory);
    return { app: app.name, compared: compare(app.label, plan, scriptsIn(directory)), milliseconds, refused };
  });
}

/** One analysis. That there is nothing to run is an answer; anything else that goes wrong is not. */
async function timed(directory: string): Promise<{ plan: Plan | null; milliseconds: number; refused: string | null }> {
  const begun = performance.now();
  try {
    const plan = await analyse(directory);
    return { plan, milliseconds: performance.now() - begun, refused: null };
  } catch (error) {
    if (!(error instanceof StratoError)) throw error;
    return { plan: null, milliseconds: performance.now() - begun, refused: error.code };
  }
}

function scriptsIn(directory: string): Scripts {
  return (path) => {
    try {
      return (JSON.parse(readFileSync(join(directory, path, 'package.json'), 'utf8')) as { scripts?: Record<string, string> }).scripts ?? {};
    } catch {
      return {};
    }
  };
}

/** What was not right, a line each; `asked` names fields, or is `all`. */
function wrong(asked: string | undefined): string[] {
  if (asked === undefined) return [];
  const fields = asked.split(',');
  const wanted = ({ field }: { field: string }) => asked === 'all' || fields.includes(field);
  return ['', ...results.flatMap(({ app, compared, refused }) => [
    ...compared.answers.filter((answer) => wanted(answer) && !answer.right).map(({ field, service, expected, actual }) => `${app} ${service} ${field}: ${JSON.stringify(actual)} is not ${expected.map((value) => JSON.stringify(value)).join(' or ')}${refused === null ? '' : ` (${refused})`}`),
    ...compared.overlaps.filter((one) => wanted(one) && one.wrong.length + one.missed.length > 0).map(({ field, service, wrong: more, missed }) => `${app} ${service} ${field}:${more.map((one) => ` +${one}`).join('')}${missed.map((one) => ` −${one}`).join('')}`),
  ])];
}
