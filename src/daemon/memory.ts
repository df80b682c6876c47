import type { Memory, WhyTarget } from '../api/memory.ts';
import type { WhyView } from '../api/memory-views.ts';
import type { EventView } from '../api/views.ts';
import { calibrate } from '../control/calibration.ts';
import type { StateSource } from '../control/parts.ts';
import { chainTo, isBeginning, longestChain } from '../ledger/events/causality.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { loadState } from '../ledger/state/state-file.ts';
import { stateHash } from '../ledger/state/state-hash.ts';
import { StratoError, newest, slotKey, type AppName, type Clock, type Event, type ServiceName } from '../model/index.ts';
import { auditTrail } from './audit-trail.ts';
import type { PastWorker } from './past-worker.ts';
import { viewAgents, viewApp, viewApps, viewNodes, type ViewContext } from './views.ts';

/** Events that are looked through for an agent that is gone, and measured decisions that are counted. */
const farthest = 10_000;

export interface MemoryParts {
  readonly ledger: Ledger;
  readonly state: StateSource;
  readonly past: PastWorker;
  readonly clock: Clock;
  readonly context: ViewContext;
  /** An event in words; agents that are gone keep their names. */
  readonly tell: (event: Event) => EventView;
  readonly learn: () => Promise<void>;
}

/** What the ledger remembers, as the API sees it. */
export function memoryOf(parts: MemoryParts): Memory {
  const { ledger, state, past, clock, tell } = parts;
  const then: ViewContext = { origin: parts.context.origin, usage: () => undefined };
  const why = async (position: number): Promise<Pick<WhyView, 'chain' | 'complete'>> => {
    await parts.learn();
    const chain = await chainTo(position, async (at) => (at <= ledger.beginning && at !== position ? undefined : (await ledger.read(at - 1, 1))[0]));
    return { chain: chain.map(tell), complete: chain.length > 0 && chain.length < longestChain && isBeginning(chain[0]!) };
  };
  return {
    async why(target) {
      const { position, about } = await find(target, parts);
      return { about, ...(await why(position)) };
    },
    async calibration() {
      const events = await ledger.history({ types: ['DecisionMeasured'], limit: farthest });
      return { kinds: calibrate(events.flatMap((event) => (event.type === 'DecisionMeasured' ? [event.body] : []))), open: state.current.open.size };
    },
    async at(moment) {
      const { position, time, state: plain } = await past.ask({ op: 'at', moment, now: clock.now() });
      const found = loadState(plain);
      return { position, time, head: ledger.head, apps: viewApps(found, then), agents: viewAgents(found, then), nodes: viewNodes(found, then) };
    },
    async step(from, by, app) {
      const { position, event, changes } = await past.ask({ op: 'step', from, by, app, now: clock.now() });
      return { position, head: ledger.head, event: event && tell(event), changes: [...changes], why: event ? (await why(position)).chain : [] };
    },
    async diff(from, to) {
      const { changes, ...ends } = await past.ask({ op: 'diff', from, to, now: clock.now() });
      return { ...ends, changes: [...changes] };
    },
    async debug(name, at) {
      await parts.learn();
      const { investigation, lastGood, before, events } = await past.ask({ op: 'debug', app: name, moment: at, now: clock.now() });
      const { failure, symptoms, factors, reproducible, notes } = investigation;
      const known = loadState(before);
      const app = known.apps.get(name);
      const byPosition = new Map(events.map((event) => [event.position, event]));
      const eventAt = async (position: number) => tell(byPosition.get(position) ?? (await ledger.read(position - 1, 1))[0]!);
      return {
        app: name, failure: tell(failure), symptoms: symptoms.map(tell), lastGood, before: app ? viewApp(app, known, then) : null, reproducible, notes: [...notes], timeline: events.map(tell),
        factors: await Promise.all(factors.map(async (factor) => ({ ...factor, parts: [...factor.parts], event: await eventAt(factor.position) }))),
      };
    },
    async audit(query) {
      await parts.learn();
      return auditTrail(query, { ledger, clock, tell });
    },
    async replay() {
      const began = clock.monotonic();
      const current = state.current;
      const { events, from, hash, snapshots, uncaused, judged, differing } = await past.ask({ op: 'replay', upTo: current.position });
      const live = stateHash(current);
      return {
        events, from, milliseconds: clock.monotonic() - began, replayed: hash, live, snapshots: [...snapshots], uncaused: [...uncaused], judged, differing: [...differing],
        agrees: hash === live && differing.length === 0 && snapshots.every(({ agrees }) => agrees),
      };
    },
  };
}

/** Position of the event that says most about a target. */
async function find(target: WhyTarget, { ledger, state }: MemoryParts): Promise<{ position: number; about: string }> {
  const { current } = state;
  if ('event' in target) {
    if (target.event > ledger.head) throw new StratoError('event.unknown', `There is no event ${target.event}`, { why: `the ledger ends at ${ledger.head}`, next: 'list events with `stratoswarm events --json`' });
    return { position: target.event, about: `event ${target.event}` };
  }
  if ('agent' in target) {
    const present = current.agents.get(target.agent);
    if (present) return { position: present.last.position, about: `${present.id} is ${present.state}` };
    const events = await ledger.history({ types: ['AgentRemoved', 'AgentExited'], limit: farthest });
    const gone = events.find((event) => 'agent' in event.body && event.body.agent === target.agent);
    if (!gone) throw new StratoError('agent.unknown', `There is no agent ${target.agent}`, { why: `nor was there one among the last ${farthest} that ended`, next: 'stratoswarm ps lists them' });
    return { position: gone.position, about: `${target.agent} is gone` };
  }
  const { app: name, service, slot } = target;
  const app = current.apps.get(name as AppName);
  if (!app) throw new StratoError('app.unknown', `There is no app called ${name}`, { next: 'list the apps with `stratoswarm ps`' });
  const agents = [...current.agents.values()].filter((agent) => agent.app === name && (service ?? agent.service) === agent.service && (slot ?? agent.slot) === agent.slot);
  const left = slot === undefined ? undefined : current.slots.get(slotKey(app.name, service as ServiceName, slot))?.exitedBy;
  // Whoever asks about an app that a revision failed means that, and not the agents of the one before, which serve on.
  const failed = service === undefined && (app.rollout?.state === 'failed' || app.rollout?.kind === 'rollback') ? app.rollout : undefined;
  const latest = newest([...agents.map((agent) => agent.last), ...(agents.length === 0 ? [left] : []), failed?.last]) ?? (service === undefined ? newest([app.rollout?.last, ...Object.values(app.decided)]) : undefined);
  if (!latest) throw new StratoError('agent.unknown', `${[name, service, slot].filter((part) => part !== undefined).join('/')} never had an agent`, { next: `stratoswarm status ${name}` });
  // A return to an earlier revision follows from what made it necessary; that its agents are well does not.
  if (latest === failed?.last) return { position: (failed!.kind === 'rollback' ? failed!.decided : latest)!.position, about: failed!.state === 'failed' ? `revision ${failed!.revision} of ${app.name} failed` : `${app.name} is back at revision ${failed!.revision}` };
  const agent = agents.find(({ last }) => last.position === latest.position);
  return { position: latest.position, about: agent ? `${agent.app}/${agent.service}/${agent.slot} is ${agent.state}` : [name, service, slot].filter((part) => part !== undefined).join('/') };
}
