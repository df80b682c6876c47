import type { Evidence, Plan, PlannedService } from '../../model/plan.ts';
import { formatCpu, formatMemory } from '../../model/units.ts';
import { likeness } from '../render/likeness.ts';
import type { Invocation } from '../command.ts';
import { sourceRequest } from '../request.ts';
import type { Screen } from '../render/screen.ts';
import { plain } from '../render/text.ts';

export async function run({ values, screen, connect }: Invocation): Promise<void> {
  const request = sourceRequest(values);
  const plan = await (await connect()).post<Plan>('/v1/plans', request);
  if (values.json) return screen.json(plan);
  explain(screen, plan);
}

/** The plan with its reasons: what, why, where seen. */
export function explain(screen: Screen, plan: Plan): void {
  const { bold } = screen.paint;
  const write = pen(screen);
  screen.line(`${bold(plan.app.name)} is ${article(plan.app.kind)}, ${percent(plan.app.confidence)}.`);
  for (const service of plan.services) {
    screen.line(`\n${bold(service.name)} ${plain(sentence(service))} ${percent(service.confidence)}.`);
    write.reasons(service.evidence);
    const sure = Object.entries(service.confidences).sort(([, a], [, b]) => a - b);
    if (sure.length > 0) write.fact('sure', sure.map(([field, confidence]) => `${field} ${Math.round(confidence * 100)} %`).join(', '), []);
    if (service.bind) write.fact('listens', `on ${service.bind.address ?? 'an address that the code does not tell'}${service.bind.envVar === null ? '' : `, or what ${service.bind.envVar} says`}`, service.bind.evidence);
    for (const { signal, effect, evidence } of service.signals) write.fact('heeds', `${signal}: ${onSignal[effect]}`, evidence);
    if (service.stop.signal !== null || service.stop.grace !== null) write.fact('is ended', [...(service.stop.signal === null ? [] : [`by ${service.stop.signal}`]), ...(service.stop.grace === null ? [] : [`within ${service.stop.grace / 1000} s`])].join(', '), []);
    for (const { name, required, secret, default: usual, evidence } of service.env) {
      write.fact('reads', `${name}${secret ? ' (a secret)' : ''}${required ? ', which it needs' : usual === null ? '' : `, otherwise ${JSON.stringify(usual)}`}`, evidence);
    }
    for (const { kind, envVars, optional } of service.stores) write.fact('uses', `${kind}${optional ? ' if it is there' : ''}${envVars.length === 0 ? '' : `, told by ${envVars.join(', ')}`}`, plan.stores.find((store) => store.kind === kind)?.evidence ?? []);
    for (const { path, evidence } of service.keeps) write.fact('keeps', `files in ${path}`, evidence);
    for (const { kind, topics } of service.queues) write.fact('speaks', `${kind}${topics.length === 0 ? '' : `: ${topics.join(', ')}`}`, []);
    for (const edge of plan.edges.filter(({ from }) => from === service.name)) write.fact('calls', `${edge.to} by ${edge.protocol}`, edge.evidence);
    if (service.patterns.length > 0) write.fact('does', service.patterns.join(', '), []);
    if (service.ml) write.fact('learns', learning(service.ml), []);
    const { cpu, cpuRange, memory, memoryRange, disk, diskRange } = service.resources;
    if (memory !== null || memoryRange !== null) {
      write.fact('needs', `${cpu === null ? '' : `${formatCpu(cpu)} ${cpu === 1000 ? 'core' : 'cores'}${cpuRange === null || cpuRange[0] === cpuRange[1] ? '' : ` (between ${formatCpu(cpuRange[0])} and ${formatCpu(cpuRange[1])})`}, `}${memory === null ? 'memory' : formatMemory(memory)}${between(memoryRange)}`, []);
    }
    if (disk !== null) write.fact('keeps', `${formatMemory(disk)} on disk${between(diskRange)}`, []);
    for (const one of service.similar ?? []) write.fact('is like', likeness(one), []);
    if (service.gpu.needed) write.fact('needs', `a GPU${service.gpu.memory === null ? '' : ` with ${formatMemory(service.gpu.memory)}${between(service.gpu.memoryRange)}`}`, []);
    for (const [verb, text] of scale(service)) write.fact(verb, text, []);
    for (const note of service.security.notes) write.fact('safety', note, []);
  }
  if (plan.hints.length > 0) screen.line(`\n${bold('What was said')}`);
  for (const { hint, service, from, effect } of plan.hints) write.fact('hint', `${hint} for ${service}: ${effect}`, from === null ? [] : [{ ...from, why: 'a comment' }]);
  if (plan.findings.length > 0) screen.line(`\n${bold('What is dangerous, or should be known')}`);
  for (const { severity, file, line, message, fix, rule } of plan.findings) {
    write.fact(severity, message, [{ file, line: Math.max(1, line), why: rule }]);
    if (fix !== '') write.indented(fix);
  }
  for (const question of plan.questions) screen.line(`\n${bold('A question')}: ${plain(question.text)} ${question.options.map(({ label }) => plain(label)).join('; ')}. Taken: ${plain(question.default)}`);
  if (plan.skipped.length > 0) screen.line(`\n${bold('Not read')}`);
  for (const { file, why } of plan.skipped) write.fact('skipped', `${file}: ${why}`, []);
}

