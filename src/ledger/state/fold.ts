import { Map } from 'immutable';
import type { Agent, AgentId, App, AppName, Change, Decision, Event, EventBody, ExitCause, Revision, Service, SlotHistory, State } from '../../model/index.ts';
import { decisionKey, originOf, slotKey, targetRevision, type Origin } from '../../model/index.ts';

/** Revisions kept for rolling back; older ones leave the state, and their artefacts are collected. */
export const revisionsKept = 20;

/** The state after `event`. Pure: no clock, no randomness, no I/O. Events that it does not concern leave it as it is. */
export function fold(state: State, event: Event): State {
  return { ...apply(state, event), position: event.position };
}

function apply(state: State, event: Event): State {
  switch (event.type) {
    case 'DecisionAdmitted':
      return opened(decide(state, event.body.decision, event), event.body.decision, event);
    case 'ProposalHeld': {
      const { id, proposal, rules, reason } = event.body;
      return { ...state, held: state.held.set(id, { id, proposal, rules, reason, at: event.time, heldBy: originOf(event) }) };
    }
    case 'ProposalReleased':
      return { ...state, held: state.held.remove(event.body.id) };
    case 'ApproverChanged': {
      const { person, key, also } = event.body;
      return { ...state, approvers: key === null ? state.approvers.remove(person) : state.approvers.set(person, { person, key, also, changed: originOf(event) }) };
    }
    case 'ComplianceRulesChanged':
      return { ...state, rules: { rules: event.body.rules, changed: originOf(event) } };
    case 'DecisionMeasured':
      return { ...state, open: state.open.remove(event.body.id) };
    case 'AgentCreated':
      return create(state, event);
    case 'AgentPrepared':
      return agent(state, event, () => ({ state: 'prepared' }));
    case 'AgentStarting':
      return starting(state, event);
    case 'AgentRunning': {
      const { pid, pidStart, address, port } = event.body;
      return agent(state, event, () => ({ state: 'running', pid, pidStart, address, port, startedAt: event.time }));
    }
    case 'AgentReady':
      return agent(state, event, (a) => ({ state: 'ready', address: event.body.address ?? a.address, readyAt: a.readyAt ?? event.time, reason: null }));
    case 'AgentUnready': {
      const { reason } = event.body;
      return agent(state, event, () => ({ state: 'unready', reason }));
    }
    case 'AgentStopping': {
      const { reason, cause } = event.body;
      return agent(state, event, () => ({ state: 'stopping', stoppingAt: event.time, reason, stopCause: cause }));
    }
    case 'AgentExited':
      return exited(state, event);
    case 'AgentRemoved':
      return { ...state, agents: state.agents.remove(event.body.agent), standbys: state.standbys.remove(event.body.agent) };
    case 'RolloutReady':
      return rollout(state, event, { state: 'monitoring', readyAt: event.time });
    case 'RolloutSucceeded': {
      const next = rollout(state, event, { state: 'succeeded' });
      return next === state ? state : app(next, event.body.app, () => ({ stable: event.body.revision }));
    }
    case 'RolloutFailed':
      return rollout(state, event, { state: 'failed', reason: event.body.reason, tail: event.body.tail });
    case 'AppRemoved': {
      // Only a decision takes an app away; this says that it is done.
      if (state.apps.get(event.body.app)?.desired !== 'removed') return state;
      const prefix = `${event.body.app}/`;
      return { ...state, apps: state.apps.remove(event.body.app), slots: state.slots.filterNot((_, key) => key.startsWith(prefix)) };
    }
    case 'NodeSeen': {
      const { node, cpu, memory, isolations, ownNetwork } = event.body;
      const availability = state.nodes.get(node)?.availability ?? 'active';
      return { ...state, nodes: state.nodes.set(node, { name: node, cpu, memory, isolations, ownNetwork, availability, last: originOf(event) }) };
    }
    default:
      return state;
  }
}

function decide(state: State, decision: Decision, event: Event): State {
  const here = originOf(event);
  const { change } = decision;
  if (change.kind === 'node') {
    const node = state.nodes.get(change.node);
    return node ? { ...state, nodes: state.nodes.set(node.name, { ...node, availability: change.availability, last: here }) } : state;
  }
  if (decision.app === null) return state;
  const known = state.apps.get(decision.app) ?? (change.kind === 'deploy' ? newApp(decision.app, event.time) : undefined);
  if (!known) return state;
  const changed = { ...changeApp(known, change, decision, event.time, here), decided: { ...known.decided, [decisionKey(change)]: here } };
  const next = { ...state, apps: state.apps.set(known.name, changed) };
  if (change.kind === 'correct') return correctAgents(next, known.name, change.service, change.port, here);
  return change.kind === 'deploy' || change.kind === 'rollback' || change.kind === 'start' ? forgetFailures(next, known.name) : next;
}

