import type { Confidences, Plan, PlannedService } from '../../src/model/index.ts';
import { normaliseName, sameCommand } from './commands.ts';
import { accepted, type Label, type ServiceLabel } from './label.ts';
import { matchServices } from './matching.ts';

/** One answer beside what would have been right. */
export interface Answer {
  field: string;
  service: string;
  expected: (string | null)[];
  actual: string | null;
  right: boolean;
}

/** What was found of a set, what was found besides, and what was missed. */
export interface Overlap {
  field: string;
  service: string;
  right: string[];
  wrong: string[];
  missed: string[];
}

/** Something that the plan says, how sure it is of that, and whether it is right. */
export interface Said {
  field: string;
  confidence: number;
  right: boolean;
}

export interface Compared {
  answers: Answer[];
  overlaps: Overlap[];
  said: Said[];
}

export type Scripts = (path: string) => Readonly<Record<string, string>>;

/** What is scored as one answer: its field and how two answers are compared. */
const single: readonly { field: keyof ServiceLabel; of: (service: PlannedService) => string | null; same?: (a: string, b: string) => boolean; command?: true }[] = [
  { field: 'kind', of: ({ kind }) => kind },
  { field: 'language', of: ({ language }) => language, same: sameName },
  { field: 'framework', of: ({ framework }) => framework, same: sameName },
  { field: 'packageManager', of: ({ packageManager }) => packageManager, same: sameName },
  { field: 'install', of: ({ install }) => install, command: true },
  { field: 'build', of: ({ build }) => build, command: true },
  { field: 'start', of: ({ start }) => start, command: true },
  { field: 'release', of: ({ release }) => release, command: true },
  { field: 'staticDir', of: ({ staticDir }) => staticDir, same: (a, b) => trimmed(a) === trimmed(b) },
  { field: 'health', of: ({ health }) => health.path, same: (a, b) => trimmed(a) === trimmed(b) },
  { field: 'readsPort', of: ({ readsPort }) => String(readsPort) },
  { field: 'gpu', of: ({ gpu }) => String(gpu.needed) },
  { field: 'stateless', of: ({ scaling }) => String(scaling.stateless) },
];

/** What is scored as a set. */
const sets: readonly { field: keyof ServiceLabel; of: (service: PlannedService) => readonly string[] }[] = [
  { field: 'languages', of: ({ languages }) => languages },
  { field: 'frameworks', of: ({ frameworks }) => frameworks },
  { field: 'ports', of: ({ ports }) => ports.map(({ port }) => String(port)) },
  { field: 'env', of: ({ env }) => env.map(({ name }) => name) },
  { field: 'requiredEnv', of: ({ env }) => env.filter(({ required }) => required).map(({ name }) => name) },
  { field: 'secretEnv', of: ({ env }) => env.filter(({ secret }) => secret).map(({ name }) => name) },
  { field: 'stores', of: ({ stores }) => stores.map(({ kind }) => kind) },
  { field: 'queues', of: ({ queues }) => queues.map(({ kind }) => kind) },
  { field: 'topics', of: ({ queues }) => queues.flatMap(({ topics }) => topics) },
  { field: 'patterns', of: ({ patterns }) => patterns },
];

/** Sets a plan against a label. `plan` is null when analysis refused: every label then counts as missed. */
export function compare(label: Label, plan: Plan | null, scripts: Scripts): Compared {
  const matched = plan ? matchServices(label.services ?? [], plan) : new Map<ServiceLabel, PlannedService>();
  const all: Compared = { answers: [], overlaps: [], said: [] };
  answer(all, 'app.kind', '', accepted(label.kind), plan?.app.kind ?? null);
  for (const service of label.services ?? []) compareService(all, service, matched.get(service), scripts);
  if (label.services) {
    const found = [...matched.values()];
    overlap(all, 'services', '', label.services.map(nameOf), [...matched.keys()].map(nameOf), label.partial ? [] : (plan?.services ?? []).filter((service) => !found.includes(service)).map(({ name }) => `+${name}`));
  }
  if (label.stores) overlapOf(all, 'app.stores', '', label.stores, plan?.stores.map(({ kind }) => kind) ?? []);
  if (label.env) overlapOf(all, 'app.env', '', label.env, [...new Set(plan?.services.flatMap(({ env }) => env.map(({ name }) => name)) ?? [])]);
  if (label.edges) compareEdges(all, label, plan, matched);
  if (label.findings) compareFindings(all, label.findings, plan);
  if (label.questions !== undefined) answer(all, 'questions', '', [String(label.questions)], plan ? String(plan.questions.length) : null);
  return all;
}