function between(range: readonly [number, number] | null): string {
  return range === null || range[0] === range[1] ? '' : ` (between ${formatMemory(range[0])} and ${formatMemory(range[1])})`;
}

/** Facts with the places where they were seen; no place is printed twice in a row. */
function pen(screen: Screen) {
  const { dim } = screen.paint;
  const places = (evidence: readonly Evidence[]) => [...new Set(evidence.map(({ file, line }) => `${file}:${line}`))].slice(0, 3).join(', ');
  return {
    fact: (verb: string, text: string, evidence: readonly Evidence[]) => screen.line(`  ${verb.padEnd(9)} ${plain(text)}${evidence.length === 0 ? '' : `  ${dim(plain(places(evidence)))}`}`),
    reasons: (evidence: readonly Evidence[]) => {
      for (const { file, line, why } of together(evidence)) screen.line(dim(`  because   ${plain(`${why}  ${file}:${line}`)}`));
    },
    indented: (text: string) => screen.line(dim(`            ${plain(text)}`)),
  };
}

/** What speaks for several things at once is said once, with all of them before it: `kind, port: listens`. */
function together(evidence: readonly Evidence[]): Evidence[] {
  const subjects = new Map<string, string[]>();
  for (const { file, line, why } of evidence) {
    const [subject, reason] = split(why);
    const key = JSON.stringify([file, line, reason]);
    subjects.set(key, [...subjects.get(key) ?? [], ...(subject === null ? [] : [subject])]);
  }
  return [...subjects].map(([key, of]) => {
    const [file, line, reason] = JSON.parse(key) as [string, number, string];
    return { file, line, why: of.length === 0 ? reason : `${[...new Set(of)].join(', ')}: ${reason}` };
  });
}

/** The subject of a reason, and the rest; null where it has none. */
function split(why: string): [subject: string | null, reason: string] {
  const subject = /^([\w ]{1,40}): /.exec(why)?.[1] ?? null;
  return subject === null ? [null, why] : [subject, why.slice(subject.length + 2)];
}

const atATime: Readonly<Record<NonNullable<PlannedService['scaling']['concurrency']>['model'], string>> = {
  'event-loop': 'an event loop, in which none waits for another', threads: 'a thread for each request', processes: 'a process for each request', 'lightweight-threads': 'lightweight threads of its runtime', 'one-at-a-time': 'one thing after the other',
};

