import type { Agent, App, Origin, Proposal, Service, SlotHistory } from '../model/index.ts';
import { because, generationOf, newest, replicasOf, serviceHash, slotKey, targetRevision } from '../model/index.ts';
import type { Step } from './step.ts';

/** What the verdict on a rollout looks at. */
export interface RolloutSight {
  slot(key: string): readonly Agent[];
  history(key: string): SlotHistory | undefined;
  /** Agents of the app, of whatever revision. */
  readonly total: number;
  /** The last event that changed one of its agents, which may be older than the rollout; undefined when it has none. */
  readonly last: Origin | undefined;
  readonly now: number;
}

/**
 * Whether a rollout is ready, has succeeded or has failed. It fails when more than `maxFailureRatio` of its slots have failed
 * `attempts` times in a row; it is ready when all others are and no agent of another revision is left; it has succeeded when
 * it then stayed well for the monitor window, which begins anew with the agent that takes the place of one that failed.
 */
export function rolloutStep(app: App, sight: RolloutSight): { step?: Step; wakeAt: number | null } {
  const { rollout } = app;
  const target = targetRevision(app);
  if (!rollout || !target || app.desired !== 'running') return { wakeAt: null };
  if (rollout.state === 'failed') return { step: afterFailure(app), wakeAt: null };
  if (rollout.state === 'succeeded') return { wakeAt: null };

  const tally = count(app, target.services, sight);
  const key = `rollout:${app.name}`;
  if (tally.failed) {
    const { service, history } = tally.failed;
    const reason = `${service} ${describe(history)}`;
    return { step: { kind: 'record', key, event: { type: 'RolloutFailed', actor: 'control:rollout', ...because(history.exitedBy), body: { app: app.name, revision: rollout.revision, service, reason, tail: [] } } }, wakeAt: null };
  }
  if (rollout.state === 'progressing') {
    if (tally.ready < tally.slots || sight.total > tally.settled) return { wakeAt: null };
    return { step: { kind: 'record', key, event: { type: 'RolloutReady', actor: 'control:rollout', ...because(newest([sight.last, rollout.last])), body: { app: app.name, revision: rollout.revision } } }, wakeAt: null };
  }
  const since = wellSince(app, target.services, sight, rollout.readyAt ?? sight.now);
  // The agent that is missing wakes it.
  if (since === null) return { wakeAt: null };
  const end = since + Math.max(0, ...target.services.map((service) => service.update.monitor));
  if (sight.now < end) return { wakeAt: end };
  return { step: { kind: 'record', key, event: { type: 'RolloutSucceeded', actor: 'control:rollout', ...because(rollout.last), body: { app: app.name, revision: rollout.revision } } }, wakeAt: null };
}

/** Every slot of the target revision is ready, or given up within the allowed ratio. */
export function targetReady(app: App, sight: RolloutSight): boolean {
  const target = targetRevision(app);
  if (!target) return false;
  const tally = count(app, target.services, sight);
  return tally.ready >= tally.slots;
}

/** Since when no slot failed any more that is not given up; null while one has nobody who is ready. */
function wellSince(app: App, services: readonly Service[], sight: RolloutSight, readyAt: number): number | null {
  let since = readyAt;
  for (const service of services) {
    if (service.restart.policy === 'never') continue;
    for (let slot = 0; slot < replicasOf(app, service); slot++) {
      const key = slotKey(app.name, service.name, slot);
      const hash = serviceHash(service, generationOf(app, service.name, slot));
      const history = sight.history(key);
      const failed = history?.hash === hash && history.completed !== hash && history.exitedAt >= readyAt && history.failures > 0 && history.failures < service.restart.attempts;
      if (!failed) continue;
      const next = sight.slot(key).find((agent) => agent.hash === hash && agent.state === 'ready');
      if (!next) return null;
      since = Math.max(since, next.readyAt ?? sight.now);
    }
  }
  return since;
}

interface Tally {
  slots: number;
  /** Ready, completed, or given up within the allowed ratio. */
  ready: number;
  /** Agents that are where they should be. */
  settled: number;
  failed?: { service: Service['name']; history: SlotHistory };
}

function count(app: App, services: readonly Service[], sight: RolloutSight): Tally {
  const tally: Tally = { slots: 0, ready: 0, settled: 0 };
  for (const service of services) {
    const replicas = replicasOf(app, service);
    const failures: SlotHistory[] = [];
    for (let slot = 0; slot < replicas; slot++) {
      const key = slotKey(app.name, service.name, slot);
      const hash = serviceHash(service, generationOf(app, service.name, slot));
      const history = sight.history(key);
      tally.slots++;
      const isReady = sight.slot(key).filter((agent) => agent.hash === hash && (agent.state === 'ready' || agent.state === 'unready')).length;
      tally.settled += isReady;
      if (history?.completed === hash && service.restart.policy !== 'always') tally.ready++;
      else if (isReady > 0 && (service.restart.policy !== 'never')) tally.ready++;
      if (history && history.hash === hash && history.failures >= service.restart.attempts) {
        failures.push(history);
        if (isReady === 0) tally.ready++;
      }
    }
    if (failures.length > replicas * service.update.maxFailureRatio) tally.failed = { service: service.name, history: failures[0]! };
  }
  return tally;
}

/** A rollback is never rolled back, and what a person started or rolled back keeps being tried. */
function afterFailure(app: App): Step | undefined {
  const rollout = app.rollout!;
  if (rollout.kind !== 'deploy' || rollout.revision !== app.revision) return undefined;
  const change: Proposal['change'] = rollout.from === null ? { kind: 'stop' } : { kind: 'rollback', revision: rollout.from };
  const reasoning = rollout.from === null
    ? `revision ${rollout.revision} failed (${rollout.reason}) and there is no earlier one: stopped rather than left crashing`
    : `revision ${rollout.revision} failed (${rollout.reason}): back to revision ${rollout.from}, the last that stayed well`;
  const alternatives = [
    { option: `keep trying revision ${rollout.revision}`, whyNot: 'it failed as often in a row as its service allows' },
    rollout.from === null ? { option: 'go back', whyNot: 'no revision before it ever stayed well' } : { option: 'stop the app', whyNot: `revision ${rollout.from} stayed well and can serve` },
  ];
  return {
    kind: 'propose',
    key: `rollout:${app.name}`,
    origin: rollout.last,
    proposal: { app: app.name, actor: 'control:rollout', change, reasoning, confidence: 1, expected: rollout.from === null ? 'no agent runs' : `revision ${rollout.from} is ready`, alternatives },
  };
}

/** How a slot failed, for people: `crashed with exit code 1, 3 times in a row`. */
export function describe(history: SlotHistory): string {
  const { lastExit: exit, failures } = history;
  if (!exit) return `failed ${failures} times in a row`;
  const how = {
    'completed': 'ended by itself with exit code 0 although it should keep running',
    'crashed': exit.signal ? `crashed with ${exit.signal}` : `crashed with exit code ${exit.code}`,
    'out-of-memory': 'ran out of memory',
    'killed': `was killed from outside with ${exit.signal}`,
    'stopped': 'was stopped',
    'start-failed': 'could not be started',
    'never-ready': 'was never ready',
    'unhealthy': 'turned unhealthy',
    'lost': 'disappeared',
  }[exit.cause];
  const detail = exit.detail ? `: ${exit.detail}` : '';
  return failures > 1 && exit.cause !== 'never-ready' ? `${how}, ${failures} times in a row${detail}` : `${how}${detail}`;
}
