import { fold } from '../ledger/state/fold.ts';
import { replicasOf, slotKey, targetRevision, type Agent, type AgentId, type AppName, type Event, type ExitCause, type State } from '../model/index.ts';
import { Conducts, placeOf } from './conduct.ts';
import { alterations, repetitionsOf, type Placed } from './alterations.ts';
import { conclusionOf } from './conclusion.ts';
import { rerun } from './rerun.ts';

/** How one event, or a part of one, had to do with a failure. */
export interface Factor {
  readonly position: number;
  readonly label: string;
  /** From 0 to 1: how much speaks for it. */
  readonly score: number;
  /** The failure's causes lead back to it. */
  readonly inSlice: boolean;
  readonly counterfactual: 'vanishes' | 'persists' | 'unknown';
  readonly explanation: string;
  /** Parts of it that were put back one at a time. */
  readonly parts: readonly Omit<Factor, 'parts' | 'position' | 'inSlice'>[];
}

export interface Investigation {
  /** The first sign of it, and all of them. */
  readonly failure: Event;
  readonly symptoms: readonly Event[];
  /** Position of the last event after which the app was well; 0 when it never was. */
  readonly lastGood: number;
  readonly factors: readonly Factor[];
  readonly reproducible: boolean;
  /** Why it cannot be reproduced, or what was taken for granted. */
  readonly notes: readonly string[];
}

export interface Evidence {
  readonly app: AppName;
  /** All events of a stretch that ends well behind the failure, oldest first. */
  readonly events: readonly Event[];
  /** The state before the first of them. */
  readonly before: State;
  /** The state at a position of the stretch. */
  at(position: number): Promise<State>;
  /** Position of the failure. */
  readonly failure: number;
  /** Positions to which the failure's causes lead back. */
  readonly slice: ReadonlySet<number>;
}

const badCauses: ReadonlySet<ExitCause> = new Set<ExitCause>(['crashed', 'out-of-memory', 'killed', 'start-failed', 'never-ready', 'unhealthy', 'lost']);

/** Milliseconds: the longest pause between two happenings that is simulated, and the longest wait for the failure afterwards. */
const longestPause = 90_000;
const longestWait = 300_000;

/** Decisions from before the app was last well are tried, too, when they are so recent (milliseconds): a service may feel late what it lost. */
const recently = 600_000;
const mostRecent = 6;

/** Score of what makes the failure vanish and leaves the service running. */
const clear = 0.9;

/** Candidates that are tried, each in a simulation of its own. */
const mostCandidates = 24;

/** Whether an event tells of something of an app going wrong; `appOf` knows whose agent it is about. */
export function isFailure(event: Event): boolean {
  switch (event.type) {
    case 'RolloutFailed':
    case 'DeploymentFailed':
    case 'AgentUnready':
      return true;
    case 'AgentExited':
      return badCauses.has(event.body.cause);
    case 'AgentStopping':
      return event.body.cause !== 'stopped';
    default:
      return false;
  }
}

/**
 * Finds out what contributed to a failure: a backward slice over causes says what led to it, and counterfactual replay says what it needed. The state before is rebuilt, what came
 * after is replayed in the simulator with one event left out or altered at a time, and it is seen whether the failure still comes (D. Lewis 1973; A. Zeller, "Yesterday, my program
 * worked", 1999). Agents behave in it as the ledger shows that they did; what was never seen is not guessed.
 */
