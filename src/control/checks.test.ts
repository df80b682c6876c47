import { describe, expect, it } from 'vitest';
import { Proposal, emptyState, type App, type AppName, type Node, type Service, type State } from '../model/index.ts';
import { deployChange, sampleService } from '../simulation/workload.ts';
import { checks, defaultQuotas } from './checks.ts';

const app = 'shop' as AppName;
const proposal = (change: Proposal['change'], over: Partial<Proposal> = {}) => Proposal.parse({ app, change, actor: 'user:ada', reasoning: 'x', confidence: 1, ...over });
/** The code with which one check refuses; null when it does not. */
const refused = (check: string, of: ReturnType<typeof proposal>, quotas = defaultQuotas, state: State = emptyState): string | null => {
  try {
    checks[check]!(of, state, quotas);
    return null;
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe('the checks of the governor', () => {
  it('want a target that is there', () => {
    expect(refused('target', proposal({ kind: 'stop' }))).toBe('governor.unknown-app');
    expect(refused('target', proposal({ kind: 'stop' }, { app: null }))).toBe('governor.no-app');
    expect(refused('target', proposal({ kind: 'node', node: 'x', availability: 'active' }, { app: null }))).toBe('governor.unknown-node');
    expect(refused('target', proposal(deployChange('shop', [sampleService('web')])))).toBeNull();
  });

  it('keep to the quotas', () => {
    const deploy = proposal(deployChange('shop', [sampleService('web', { replicas: 3 })]));
    expect(refused('quota', deploy)).toBeNull();
    for (const quota of [{ apps: 0 }, { servicesPerApp: 0 }, { replicasPerService: 2 }, { agents: 2 }]) expect(refused('quota', deploy, { ...defaultQuotas, ...quota }), JSON.stringify(quota)).toBe('governor.quota');
  });

  it('let nothing that acts by itself take away', () => {
    for (const actor of ['control:rollout', 'advisor:scaling', 'driver:oci', 'daemon']) {
      expect(refused('blast-radius', proposal({ kind: 'remove', volumes: false }, { actor })), actor).toBe('governor.blast-radius');
      expect(refused('blast-radius', proposal({ kind: 'rollback', revision: 1 }, { actor })), actor).toBe(actor.startsWith('control:') ? null : 'governor.blast-radius');
    }
    expect(refused('blast-radius', proposal({ kind: 'remove', volumes: true }))).toBeNull();
  });

  it('keep a fork from the world, whatever is deployed over it, and let it be only where agents have networks of their own', () => {
    const deploy = (over: Partial<Service>) => proposal(deployChange('shop', [sampleService('web', over)]));
    const on = (ownNetwork: boolean, services: readonly Service[]): State => ({
      ...emptyState, nodes: emptyState.nodes.set('here', { name: 'here', ownNetwork } as Node),
      apps: emptyState.apps.set(app, { name: app, revision: 1, revisions: new Map([[1, { services }]]) } as unknown as App),
    });
    const judged = (over: Partial<Service>, state: State) => refused('containment', deploy(over), defaultQuotas, state);
    const [plain, fork] = [[sampleService('web')], [sampleService('web', { contained: true })]];
    expect(judged({}, on(true, plain))).toBeNull();
    expect(judged({}, on(true, fork))).toBe('governor.not-contained');
    expect(judged({ contained: true }, on(true, fork))).toBeNull();
    expect(judged({ contained: true }, on(false, fork))).toBe('governor.not-contained');
    expect(judged({ contained: true, isolation: 'process' }, on(true, fork))).toBe('governor.not-contained');
  });
});
