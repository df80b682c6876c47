import { describe, expect, it } from 'vitest';
import { Proposal, emptyState, type AppName } from '../model/index.ts';
import { deployChange, sampleService } from '../simulation/workload.ts';
import { checks, defaultQuotas } from './checks.ts';

const app = 'shop' as AppName;
const proposal = (change: Proposal['change'], over: Partial<Proposal> = {}) => Proposal.parse({ app, change, actor: 'user:ada', reasoning: 'x', confidence: 1, ...over });
/** The code with which one check refuses; null when it does not. */
const refused = (check: string, of: ReturnType<typeof proposal>, quotas = defaultQuotas): string | null => {
  try {
    checks[check]!(of, emptyState, quotas);
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
});
