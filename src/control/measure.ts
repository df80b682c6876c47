import { because, generationOf, replicasOf, serviceHash, targetRevision, type Agent, type App, type Effect, type EventBody, type OpenDecision, type Origin, type State } from '../model/index.ts';
import type { Step } from './step.ts';

/** What became of a decision; undefined while that is open. */
type Verdict = Pick<EventBody<'DecisionMeasured'>, 'outcome' | 'detail'> & { readonly at?: number | null; readonly origin?: Origin };

/**
 * The step that writes down what came of a decision, once that is settled: its effect was seen, it failed or ran out of time, or another decision came
 * between. Pure. `wakeAt` is the ledger time at which its time is up.
 */
export function measured(decision: OpenDecision, state: State, now: number, agentsOf: (app: string) => readonly Agent[]): { step?: Step; wakeAt: number | null } {
  const end = decision.at + decision.effect.within;
  const app = decision.app === null ? undefined : state.apps.get(decision.app);
  const verdict = verdictOn(decision, state, app, app ? agentsOf(app.name) : []) ?? (now >= end && !isMonitored(decision, app) ? late(decision.effect) : undefined);
  if (!verdict) return { wakeAt: now >= end ? null : end };
  const { id, kind, confidence, decided } = decision;
  const milliseconds = verdict.outcome === 'overtaken' ? null : Math.max(0, (verdict.at ?? now) - decision.at);
  const body = { id, decided: decided.position, app: decision.app, kind, confidence, outcome: verdict.outcome, milliseconds, detail: verdict.detail };
  const origin = { ...(verdict.origin ?? decided), correlation: decided.correlation };
  return { step: { kind: 'record', key: `measure:${id}`, event: { type: 'DecisionMeasured', actor: 'control:measurement', ...because(origin), body } }, wakeAt: null };
}

function verdictOn(decision: OpenDecision, state: State, app: App | undefined, agents: readonly Agent[]): Verdict | undefined {
  const { effect } = decision;
  if (effect.kind === 'node') return nodeVerdict(effect, state);
  if (!app) return effect.kind === 'removed' ? held('it is gone') : overtaken('the app is gone');
  switch (effect.kind) {
    case 'rollout':
      return rolloutVerdict(decision, app);
    case 'stopped':
      return stands(decision, app, 'target') ?? (agents.every((agent) => agent.state === 'exited') ? held('no agent is left') : undefined);
    case 'removed':
      return undefined;
    case 'replicas':
      return served(app, effect.service) ?? stands(decision, app, `scale:${effect.service}`) ?? (ready(agents, effect.service) === effect.count ? held(`${effect.count} are ready`) : undefined);
    case 'answers':
      return served(app, effect.service) ?? stands(decision, app, `correct:${effect.service}`) ?? (ready(agents, effect.service) > 0 ? held('it answers') : undefined);
    case 'replaced':
      return served(app, effect.service) ?? stands(decision, app, `replace:${effect.service}${effect.slot === null ? '' : `/${effect.slot}`}`) ?? (isReplaced(effect, app, agents) ? held('the new ones are ready') : undefined);
  }
}

function rolloutVerdict(decision: OpenDecision, app: App): Verdict | undefined {
  const { rollout } = app;
  if (rollout?.decided.position !== decision.decided.position) return overtaken('another decision came before it was done');
  if (rollout.state === 'succeeded') return { ...held(`revision ${rollout.revision} is ready and stayed well`), at: rollout.readyAt, origin: rollout.last };
  return rollout.state === 'failed' ? { outcome: 'failed', detail: rollout.reason ?? `revision ${rollout.revision} failed`, origin: rollout.last } : undefined;
}

/** It was ready in time: how it goes on is the matter of the monitor window, which has an end of its own. */
function isMonitored({ effect }: OpenDecision, app: App | undefined): boolean {
  return effect.kind === 'rollout' && app?.rollout?.state === 'monitoring';
}

function nodeVerdict({ node: name, availability }: Extract<Effect, { kind: 'node' }>, state: State): Verdict | undefined {
  const node = state.nodes.get(name);
  if (node?.availability !== availability) return overtaken('the node was decided about again');
  const isEmpty = availability !== 'drained' || state.agents.every((agent) => agent.node !== name || agent.state === 'exited');
  return isEmpty ? held(`it is ${availability}`) : undefined;
}

function isReplaced({ service: name, slot }: Extract<Effect, { kind: 'replaced' }>, app: App, agents: readonly Agent[]): boolean {
  const service = targetRevision(app)?.services.find((candidate) => candidate.name === name);
  if (!service) return false;
  const slots = slot === null ? Array.from({ length: replicasOf(app, service) }, (_, index) => index) : [slot];
  return slots.every((index) => {
    const hash = serviceHash(service, generationOf(app, service.name, index));
    return agents.some((agent) => agent.service === name && agent.slot === index && agent.hash === hash && agent.state === 'ready');
  });
}

/** Nothing can be seen of a service that should not run. */
function served(app: App, service: string): Verdict | undefined {
  if (app.desired !== 'running') return overtaken(`the app is ${app.desired}`);
  return targetRevision(app)?.services.some(({ name }) => name === service) ? undefined : overtaken(`the app has no service ${service} any more`);
}

function stands(decision: OpenDecision, app: App, key: string): Verdict | undefined {
  return app.decided[key]?.position === decision.decided.position ? undefined : overtaken('it was decided about again');
}

function ready(agents: readonly Agent[], service: string): number {
  return agents.filter((agent) => agent.service === service && agent.state === 'ready').length;
}

function held(detail: string): Verdict {
  return { outcome: 'held', detail };
}

function overtaken(detail: string): Verdict {
  return { outcome: 'overtaken', detail };
}

function late({ within }: Effect): Verdict {
  return { outcome: 'failed', detail: `it was not seen within ${Math.round(within / 1000)} s` };
}
