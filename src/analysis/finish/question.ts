import type { Question, ServiceKind } from '../../model/index.ts';
import { ServiceKind as Kind } from '../../model/index.ts';
import type { Claim, Draft } from '../draft.ts';
import type { Finished } from './edges.ts';

/** What is surer than that is not asked about. */
const sureEnough = 0.95;

/** How a service of each kind lives. Kinds that live alike are run alike, so nobody is asked which of them it is. */
const lives: Readonly<Record<ServiceKind, string>> = {
  web: 'answers requests', api: 'answers requests', 'ml-inference': 'answers requests', notebook: 'answers requests', store: 'answers requests', static: 'is files that are served',
  worker: 'works on and on', cron: 'is started by the clock', job: 'runs once', 'data-pipeline': 'runs once', 'ml-training': 'runs once', cli: 'is started by hand', library: 'is not started',
};

/** Something on which the plan hangs and that a person can say. Its answers are hints of the same name. */
interface Subject {
  readonly hint: 'start' | 'kind' | 'port';
  text(service: string): string;
  /** All answers that were seen, the surest first. */
  answers(finished: Finished): Answer[];
  /** Answers that are less sure than the surest by more than this are no rivals. */
  readonly near: number;
}

interface Answer {
  readonly value: string;
  readonly label: string;
  readonly confidence: number;
}

/** What is no surer is said where nothing else is. */
const fallback = 0.6;

const subjects: readonly Subject[] = [
  { hint: 'start', near: 0.15, text: (service) => `Which command starts ${service}?`, answers: ({ draft, service }) => (service.kind === 'static' ? [] : differingIn(draft.claims('start').filter(isHere).flatMap((claim) => (claim.value === null ? [] : [answer(claim, claim.value)])), programOf)) },
  { hint: 'kind', near: 0.1, text: (service) => `What does ${service} do?`, answers: ({ draft }) => differingIn(draft.claims('kind').filter(({ confidence }) => confidence > fallback).map((claim) => answer(claim, claim.value, `${claim.value}: ${lives[claim.value]}`)), (kind) => lives[kind as ServiceKind]) },
  { hint: 'port', near: 0.05, text: (service) => `On which port does ${service} listen?`, answers: ({ draft, service }) => (service.readsPort || service.ports.length === 0 ? [] : differingIn(draft.claims('port').map((claim) => answer(claim, String(claim.value.port))), (port) => port)) },
];

/**
 * The one question worth asking: about what is least sure of all that decides how the app is run, where the surest answer is below 0.95 and another is nearly as good. Its id is
 * `start:<service>`, `kind:<service>` or `port:<service>`; the answer goes back as a hint. Who answered one is not asked another.
 */
export function questionOf(all: readonly Finished[], hints: Readonly<Record<string, string>>): Question | undefined {
  if (all.some(({ service }) => subjects.some(({ hint }) => hints[`${hint}:${service.name}`] !== undefined))) return undefined;
  const open = all.flatMap((finished) => subjects.flatMap(({ hint, near, text, answers }) => {
    const candidates = answers(finished);
    const [best, second] = candidates;
    if (!best || !second || best.confidence >= sureEnough || second.confidence < best.confidence - near) return [];
    return [{ id: `${hint}:${finished.service.name}`, text: text(finished.service.name), candidates: candidates.filter(({ confidence }) => confidence >= best.confidence - near - 0.1).slice(0, 5), best }];
  }));
  const [least] = open.sort((a, b) => a.best.confidence - b.best.confidence);
  return least && { id: least.id, text: least.text, options: least.candidates.map(({ value, label }) => ({ value, label })), default: least.best.value };
}

/** Claims what a person answered, if that is an answer. */
export function claimAnswers(draft: Draft, name: string, hints: Readonly<Record<string, string>>): void {
  const [start, kind, port] = [hints[`start:${name}`], Kind.safeParse(hints[`kind:${name}`]), Number(hints[`port:${name}`])];
  if (start !== undefined) draft.claim('start', start, 1, []);
  if (kind.success) draft.claim('kind', kind.data, 1, []);
  if (Number.isInteger(port) && port > 0 && port < 65_536) draft.claim('port', { port, protocol: draft.value('port')?.protocol ?? 'http' }, 1, []);
}

function answer({ confidence, evidence: [first] }: Claim<unknown>, value: string, label = value): Answer {
  return { value, confidence, label: first ? `${label} (${first.file}:${first.line}, ${first.why})` : label };
}

/** The surest of those that mean the same. */
function differingIn(answers: readonly Answer[], meaning: (value: string) => string): Answer[] {
  return answers.filter(({ value }, index) => !answers.slice(0, index).some((better) => meaning(better.value) === meaning(value)));
}

/** Whether a command may be right here: what only an image runs is right there, unless it is the surest of all. */
function isHere({ evidence }: Claim<string | null>, index: number): boolean {
  return index === 0 || !evidence.every(({ why }) => why.startsWith('the image runs'));
}

/** What a command runs: its program, or the file that its program reads. Two that differ in the rest start the same. */
function programOf(command: string): string {
  const [program = '', ...rest] = command.replaceAll(/["']/g, '').trim().split(/\s+/).filter((word, index, all) => !all.slice(0, index + 1).every((before) => prefixes.test(before)));
  if (program.includes('/')) return program;
  const file = rest.find((word) => /^[^-].*\.\w/.test(word));
  return [program, ...(file === undefined ? rest.filter((word) => !word.startsWith('-')) : [file])].join(' ');
}

/** Words before a command that change nothing of what it starts: variables, and tools by which programs are found. */
const prefixes = /^(?:\w+=.*|uv|poetry|pipenv|bundle|run|exec|npx)$/;
