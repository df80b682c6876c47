import { describe, expect, it } from 'vitest';
import { serviceHash, type Agent, type App, type SlotHistory } from '../model/index.ts';
import { sampleService } from '../simulation/workload.ts';
import { rolloutStep } from './rollout.ts';

const web = sampleService('web');
const hash = serviceHash(web, 0);
const readyAt = 10_000;
const app = {
  name: 'shop', desired: 'running', revision: 2, scale: {}, generation: {}, rollout: { revision: 2, kind: 'deploy', from: 1, state: 'monitoring', readyAt, reason: '', tail: [], last: { position: 5, correlation: 'c' } },
  revisions: new Map([[2, { number: 2, services: [web] }]]),
} as unknown as App;
const agent = (over: Partial<Agent>) => ({ hash, state: 'ready', readyAt, ...over }) as Agent;
const failed = (over: Partial<SlotHistory>) => ({ failures: 1, hash, completed: null, exitedAt: readyAt + 1_000, lastExit: { cause: 'out-of-memory', code: null, signal: 'SIGKILL' }, ...over }) as SlotHistory;
/** What comes of the rollout: the type of an event, or when it is looked at again. */
const outcome = (now: number, agents: readonly Agent[], history?: SlotHistory) => {
  const { step, wakeAt } = rolloutStep(app, { slot: () => agents, history: () => history, total: agents.length, last: undefined, now });
  return step?.kind === 'record' ? step.event.type : wakeAt;
};
const end = readyAt + web.update.monitor;

describe('a rollout that is watched', () => {
  it('has succeeded when nobody failed for as long as it is watched', () => {
    expect(outcome(end - 1, [agent({})])).toBe(end);
    expect(outcome(end, [agent({})])).toBe('RolloutSucceeded');
  });

  it('is watched anew from the agent on that takes the place of one that failed meanwhile', () => {
    expect(outcome(end, [], failed({}))).toBeNull();
    expect(outcome(end, [agent({ state: 'starting', readyAt: null })], failed({}))).toBeNull();
    const next = agent({ readyAt: readyAt + 2_000 });
    expect(outcome(end, [next], failed({}))).toBe(end + 2_000);
    expect(outcome(end + 2_000, [next], failed({}))).toBe('RolloutSucceeded');
  });

  it('has failed when the failures are as many as the service allows', () => {
    expect(outcome(end, [agent({})], failed({ failures: web.restart.attempts }))).toBe('RolloutFailed');
  });

  it('takes no account of failures before it was ready, of another revision, and of what is not tried again', () => {
    for (const history of [failed({ exitedAt: readyAt - 1 }), failed({ hash: 'other' }), failed({ failures: 0 }), failed({ completed: hash })]) expect(outcome(end, [agent({})], history)).toBe('RolloutSucceeded');
  });
});