export async function investigate(evidence: Evidence): Promise<Investigation> {
  const { app, events, before, failure: at, slice } = evidence;
  const owners = ownersOf(before, events);
  const own = events.filter((event) => isOf(event, app, owners));
  const lastGood = lastWell(evidence);
  const troubles = own.filter((event) => event.position > lastGood && event.position <= at && isFailure(event));
  // What the failure follows from, and what is like it: another trouble of the same time is another matter.
  const signs = new Set(troubles.filter(({ position }) => position === at || slice.has(position)).map((event) => signOf(event, owners)));
  const symptoms = troubles.filter((event) => signs.has(signOf(event, owners)));
  const failure = symptoms[0]!;
  if (failure.type === 'DeploymentFailed') {
    return { failure, symptoms, lastGood, factors: [], reproducible: false, notes: ['not reproducible in simulation: it failed while it was fetched, read or built, before anything was decided'] };
  }
  const possible = events.filter((event) => event.position <= at && isCandidate(event, app, owners));
  const recent = new Set(possible.filter(({ time }) => failure.time - time < recently).slice(-mostRecent));
  const candidates = possible.filter((event) => event.position > lastGood || slice.has(event.position) || recent.has(event)).slice(-mostCandidates);
  const first = candidates[0]?.position ?? failure.position;
  const start = alone(await evidence.at(first - 1), app);
  const epoch = events.find(({ position }) => position === first)?.time ?? failure.time;
  const conducts = new Conducts(app, before, own);
  const happenings = happeningsOf(events.filter((event) => event.position >= first && event.position <= at), app, owners, epoch);
  const services = [...(start.apps.get(app)?.revisions.values() ?? [])].flatMap(({ services: all }) => all);
  const length = (happenings.at(-1)?.happening.at ?? 0) + Math.min(longestWait, 40_000 + Math.max(0, ...services.map(({ health }) => health.deadline), ...candidates.flatMap(deadlines)));
  const run = async (changed: readonly Placed[]) => {
    const result = await rerun(start, epoch, changed.map(({ happening }) => happening), conducts, length);
    const told = ownersOf(start, result.events);
    const failing = new Set(symptoms.map((event) => serviceOf(event, owners)));
    const serves = [...result.state.agents.values()].some((agent) => agent.app === app && agent.state === 'ready' && failing.has(agent.service));
    return { serves, fails: result.events.some((event) => isOf(event, app, told) && isFailure(event) && signs.has(signOf(event, told))), unknown: result.unknown };
  };
  const baseline = await run(happenings);
  const notes = [...(baseline.unknown.size > 0 ? ['some agents of the replay were never seen to run and were taken to be well'] : [])];
  if (!baseline.fails) notes.unshift('not reproducible in simulation: with all that is recorded replayed, the failure does not come; its reason lies where the ledger does not look');
  const factors: Factor[] = [];
  for (const [index, event] of candidates.entries()) {
    const recency = 1 / (candidates.length - index);
    const inSlice = slice.has(event.position);
    const verdict = async (changed: readonly Placed[]): Promise<Pick<Factor, 'score' | 'counterfactual' | 'explanation'>> => {
      if (!baseline.fails) return { score: (inSlice ? 0.4 : 0.1) + 0.1 * recency, counterfactual: 'unknown', explanation: 'not reproducible in simulation' };
      const { fails, unknown, serves } = await run(changed);
      if (fails) return { score: inSlice ? 0.1 : 0.02, counterfactual: 'persists', explanation: 'the failure comes also without it' };
      if ([...unknown].some((hash) => !baseline.unknown.has(hash))) return { score: (inSlice ? 0.4 : 0.2) + 0.1 * recency, counterfactual: 'unknown', explanation: 'what would run instead was never seen to run, so the simulator cannot know' };
      if (!serves) return { score: inSlice ? 0.3 : 0.2, counterfactual: 'vanishes', explanation: 'without it, what failed would not run at all' };
      return { score: clear + 0.1 * recency, counterfactual: 'vanishes', explanation: 'without it, the failure does not come, and the service runs' };
    };
    const again = repetitionsOf(event, happenings);
    const result = await verdict(happenings.filter(({ position }) => position !== event.position && !again.includes(position)));
    const parts: Factor['parts'][number][] = [];
    for (const { label, apply } of alterations(event, (await evidence.at(event.position - 1)).apps.get(app))) parts.push({ label, ...(await verdict(apply(happenings))) });
    const explanation = again.length === 0 ? result.explanation : `${result.explanation} (nor ${again.map((position) => `#${position}`).join(', ')}, which brought the same again)`;
    factors.push({ position: event.position, label: labelOf(event, owners), inSlice, ...result, explanation, parts });
  }
  const explained = factors.some(({ counterfactual, score }) => counterfactual === 'vanishes' && score >= clear);
  if (baseline.fails && lastGood > 0 && !explained && !factors.some(({ counterfactual }) => counterfactual === 'unknown')) {
    notes.unshift(conclusionOf(failure, app, serviceOf(failure, owners), await evidence.at(failure.position - 1)));
  }
  return { failure, symptoms, lastGood, factors: factors.sort((a, b) => b.score - a.score || b.position - a.position), reproducible: baseline.fails, notes };
}

/** The state with one app only: others have no part in what happens to it, and nothing is known here of how they behave. */
function alone(state: State, app: AppName): State {
  const own = (agent: Agent) => agent.app === app;
  return { ...state, apps: state.apps.filter(({ name }) => name === app), agents: state.agents.filter(own), standbys: state.standbys.filter(own), slots: state.slots.filter((_, key) => key.startsWith(`${app}/`)) };
}

type Owners = ReadonlyMap<string, Pick<Agent, 'app' | 'service' | 'slot'>>;

function ownersOf(before: State, events: readonly Event[]): Owners {
  const owners = new Map<string, Pick<Agent, 'app' | 'service' | 'slot'>>(before.agents.entries() as Iterable<[AgentId, Agent]>);
  for (const event of events) if (event.type === 'AgentCreated') owners.set(event.body.agent, event.body);
  return owners;
}

