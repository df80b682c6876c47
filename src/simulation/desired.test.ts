import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { fold } from '../ledger/state/fold.ts';
import { canonical, emptyState, eventBodies, type AppName, type Event, type EventType, type State } from '../model/index.ts';
import { historyOf } from './campaign.ts';

/** All that somebody can want: what runs, how often, in which generation, and where agents may be. */
function desired({ apps, nodes }: State): string {
  const wanted = [...apps.values()].filter((app) => app.desired !== 'removed').map(({ name, desired: state, revision, revisions, scale, generation, corrections }) => ({
    name, state, revision, scale, generation, corrections, revisions: [...revisions.values()].sort((a, b) => a.number - b.number),
  }));
  const kept = [...nodes.values()].filter((node) => node.availability !== 'active').map(({ name, availability }) => ({ name, availability }));
  return canonical({ wanted: wanted.sort((a, b) => (a.name < b.name ? -1 : 1)), kept });
}

/** Types that the simulator never writes. */
const others: readonly Event[] = ([
  { type: 'DeploymentRequested', body: { app: 'shop' as AppName, deployment: 'd', location: '/' } },
  { type: 'BuildFinished', body: { app: 'shop' as AppName, deployment: 'd', artefacts: [], cached: true, milliseconds: 1 } },
  { type: 'DeploymentFailed', body: { app: 'shop' as AppName, deployment: 'd', error: { code: 'x', message: 'x', retryable: false }, tail: [] } },
  { type: 'ComplianceViolated', body: { rule: 'r', app: 'shop' as AppName, kind: 'deploy', by: 'user:x', detail: 'x', blocked: true } },
  { type: 'ProposalHeld', body: { id: 'p', proposal: { app: 'shop' as AppName, change: { kind: 'remove', volumes: true } }, rules: [], reason: 'x' } },
  { type: 'ProposalReleased', body: { id: 'p', app: 'shop' as AppName, verdict: 'approved', by: 'user:x', reason: '' } },
  { type: 'ComplianceRulesChanged', body: { rules: [{ id: 'r', rule: 'replicas', mode: 'block', criteria: [], most: 1 }], hash: 'x' } },
  { type: 'ApproverChanged', body: { person: 'user:x', key: 'k', also: [], signedBy: null } },
  { type: 'SnapshotTaken', body: { app: 'shop' as AppName, apps: ['shop'], snapshot: 'x' } },
  { type: 'SnapshotRestored', body: { app: 'shop' as AppName, apps: ['shop'], snapshot: 'x' } },
  { type: 'DaemonStarted', body: { version: '1', pid: 1, adopted: 0 } },
  { type: 'DaemonStopped', body: { reason: 'x' } },
  { type: 'LedgerArchived', body: { from: 0, upTo: 256, name: 'x', sha256: 'x', bytes: 1, state: 'x' } },
  { type: 'LedgerRecovered', body: { quarantined: 'x', kept: 1, lost: 1, reason: 'x' } },
  { type: 'OrphanCollected', body: { agent: 'shop-web-0-aaaaaaaa', driver: 'simulated' } },
  { type: 'NodeSeen', body: { node: 'local', cpu: 1, memory: 1, isolations: [], ownNetwork: false } },
  { type: 'AgentUnready', body: { agent: 'shop-web-0-aaaaaaaa', reason: 'x' } },
  { type: 'RolloutFailed', body: { app: 'shop' as AppName, revision: 1, service: null, reason: 'x', tail: [] } },
  { type: 'AppRemoved', body: { app: 'shop' as AppName, volumes: true } },
] as unknown as Event[]).map((event) => ({ ...event, position: 1, time: 1, version: 1, actor: 'test' }));

describe('desired state', () => {
  const states: State[] = [];
  const events: Event[] = [...others];

  beforeAll(async () => {
    for (let seed = 1; seed <= 15; seed++) {
      const log = await historyOf(seed);
      let state = emptyState;
      for (const event of log) {
        state = fold(state, event);
        if (state.position % 7 === 0) states.push(state);
        if (event.type !== 'DecisionAdmitted') events.push(event);
      }
    }
  });

  it('is altered by nothing but an admitted decision, whatever event of whatever history comes in whatever state', () => {
    fc.assert(fc.property(fc.nat(states.length - 1), fc.nat(events.length - 1), (at, which) => {
      const [state, event] = [states[at]!, events[which]!];
      expect(desired(fold(state, { ...event, position: state.position + 1 })), event.type).toBe(desired(state));
    }), { numRuns: 3000 });
    for (const event of others) for (const state of states) expect(desired(fold(state, event)), event.type).toBe(desired(state));
  });

  it('was tried with every type of event that there is', () => {
    const tried = new Set<string>(events.map(({ type }) => type));
    const untried = (Object.keys(eventBodies) as EventType[]).filter((type) => type !== 'DecisionAdmitted' && !tried.has(type));
    expect(untried).toEqual([]);
  });
});