/** A decision with an effect is kept until that was measured. */
function opened(state: State, { id, app: name, change, confidence, effect }: Decision, event: Event): State {
  if (effect === null) return state;
  return { ...state, open: state.open.set(id, { id, app: name, kind: change.kind, confidence, effect, at: event.time, decided: originOf(event) }) };
}

function changeApp(before: App, change: Exclude<Change, { kind: 'node' }>, decision: Decision, time: number, here: Origin): App {
  switch (change.kind) {
    case 'deploy': {
      const number = decision.revision ?? before.revision + 1;
      const services = change.services.map((service) => corrected(service, before.corrections[service.name]));
      const revision: Revision = { number, position: here.position, admittedAt: time, actor: decision.actor, source: change.source, plan: change.plan, services };
      const next = { ...before, desired: 'running' as const, revision: number, rollout: begin(before, number, 'deploy', time, here) };
      return { ...next, revisions: prune(before.revisions.set(number, revision), [number, before.stable, before.revision]) };
    }
    case 'rollback':
      return { ...before, desired: 'running', revision: change.revision, rollout: begin(before, change.revision, 'rollback', time, here) };
    case 'scale':
      return { ...before, scale: { ...before.scale, [change.service]: change.replicas } };
    case 'stop':
      return { ...before, desired: 'stopped', rollout: before.rollout?.state === 'failed' ? before.rollout : null };
    case 'start':
      return { ...before, desired: 'running', rollout: begin(before, before.revision, 'start', time, here) };
    case 'remove':
      return { ...before, desired: 'removed', removeVolumes: change.volumes, rollout: null };
    case 'replace': {
      const key = change.slot === null ? change.service : `${change.service}/${change.slot}`;
      return { ...before, generation: { ...before.generation, [key]: (before.generation[key] ?? 0) + 1 } };
    }
    case 'correct': {
      const target = targetRevision(before);
      const service = target?.services.find((candidate) => candidate.name === change.service);
      if (!target || !service) return before;
      const correction = { planned: before.corrections[service.name]?.planned ?? service.port, port: change.port };
      const services = target.services.map((candidate) => (candidate === service ? { ...service, port: change.port, portAssignable: false } : candidate));
      const revisions = before.revisions.set(target.number, { ...target, services });
      return { ...before, revisions, corrections: { ...before.corrections, [service.name]: correction } };
    }
  }
}

function newApp(name: AppName, time: number): App {
  return {
    name, desired: 'running', removeVolumes: false, revision: 0, stable: null, revisions: Map(), scale: {}, generation: {}, corrections: {}, rollout: null, decided: {}, createdAt: time,
  };
}

/** What running showed of an earlier revision holds for the next one too, as long as the plan says the same. */
function corrected(service: Service, correction: App['corrections'][string] | undefined): Service {
  return correction && correction.planned === service.port ? { ...service, port: correction.port, portAssignable: false } : service;
}

function begin(before: App, revision: number, kind: 'deploy' | 'rollback' | 'start', time: number, here: Origin): App['rollout'] {
  const from = before.stable !== null && before.stable !== revision ? before.stable : null;
  return { revision, from, kind, state: 'progressing', startedAt: time, readyAt: null, reason: null, tail: [], decided: here, last: here };
}

function prune(revisions: Map<number, Revision>, keep: readonly (number | null)[]): Map<number, Revision> {
  if (revisions.size <= revisionsKept) return revisions;
  const newest = new Set(revisions.keySeq().sort().takeLast(revisionsKept));
  return revisions.filter((_, number) => newest.has(number) || keep.includes(number));
}

function create(state: State, event: Event & { type: 'AgentCreated' }): State {
  const agent = created(event.body, event.time, originOf(event));
  return event.body.standby ? { ...state, standbys: state.standbys.set(agent.id, agent) } : { ...state, agents: state.agents.set(agent.id, agent) };
}

/** A standby that is started is one no more, and from now on of the revision whose code it gets. */
function starting(state: State, event: Event & { type: 'AgentStarting' }): State {
  const { agent: id, revision, hash } = event.body;
  const standby = state.standbys.get(id);
  const promoted = standby ? { ...state, standbys: state.standbys.remove(id), agents: state.agents.set(id, standby) } : state;
  return agent(promoted, event, (known) => ({ state: 'starting', revision: revision ?? known.revision, hash: hash ?? known.hash }));
}

