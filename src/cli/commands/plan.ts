import type { Plan } from '../../model/plan.ts';
import type { Invocation } from '../command.ts';
import { sourceRequest } from '../request.ts';
import type { Screen } from '../render/screen.ts';
import { toned } from '../render/table.ts';
import { plain } from '../render/text.ts';

export async function run({ values, screen, connect }: Invocation): Promise<void> {
  const request = sourceRequest(values);
  const plan = await (await connect()).post<Plan>('/v1/plans', request);
  if (values.json) return screen.json(plan);
  showPlan(screen, plan);
}

/** A plan as a person reads it. */
export function showPlan(screen: Screen, plan: Plan): void {
  const { bold, dim } = screen.paint;
  screen.line(`${bold(plan.app.name)}  ${percent(plan.app.confidence)}`);
  for (const service of plan.services) {
    screen.line(`\n${bold(service.name)}  ${[service.kind, service.language, service.framework].filter(Boolean).join(', ')}  ${dim(percent(service.confidence))}`);
    const facts: [string, string | null][] = [
      ['directory', service.path === '.' ? null : service.path], ['install', service.install], ['build', service.build], ['release', service.release], ['start', service.start], ['files', service.staticDir], ['served by', service.servedBy?.service ?? null],
      ['port', service.ports.map(({ port, protocol }) => `${port} (${protocol})`).join(', ') || null], ['health', service.health.path],
      ['stores', service.stores.map(({ kind, envVars }) => `${kind}${envVars.length === 0 ? '' : ` by ${envVars.join(', ')}`}`).join('; ') || null],
      ['needs', needs(plan, service, false).join(', ') || null],
      ['may need', needs(plan, service, true).join(', ') || null],
    ];
    for (const [name, value] of facts) if (value !== null) screen.line(`  ${name.padEnd(10)} ${plain(value)}`);
    for (const { file, line, why } of service.evidence.slice(0, 3)) screen.line(dim(`  because    ${plain(`${file}:${line} ${why}`)}`));
  }
  for (const { kind, usedBy } of plan.stores) screen.line(`\n${bold(kind)}  store of ${usedBy.join(', ')}`);
  if (plan.edges.length > 0) screen.line(`\n${plan.edges.map(({ from, to, protocol }) => plain(`${from} -> ${to} (${protocol})`)).join('\n')}`);
  for (const { hint, service, effect } of plan.hints) screen.line(dim(`hint ${plain(`${hint} for ${service}: ${effect}`)}`));
  showFindings(screen, plan.findings);
  for (const question of plan.questions) screen.line(`\n? ${plain(question.text)} ${dim(`(${question.options.map(({ value }) => value).join(', ')}; default ${question.default}; answer with --hint ${question.id}=...)`)}`);
  showSkipped(screen, plan.skipped);
}

/** Of files that were left out for one reason, so many are named. */
const mostNamed = 3;

function showSkipped(screen: Screen, skipped: Plan['skipped']): void {
  for (const [why, files] of Map.groupBy(skipped, (skip) => skip.why)) {
    for (const { file } of files.slice(0, mostNamed)) screen.line(screen.paint.dim(`skipped ${plain(`${file}: ${why}`)}`));
    if (files.length > mostNamed) screen.line(screen.paint.dim(`skipped ${files.length - mostNamed} more: ${plain(why)}`));
  }
}

/** At most so many findings are shown one by one; `--json` has them all. */
const mostShown = 12;

/** How many of each severity, then the gravest, one line each. */
function showFindings(screen: Screen, findings: Plan['findings']): void {
  if (findings.length === 0) return;
  const counts = new Map<string, number>();
  for (const { severity } of findings) counts.set(severity, (counts.get(severity) ?? 0) + 1);
  screen.line(`\n${screen.paint.bold('findings')}  ${[...counts].map(([severity, count]) => `${count} ${severity}`).join(', ')}`);
  for (const { severity, file, line, message, fix } of findings.slice(0, mostShown)) {
    screen.line(`  ${toned(screen, severity === 'info' || severity === 'low' ? 'info' : 'warning', severity)}  ${plain(`${file}:${line} ${message}`)}`);
    screen.line(screen.paint.dim(`            ${plain(fix)}`));
  }
  if (findings.length > mostShown) screen.line(screen.paint.dim(`  and ${findings.length - mostShown} more: see --json`));
}

/** Variables without which it does not work, or a part of it does not, and that nothing else gives it: not its stores, not other services, not whoever starts it. */
function needs(plan: Plan, service: Plan['services'][number], conditional: boolean): string[] {
  const given = new Set(['PORT', 'HOST', 'HOSTNAME', 'NODE_ENV', ...service.stores.flatMap(({ envVars }) => envVars), ...plan.edges.flatMap(({ from, envVar }) => (from === service.name && envVar !== null ? [envVar] : []))]);
  return service.env.filter((variable) => variable.required && (variable.conditional ?? false) === conditional && variable.default === null && variable.given === undefined && !given.has(variable.name)).map(({ name }) => name);
}

function percent(confidence: number): string {
  return `${Math.round(confidence * 100)} % sure`;
}