/** Whether an event is about an app. */
function isOf(event: Event, app: AppName, owners: Owners): boolean {
  if (event.type === 'DecisionAdmitted') return event.body.decision.app === app;
  if ('app' in event.body) return event.body.app === app;
  return 'agent' in event.body && owners.get(event.body.agent)?.app === app;
}

/** What somebody decided, and what came from outside; what control does by itself follows from those. */
function isCandidate(event: Event, app: AppName, owners: Owners): boolean {
  if (event.type === 'DecisionAdmitted') return (event.body.decision.app === app || event.body.decision.app === null) && !event.body.decision.actor.startsWith('control:rollout');
  return event.type === 'AgentExited' && (event.body.cause === 'killed' || event.body.cause === 'lost') && isOf(event, app, owners);
}

function serviceOf(event: Event, owners: Owners): string | null {
  if (event.type === 'RolloutFailed') return event.body.service;
  return 'agent' in event.body ? (owners.get(event.body.agent)?.service ?? null) : null;
}

/** Which service failed, and in which way. */
function signOf(event: Event, owners: Owners): string {
  const owner = serviceOf(event, owners);
  if (event.type === 'RolloutFailed') return `rollout ${owner}`;
  if (event.type === 'AgentUnready') return `ill ${owner}`;
  if (event.type === 'AgentExited' || event.type === 'AgentStopping') return `${event.body.cause} ${owner}`;
  return event.type;
}

/** Milliseconds for which an app has to be well to count as such: one that keeps crashing is well now and then, too. */
const lastingly = 5_000;

/** The last position before the failure at which every slot had had its ready agent for a while, and no rollout was going on. */
function lastWell({ app, events, before, failure }: Evidence & { before: State }): number {
  let state = before;
  let since = isWell(state, app) ? -Infinity : undefined;
  let last = since === undefined ? 0 : state.position;
  for (const event of events) {
    // Until this one it stayed as it was.
    if (since !== undefined && event.time - since >= lastingly) last = state.position;
    if (event.position >= failure) break;
    state = fold(state, event);
    since = isWell(state, app) ? (since ?? event.time) : undefined;
  }
  return last;
}

function isWell(state: State, name: AppName): boolean {
  const app = state.apps.get(name);
  const target = app && targetRevision(app);
  if (!app || !target || app.desired !== 'running' || app.rollout?.state === 'progressing' || app.rollout?.state === 'failed') return false;
  const agents = [...state.agents.values()].filter((agent) => agent.app === name && agent.state !== 'exited');
  return target.services.every((service) => {
    const there = agents.filter((agent) => agent.service === service.name);
    const done = service.restart.policy === 'never' && there.length === 0;
    return done || (there.length === replicasOf(app, service) && there.every((agent) => agent.state === 'ready'));
  });
}

/** What came from outside, at its times; long pauses are shortened, because nothing happens in them. */
function happeningsOf(events: readonly Event[], app: AppName, owners: Owners, epoch: number): Placed[] {
  const placed: Placed[] = [];
  let at = 100;
  let before = epoch;
  for (const event of events) {
    if (!isCandidate(event, app, owners)) continue;
    at += Math.min(longestPause, Math.max(1, event.time - before));
    before = event.time;
    if (event.type === 'DecisionAdmitted') {
      const { app: target, change, actor, reasoning, confidence } = event.body.decision;
      placed.push({ position: event.position, happening: { at, proposal: { app: target, change, actor, reasoning, confidence } } });
    } else if (event.type === 'AgentExited') {
      const owner = owners.get(event.body.agent)!;
      placed.push({ position: event.position, happening: { at, ends: placeOf(owner), code: event.body.exit.code, signal: event.body.exit.signal } });
    }
  }
  return placed;
}

function deadlines(event: Event): number[] {
  const change = event.type === 'DecisionAdmitted' ? event.body.decision.change : undefined;
  return change?.kind === 'deploy' ? change.services.map(({ health }) => health.deadline) : [];
}

function labelOf(event: Event, owners: Owners): string {
  if (event.type === 'AgentExited') {
    const owner = owners.get(event.body.agent)!;
    return `${slotKey(owner.app, owner.service, owner.slot)} was ${event.body.cause === 'lost' ? 'lost' : `killed from outside with ${event.body.exit.signal ?? 'a signal'}`}`;
  }
  if (event.type !== 'DecisionAdmitted') return event.type;
  const { change, revision } = event.body.decision;
  switch (change.kind) {
    case 'deploy':
      return `the deployment of revision ${revision}`;
    case 'rollback':
      return `the return to revision ${change.revision}`;
    case 'scale':
      return `scaling ${change.service} to ${change.replicas}`;
    case 'replace':
      return `replacing agents of ${change.service}`;
    case 'correct':
      return `correcting the port of ${change.service} to ${change.port}`;
    case 'node':
      return `making ${change.node} ${change.availability}`;
    default:
      return `the decision to ${change.kind}`;
  }
}
