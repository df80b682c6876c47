import { describe, expect, it } from 'vitest';
import { chainTo, isBeginning, uncaused } from '../ledger/events/causality.ts';
import { fold } from '../ledger/state/fold.ts';
import { emptyState, type Event } from '../model/index.ts';
import { historyOf } from './campaign.ts';

describe('causes and correlations', () => {
  it('lead every event of restless histories with faults back to an intent or an observation', async () => {
    for (let seed = 1; seed <= 40; seed++) {
      const log = await historyOf(seed);
      const missing = uncaused(log).map((position) => `${seed}: ${position} ${log[position - 1]!.type}`);
      expect(missing).toEqual([]);
      const without = log.filter((event) => event.correlation === undefined && event.type !== 'NodeSeen' && event.type !== 'OrphanCollected' && event.type !== 'ProposalRejected');
      expect(without.map((event) => `${seed}: ${event.position} ${event.type}`)).toEqual([]);
    }
  });

  it('say of a rollout nothing that was caused before it was decided', async () => {
    const found: string[] = [];
    for (let seed = 1; seed <= 40; seed++) {
      let state = emptyState;
      for (const event of await historyOf(seed)) {
        const rollout = event.type === 'RolloutReady' || event.type === 'RolloutSucceeded' || event.type === 'RolloutFailed' ? state.apps.get(event.body.app)?.rollout : undefined;
        if (rollout && (event.cause ?? 0) < rollout.decided.position) found.push(`${seed}: ${event.position} ${event.type}, caused by ${event.cause}, of the decision at ${rollout.decided.position}`);
        state = fold(state, event);
      }
    }
    expect(found).toEqual([]);
  });

  it('hold an event together with what it follows from: the same app, and one matter from the decision to the agent that is gone', async () => {
    const log = await historyOf(7);
    const read = async (position: number) => log[position - 1];
    const created = new Map(log.flatMap((event) => (event.type === 'AgentCreated' ? [[event.body.agent as string, event.body.app as string]] : [])));
    const appOf = (event: Event) => (event.type === 'DecisionAdmitted' ? event.body.decision.app : 'app' in event.body ? event.body.app : 'agent' in event.body ? created.get(event.body.agent) : undefined) ?? undefined;
    for (const event of log) {
      const chain = await chainTo(event.position, read);
      expect(isBeginning(chain[0]!)).toBe(true);
      const apps = new Set(chain.map(appOf).filter((app) => app !== undefined));
      expect(apps.size, `${event.position} ${event.type}`).toBeLessThanOrEqual(1);
    }
  });
});
