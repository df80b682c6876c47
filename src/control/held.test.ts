import { describe, expect, it } from 'vitest';
import { fold } from '../ledger/state/fold.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { ComplianceFile, emptyState, originOf, type AppName, type Event, type NewEvent, type Proposal, type State } from '../model/index.ts';
import { Governor } from './governor.ts';

const app = 'shop' as AppName;

/** A governor before a ledger in memory, with rules. */
function scene(rules: object[]) {
  const events: Event[] = [];
  const seen = originOf({ position: 0 });
  let state: State = { ...emptyState, apps: emptyState.apps.set(app, { name: app, desired: 'stopped', decided: {}, revision: 0, revisions: emptyState.apps, createdAt: 0, rollout: null, scale: {}, generation: {}, corrections: {}, stable: null, removeVolumes: false } as never), nodes: emptyState.nodes.set('here', { name: 'here', cpu: 1, memory: 1, isolations: [], ownNetwork: true, availability: 'active', last: seen }) };
  const ledger = {
    append: async (fresh: readonly NewEvent[]) => fresh.map((event) => {
      const written = { ...event, position: state.position + 1, time: 1000, version: 1 } as Event;
      events.push(written);
      state = fold(state, written);
      return written;
    }),
  } as unknown as Ledger;
  const parsed = ComplianceFile.parse({ rules }).rules;
  const governor = new Governor({ ledger, state: () => state, random: { next: () => Math.sin(state.position + 1) ** 2 }, compliance: { rules: () => parsed, now: () => 1000, oldestSecret: () => null } });
  return { governor, events, state: () => state, types: () => events.map(({ type }) => type) };
}

const remove: Proposal = { app, change: { kind: 'remove', volumes: true }, actor: 'user:ada', reasoning: 'because', confidence: 1 };

describe('a change that needs a second person', () => {
  it('waits, is let through by another one, and says so', async () => {
    const { governor, events, state, types } = scene([{ id: 'two', rule: 'four-eyes' }]);
    await expect(governor.propose(remove)).rejects.toMatchObject({ code: 'governor.approval-needed', next: expect.stringContaining('swarmctl approve') });
    const [held] = [...state().held.values()];
    expect(state().apps.get(app)!.desired).toBe('stopped');
    await expect(governor.approve(held!.id, 'console:ada')).rejects.toMatchObject({ code: 'governor.same-person' });
    await expect(governor.approve('0'.repeat(32), 'user:bob')).rejects.toMatchObject({ code: 'governor.unknown-proposal' });
    expect(await governor.approve(held!.id, 'user:bob')).toMatchObject({ approvedBy: ['user:bob'], policies: ['two'], actor: 'user:ada' });
    expect(types()).toEqual(['ComplianceRulesChanged', 'ProposalHeld', 'ProposalReleased', 'DecisionAdmitted']);
    expect(events[3]).toMatchObject({ cause: 2, correlation: held!.id });
    expect([state().held.size, state().apps.get(app)!.desired]).toEqual([0, 'removed']);
    await expect(governor.approve(held!.id, 'user:bob')).rejects.toMatchObject({ code: 'governor.unknown-proposal' });
  });

  it('can be turned down', async () => {
    const { governor, events, state } = scene([{ id: 'two', rule: 'four-eyes' }]);
    await governor.propose(remove).catch(() => undefined);
    const [held] = [...state().held.keys()];
    await governor.reject(held!, 'user:bob', 'still needed');
    expect(events.at(-1)).toMatchObject({ type: 'ProposalReleased', body: { verdict: 'rejected', by: 'user:bob', reason: 'still needed' } });
    expect(state().held.size).toBe(0);
  });
});

describe('a rule that is not kept', () => {
  const node: Proposal = { app: null, change: { kind: 'node', node: 'here', availability: 'cordoned' }, actor: 'user:ada', reasoning: 'because', confidence: 1 };
  const freeze = { id: 'never', rule: 'freeze', changes: ['node'], days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'], from: '00:00', to: '24:00' };

  it('blocks, and is written down', async () => {
    const { governor, events, state } = scene([freeze]);
    await expect(governor.propose(node)).rejects.toMatchObject({ code: 'governor.compliance', message: expect.stringContaining('no node on mon') });
    expect(events.slice(1).map(({ type, body }) => [type, 'blocked' in body ? body.blocked : null])).toEqual([['ProposalRejected', null], ['ComplianceViolated', true]]);
    expect(state().nodes.get('here')!.availability).toBe('active');
  });

  it('only tells where it is to alert', async () => {
    const { governor, types, state } = scene([{ ...freeze, mode: 'alert' }]);
    expect(await governor.propose(node)).toMatchObject({ policies: ['never'] });
    expect(types()).toEqual(['ComplianceRulesChanged', 'ComplianceViolated', 'DecisionAdmitted']);
    expect(state().nodes.get('here')!.availability).toBe('cordoned');
  });

  it('does not hold up control', async () => {
    const { governor } = scene([freeze]);
    await expect(governor.propose({ ...node, actor: 'control:drain' })).resolves.toBeDefined();
  });
});