function compareService(all: Compared, label: ServiceLabel, service: PlannedService | undefined, scripts: Scripts): void {
  const name = nameOf(label);
  for (const { field, of, same, command } of single) {
    const right = accepted(label[field] as string | boolean | null | undefined)?.map((value) => (value === null ? null : String(value)));
    const actual = service ? of(service) : null;
    answer(all, field, name, right, actual, command ? (a, b) => sameCommand(a, b, scripts(service!.path)) : same, service !== undefined);
    if (right) say(all, field, service?.confidences[field as keyof Confidences]);
  }
  const version = accepted(label.runtime?.version);
  answer(all, 'runtime.name', name, accepted(label.runtime?.name), service?.runtime?.name ?? null, sameName);
  answer(all, 'runtime.version', name, version, service?.runtime?.version ?? null, sameVersion, service !== undefined);
  if (version) say(all, 'runtime.version', service?.confidences.runtime);
  if (label.ports) {
    answer(all, 'port', name, [label.ports.toSorted().join() || null], service?.ports.map(({ port }) => port).toSorted().join() || null, undefined, service !== undefined);
    say(all, 'port', service?.confidences.ports);
  }
  if (label.env) for (const { name: variable, confidence } of service?.env ?? []) if (confidence !== undefined) all.said.push({ field: 'env', confidence, right: label.env.includes(variable) });
  for (const { field, of } of sets) {
    const wanted = label[field] as readonly (string | number)[] | undefined;
    if (wanted) overlapOf(all, field, name, wanted.map(String), service ? of(service) : []);
  }
  const planned = service?.resources.memory ?? null;
  if (label.memory !== undefined) {
    all.answers.push({ field: 'memory within 2×', service: name, expected: [String(label.memory)], actual: planned === null ? null : String(planned), right: planned !== null && planned <= 2 * label.memory && planned >= label.memory / 2 });
    all.answers.push({ field: 'memory enough', service: name, expected: [String(label.memory)], actual: planned === null ? null : String(planned), right: planned !== null && planned >= label.memory });
  }
}

/** Notes how sure the plan was of the answer that was compared last. */
function say(all: Compared, field: string, confidence: number | undefined): void {
  if (confidence !== undefined) all.said.push({ field, confidence, right: all.answers.at(-1)!.right });
}

/** `found`: without it, that there is nothing is no answer but a service that was not found. */
function answer(all: Compared, field: string, service: string, expected: (string | null)[] | undefined, actual: string | null, same: (a: string, b: string) => boolean = (a, b) => a === b, found = true): void {
  if (expected === undefined) return;
  const right = found && expected.some((value) => (value === null || actual === null ? value === actual : same(value, actual)));
  all.answers.push({ field, service, expected, actual, right });
}

function overlapOf(all: Compared, field: string, service: string, wanted: readonly string[], found: readonly string[]): void {
  overlap(all, field, service, wanted, wanted.filter((one) => found.includes(one)), found.filter((one) => !wanted.includes(one)));
}

function overlap(all: Compared, field: string, service: string, wanted: readonly string[], right: string[], wrong: string[]): void {
  all.overlaps.push({ field, service, right, wrong, missed: wanted.filter((one) => !right.includes(one)) });
}

/** Calls by the labels' names. Those to stores count only when the label speaks of any. */
function compareEdges(all: Compared, label: Label, plan: Plan | null, matched: ReadonlyMap<ServiceLabel, PlannedService>): void {
  const called = new Map([...matched].map(([service, planned]) => [planned.name as string, nameOf(service)]));
  const services = new Set(label.services?.map(nameOf));
  const withStores = label.edges!.some(([, to]) => !services.has(to));
  const withOutside = label.edges!.some(([from]) => !services.has(from));
  const wanted = label.edges!.map(([from, to]) => `${from} → ${to}`);
  const found = (plan?.edges ?? []).filter(({ from, to }) => (withStores || plan!.services.some(({ name }) => name === to)) && (withOutside || plan!.services.some(({ name }) => name === from))).map(({ from, to, confidence }) => ({ edge: `${called.get(from) ?? from} → ${called.get(to) ?? to}`, confidence }));
  for (const { edge, confidence } of found) if (confidence !== undefined) all.said.push({ field: 'edges', confidence, right: wanted.includes(edge) });
  overlapOf(all, 'edges', '', wanted, [...new Set(found.map(({ edge }) => edge))]);
}

/** Places that are dangerous and were reported, and those that are not and were reported all the same. */
function compareFindings(all: Compared, labels: NonNullable<Label['findings']>, plan: Plan | null): void {
  for (const { file, line, rule, bad } of labels) {
    const found = plan?.findings.some((finding) => finding.file === file && (line === undefined || finding.line === line) && (rule === undefined || finding.rule === rule)) === true;
    all.answers.push({ field: bad ? 'findings, true positives' : 'findings, false positives', service: `${file}:${line ?? ''}`, expected: [String(bad)], actual: String(found), right: found });
  }
}

function nameOf(label: ServiceLabel): string {
  return label.name ?? label.path;
}

function sameName(a: string, b: string): boolean {
  return normaliseName(a) === normaliseName(b);
}

/** Major and minor as far as the label states them. */
function sameVersion(stated: string, actual: string): boolean {
  const wanted = stated.split('.').slice(0, 2);
  const given = actual.split('.');
  return wanted.every((number, index) => number === given[index]);
}

function trimmed(path: string): string {
  return path.replace(/^\.?\/|\/$/g, '');
}