/** Whether there may be several agents of it, how one works, and what should change their number. */
function scale({ kind, scaling: { stateless, sticky, singleton, concurrency, replicas, reason, policy } }: PlannedService): [verb: string, text: string][] {
  if (/^(library|cli|job|ml-training)$/.test(kind)) return [];
  const may = sticky ? 'several agents only if each client stays with one' : singleton || !stateless ? 'one agent only' : 'may have replicas';
  return [
    ['scales', `${may}, begins with ${replicas}: ${reason}`],
    ...(policy === null || policy.metric === null ? [] : [['scales', `from ${policy.min} to ${policy.max} by ${measure[policy.metric](policy.target ?? 0)}: ${policy.reason}`] as [string, string]]),
    ...(concurrency === null ? [] : [['works', `${atATime[concurrency.model]}${concurrency.workers === null ? '' : `, ${concurrency.workers} of them`}`] as [string, string]]),
  ];
}

const measure = { cpu: (target: number) => `CPU (${target} %)`, connections: (target: number) => `connections (${target} for each agent)`, queue: (target: number) => `what waits for it (${target} for each agent)` } as const;

/** `is a web service in TypeScript (Next.js, Node 22): built by npm run build, started by npm start, on port 3000.` */
function sentence(service: PlannedService): string {
  const runtime = service.runtime === null ? null : `${service.runtime.name}${service.runtime.version === null ? '' : ` ${service.runtime.version}`}`;
  const what = [service.framework, runtime, service.packageManager].filter((word) => word !== null).join(', ');
  const steps = ([['installed', service.install], ['built', service.build], ['migrated', service.release], ['started', service.start]] as const).flatMap(([verb, command]) => (command === null ? [] : [`${verb} by \`${command}\``]));
  if (service.start === null && service.staticDir !== null) steps.push(service.servedBy === undefined ? `served from ${service.staticDir}` : `served by ${service.servedBy.service}`);
  const ports = service.ports.map(({ port, protocol }) => `on port ${port} (${protocol})`);
  const health = service.health.path === null ? [] : [`well when ${service.health.path} answers`];
  return `is ${article(service.kind)}${service.path === '.' ? '' : ` in ${service.path}`}${service.language === null ? '' : `, written in ${service.language}`}${what === '' ? '' : ` (${what})`}: ${[...steps, ...ports, ...health].join(', ')},`;
}

const onSignal: Readonly<Record<PlannedService['signals'][number]['effect'], string>> = { stop: 'ends in order', reload: 'reads its configuration again', ignore: 'does nothing', other: 'handled, it is not seen how' };

function learning({ frameworks, phase, cuda, model, dataset, checkpoints, distributed, tracking }: NonNullable<PlannedService['ml']>): string {
  return [
    `${phase ?? 'something'} with ${frameworks.join(', ')}`,
    ...(model === null ? [] : [`model ${model.name ?? 'of its own'}${model.parameters === null ? '' : `, ${parameters(model.parameters)}`}`]),
    ...(dataset === null ? [] : [`data ${dataset.name}`]), ...(cuda === null ? [] : [`CUDA ${cuda}`]), ...(checkpoints.length === 0 ? [] : [`keeps ${checkpoints.join(', ')}`]), ...(distributed ? ['on several devices'] : []), ...tracking,
  ].join('; ');
}

function parameters(count: number): string {
  return count < 50_000 ? `${count.toLocaleString('en')} parameters` : `${Math.round(count / 1e5) / 10} million parameters`;
}

function article(kind: string): string {
  const words: Readonly<Record<string, string>> = { web: 'a web app', api: 'an API', static: 'a static site', cron: 'a scheduled job', cli: 'a command-line program', microservices: 'a set of services', 'ml-training': 'a training of a model', 'ml-inference': 'a service that runs a model', 'data-pipeline': 'a data pipeline' };
  return words[kind] ?? `a ${kind}`;
}

function percent(confidence: number): string {
  return `${Math.round(confidence * 100)} % sure`;
}
