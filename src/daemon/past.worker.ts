import { dirname, join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { rejudge, rejudgeRefusal } from '../control/rejudge.ts';
import { chainTo, uncaused } from '../ledger/events/causality.ts';
import { fold } from '../ledger/state/fold.ts';
import { parseMoment } from '../ledger/state/moment.ts';
import { Past, stride } from '../ledger/state/past.ts';
import { EventCodec, modelSchemas } from '../ledger/events/schemas.ts';
import { diffStates } from '../ledger/state/state-diff.ts';
import { dumpState } from '../ledger/state/state-file.ts';
import { stateHash } from '../ledger/state/state-hash.ts';
import { Subjects } from '../ledger/events/subjects.ts';
import { StratoError, emptyState, errorFrom, reportOf, type ErrorReport, type Event, type State } from '../model/index.ts';
import { investigate, isFailure } from '../simulation/debug.ts';
import { subjectKeys } from './log-key.ts';
import { stateSnapshots } from './state-snapshots.ts';
import type { End, PastAnswers, PastRequest } from './past-protocol.ts';
import { systemClock } from './system.ts';

/** Differences that one answer holds. */
const mostChanges = 2_000;

/** Events before a failure that are investigated, and after it that are looked at for how agents behave. */
const mostInvestigated = 20_000;
const mostLater = 2_000;

/** States that are at hand while everything is judged again: a decision follows soon on the state on which it was judged. */
const statesKept = 1_000;

/** Events that are looked through for the next one of an app. */
const mostSkipped = 100_000;

const { directory } = workerData as { directory: string };
const port = parentPort!;
const codec = new EventCodec(modelSchemas, new Subjects(subjectKeys({ secrets: join(dirname(directory), 'secrets') })));
const asked = new Map<number, { resolve(text: string): void; reject(error: Error): void }>();
let questions = 0;

/** The ledger is the daemon's alone: it hands over the text, which is parsed here. */
function ask(question: object): Promise<string> {
  return new Promise((resolve, reject) => {
    const id = ++questions;
    asked.set(id, { resolve, reject });
    port.postMessage({ id, ...question });
  });
}

const head = async () => Number(await ask({ head: true }));
const beginning = async () => Number(await ask({ beginning: true }));
const snapshots = stateSnapshots(directory, codec.sealing!, { keep: Number.MAX_SAFE_INTEGER });
const past = new Past({ head, read: async (after, limit) => codec.read(await ask({ after, limit }), directory), snapshots, beginning });
const cleaned = snapshots.clean(systemClock.now());

port.on('message', (message: { id: number } & ({ request: PastRequest } | { read: string } | { failed: ErrorReport })) => {
  if ('request' in message) return void answer(message.id, message.request);
  const waiting = asked.get(message.id);
  asked.delete(message.id);
  if ('read' in message) waiting?.resolve(message.read);
  else waiting?.reject(errorFrom(message.failed));
});

async function answer(id: number, request: PastRequest): Promise<void> {
  try {
    await cleaned;
    port.postMessage({ id, value: await perform(request) });
  } catch (error) {
    port.postMessage({ id, error: reportOf(error) });
  }
}

function perform(request: PastRequest): Promise<PastAnswers[PastRequest['op']]> {
  switch (request.op) {
    case 'at':
      return at(request.moment, request.now);
    case 'step':
      return step(request);
    case 'diff':
      return diff(request);
    case 'debug':
      return debug(request);
    case 'replay':
      return replay(request.upTo);
    case 'prepare':
      return past.prepare().then(() => null);
  }
}

async function at(moment: string, now: number): Promise<PastAnswers['at']> {
  const { state, ...end } = await lookAt(moment, now);
  return { ...end, state: dumpState(state) };
}

async function step({ from, by, app, now }: Extract<PastRequest, { op: 'step' }>): Promise<PastAnswers['step']> {
  const start = await positionOf(from, now);
  // Of what is archived it is said that it is.
  if (start < (await beginning())) await past.event(Math.max(1, start));
  const position = app === undefined ? Math.min(await head(), Math.max(await beginning(), start + by)) : await nextOf(app, start, by);
  const event = position <= (await beginning()) ? null : ((await past.event(position)) ?? null);
  if (event === null) return { position, event, changes: [] };
  const before = await past.at(position - 1);
  return { position, event, changes: diffStates(before, fold(before, event)).slice(0, mostChanges) };
}

/** Position of the `by`-th event of an app after, or before, a position; where there are no more, of the last one. Throws `event.unknown` when there is none. */
async function nextOf(app: string, start: number, by: number): Promise<number> {
  const last = await head();
  const [from, to] = by > 0 ? [Math.max(await beginning(), start - 1), Math.min(last, start + mostSkipped)] : [Math.max(await beginning(), start - mostSkipped - 1), Math.min(last, start - (by < 0 ? 1 : 0))];
  const agents = (await past.at(from)).agents;
  const names = new Map([...agents.values()].map((agent) => [agent.id as string, agent.app as string]));
  const found: number[] = [];
  let isHere = false;
  for await (const page of past.events(from, to)) {
    for (const event of page) {
      if (event.type === 'AgentCreated') names.set(event.body.agent, event.body.app);
      if (appOf(event, names) !== app) continue;
      if (by > 0 && event.position === start) isHere = true;
      else found.push(event.position);
      if (by > 0 && found.length === by) return found[by - 1]!;
    }
  }
  const position = by > 0 ? found.at(-1) : (found.at(by === 0 ? -1 : by) ?? found[0]);
  if (position !== undefined) return position;
  const here = by < 0 && start > (await beginning()) ? await past.event(start) : undefined;
  if (isHere || (here !== undefined && appOf(here, names) === app)) return start;
  throw new StratoError('event.unknown', `Nothing happened to ${app} ${by > 0 ? 'after' : 'before'} #${Math.min(start, last)}`, { next: 'list the apps with `stratoswarm ps`, or look from another moment with --from' });
}

function appOf(event: Event, names: ReadonlyMap<string, string>): string | null {
  if (event.type === 'DecisionAdmitted') return event.body.decision.app;
  if (event.type === 'ProposalRejected' || event.type === 'ProposalHeld') return event.body.proposal.app;
  if ('app' in event.body) return event.body.app;
  return 'agent' in event.body ? (names.get(event.body.agent) ?? null) : null;
}

async function diff({ from, to, now }: Extract<PastRequest, { op: 'diff' }>): Promise<PastAnswers['diff']> {
  const { state: before, ...start } = await lookAt(from, now);
  const { state: after, ...end } = await lookAt(to, now);
  return { from: start, to: end, changes: diffStates(before, after).slice(0, mostChanges) };
}

/** Looks for the failure among the last events before the moment, and for what it needed. */
async function debug({ app, moment, now }: Extract<PastRequest, { op: 'debug' }>): Promise<PastAnswers['debug']> {
  const end = moment === undefined ? await head() : await positionOf(moment, now);
  const base = Math.max(await beginning(), end - mostInvestigated);
  const before = await past.at(base);
  const names = new Map([...before.agents.values()].map((agent) => [agent.id as string, agent.app as string]));
  const events: Event[] = [];
  for await (const page of past.events(base, Math.min(await head(), end + mostLater))) {
    for (const event of page) {
      if (event.type === 'AgentCreated') names.set(event.body.agent, event.body.app);
      const owner = appOf(event, names);
      if (owner === app || (owner === null && event.type === 'DecisionAdmitted')) events.push(event);
    }
  }
  const failure = events.findLast((event) => event.position <= end && isFailure(event) && appOf(event, names) === app);
  if (failure === undefined) {
    if (!before.apps.has(app) && events.every((event) => appOf(event, names) !== app)) throw new StratoError('app.unknown', `There is no app called ${app}`, { next: 'list the apps with `stratoswarm ps`' });
    throw new StratoError('debug.no-failure', `${app} did not fail${moment === undefined ? '' : ' before that'}`, { why: `none of the last ${end - base} events tells of a failure of it`, next: `stratoswarm events --app ${app} shows what happened` });
  }
  const chain = await chainTo(failure.position, async (position) => (position <= base ? undefined : past.event(position)));
  const investigation = await investigate({ app, events, before, at: (position) => past.at(position), failure: failure.position, slice: new Set(chain.map(({ position }) => position)) });
  const { lastGood, failure: first } = investigation;
  return {
    investigation, before: dumpState(await past.at(first.position - 1)),
    // It was well until something happened to it.
    lastGood: lastGood === 0 ? null : { position: lastGood, time: events.find(({ position }) => position > lastGood)?.time ?? null },
    events: [...chain.filter(({ position }) => position <= lastGood), ...events.filter(({ position }) => position > lastGood && position <= failure.position)],
  };
}

async function replay(upTo: number): Promise<PastAnswers['replay']> {
  const kept = new Set(await snapshots.positions());
  const compared: { position: number; agrees: boolean }[] = [];
  const gaps: number[] = [];
  const from = await beginning();
  let state = from === 0 ? emptyState : await past.at(from);
  const recent = new Map<number, State>([[from, state]]);
  const judgments: { judged: number; differing: { position: number; why: string }[] } = { judged: 0, differing: [] };
  for await (const page of past.events(from, upTo)) {
    if (gaps.length < 100) gaps.push(...uncaused(page).slice(0, 100 - gaps.length));
    for (const event of page) {
      const why = judgedAgain(event, recent);
      if (why !== undefined) judgments.judged++;
      if (why != null && judgments.differing.length < 100) judgments.differing.push({ position: event.position, why });
      state = fold(state, event);
      recent.set(event.position, state).delete(event.position - statesKept);
      if (!kept.has(state.position)) continue;
      const snapshot = await snapshots.latest(state.position);
      compared.push({ position: state.position, agrees: snapshot?.position === state.position && stateHash(snapshot.state) === stateHash(state) });
    }
  }
  return { events: state.position - from, from, hash: stateHash(state), snapshots: compared.slice(-Math.ceil(1_000_000 / stride)), uncaused: gaps, ...judgments };
}

/** Undefined for what is no decision and no refusal, and for one that cannot be judged again: an earlier version did not write down on what it was judged, or that was archived. */
function judgedAgain(event: Event, states: ReadonlyMap<number, State>): string | null | undefined {
  const judgedOn = event.type === 'DecisionAdmitted' ? event.body.decision.judgedOn : event.type === 'ProposalRejected' ? event.body.judgedOn : undefined;
  const on = states.get(judgedOn ?? -1);
  if (on === undefined) return undefined;
  if (event.type === 'DecisionAdmitted') return rejudge(event.body.decision, on);
  return event.type === 'ProposalRejected' ? rejudgeRefusal(event.body, on) : undefined;
}

async function lookAt(moment: string, now: number): Promise<End & { state: State }> {
  const position = await positionOf(moment, now);
  const state = await past.at(position);
  return { position: state.position, time: state.position <= (await beginning()) ? null : ((await past.event(state.position))?.time ?? null), state };
}

async function positionOf(text: string, now: number): Promise<number> {
  const moment = parseMoment(text, now);
  const last = await head();
  if ('time' in moment) {
    // After the clock was set back, the last events are of a time that is still to come.
    const known = Math.max(now, (await past.event(last))?.time ?? 0);
    if (moment.time > known + 1000) throw new StratoError('time.beyond', `${text.trim()} is still to come`, { why: 'the ledger holds what was', next: 'ask for now, or for an earlier time' });
    return past.positionAt(moment.time);
  }
  if (moment.position > last) throw new StratoError('time.beyond', `The ledger ends at ${last}`, { why: `${moment.position} lies behind its end`, next: 'ask for an earlier position, or for a time' });
  return moment.position;
}