function created(body: EventBody<'AgentCreated'>, time: number, last: Origin): Agent {
  const { agent: id, app: name, service, slot, revision, hash, node, isolation, handle } = body;
  return {
    id, app: name, service, slot, revision, hash, node, isolation, handle,
    state: 'pending', address: null, port: null, pid: null, pidStart: null, createdAt: time, startedAt: null,
    readyAt: null, stoppingAt: null, reason: null, stopCause: null, exit: null, last,
  };
}

function exited(state: State, event: Event & { type: 'AgentExited' }): State {
  const { body } = event;
  const exit = { ...body.exit, cause: body.cause };
  const next = agent(state, event, () => ({ state: 'exited', exit }));
  const gone = state.agents.get(body.agent);
  // A standby has done nothing yet that its slot would have to remember.
  if (!gone) return next;
  const service = state.apps.get(gone.app)?.revisions.get(gone.revision)?.services.find((candidate) => candidate.name === gone.service);
  const key = slotKey(gone.app, gone.service, gone.slot);
  return { ...next, slots: next.slots.set(key, remember(state.slots.get(key), gone, exit, service, event)) };
}

function remember(before: SlotHistory | undefined, gone: Agent, exit: NonNullable<Agent['exit']>, service: Service | undefined, event: Event): SlotHistory {
  const { time } = event;
  const wasStable = gone.readyAt !== null && time - gone.readyAt >= (service?.restart.stableAfter ?? Infinity);
  const earlier = before && before.hash === gone.hash && !wasStable ? before.failures : 0;
  const failed = exit.cause !== 'stopped' && !(exit.cause === 'completed' && service?.restart.policy !== 'always');
  return {
    failures: failed ? earlier + weightOf(exit.cause, gone, service) : earlier,
    hash: gone.hash,
    lastExit: failed ? { ...exit, agent: gone.id } : (before?.lastExit ?? null),
    exitedAt: time,
    completed: exit.cause === 'completed' ? gone.hash : (before?.completed ?? null),
    replaced: (before?.replaced ?? 0) + (failed ? 1 : 0),
    exitedBy: originOf(event),
  };
}

/**
 * How much a failure counts towards backing off and giving up. What was never ready would not be the next time either; what served and was
 * killed from outside has not failed at all.
 */
function weightOf(cause: ExitCause, gone: Agent, service: Service | undefined): number {
  if (cause === 'never-ready') return service?.restart.attempts ?? 1;
  return cause === 'killed' && gone.readyAt !== null ? 0 : 1;
}

function forgetFailures(state: State, name: AppName): State {
  const prefix = `${name}/`;
  const slots = state.slots.map((slot, key) => (key.startsWith(prefix) && slot.failures > 0 ? { ...slot, failures: 0 } : slot));
  return { ...state, slots };
}

function correctAgents(state: State, name: AppName, service: string, port: number, last: Origin): State {
  const agents = state.agents.map((a) => (a.app === name && a.service === service && a.port !== null ? { ...a, port, last } : a));
  return { ...state, agents };
}

function agent(state: State, event: Event & { body: { agent: AgentId } }, change: (agent: Agent) => Partial<Agent>): State {
  const changed = (known: Agent): Agent => ({ ...known, ...change(known), last: originOf(event) });
  const known = state.agents.get(event.body.agent);
  if (known) return { ...state, agents: state.agents.set(known.id, changed(known)) };
  const standby = state.standbys.get(event.body.agent);
  return standby ? { ...state, standbys: state.standbys.set(standby.id, changed(standby)) } : state;
}

function app(state: State, name: AppName, change: (app: App) => Partial<App>): State {
  const known = state.apps.get(name);
  return known ? { ...state, apps: state.apps.set(name, { ...known, ...change(known) }) } : state;
}

/** Changes the rollout that the event is about; one that was overtaken by another decision is left alone. */
function rollout(state: State, event: Event & { body: { app: AppName; revision: number } }, change: Partial<NonNullable<App['rollout']>>): State {
  const of = event.body;
  const known = state.apps.get(of.app);
  if (!known?.rollout || known.rollout.revision !== of.revision) return state;
  return app(state, of.app, () => ({ rollout: { ...known.rollout!, ...change, last: originOf(event) } }));
}
