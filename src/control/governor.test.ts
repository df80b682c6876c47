import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fold } from '../ledger/state/fold.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { emptyState, type AppName, type Event, type NewEvent, type Proposal, type ServiceName, type State } from '../model/index.ts';
import { SeededRandom } from '../simulation/random.ts';
import { deployChange, sampleService } from '../simulation/workload.ts';
import { checks, defaultQuotas, type Quotas } from './checks.ts';
import { Governor } from './governor.ts';

/** A ledger in memory with the state that follows from it. */
function house(quotas: Partial<Quotas> = {}) {
  const log: Event[] = [];
  let state: State = emptyState;
  const append = async (events: readonly NewEvent[]) => {
    const written = events.map((event, index) => ({ ...event, position: log.length + index + 1, time: 1000 + log.length, version: 1 }) as Event);
    log.push(...written);
    state = written.reduce(fold, state);
    return written;
  };
  const ledger = { append } as unknown as Ledger;
  const governor = new Governor({ ledger, state: () => state, random: new SeededRandom(1), quotas: { ...defaultQuotas, ...quotas } });
  return { log, append, governor, state: () => state };
}

const propose = (change: Proposal['change'], over: Partial<Proposal> = {}): Proposal => ({ app: 'shop' as AppName, actor: 'user:ann', change, reasoning: 'because', confidence: 1, ...over });
const deploy = deployChange('shop', [sampleService('web', { replicas: 2 }), sampleService('db', { kind: 'store', store: 'postgresql', routes: [], update: { strategy: 'recreate', parallelism: 1, monitor: 0, maxFailureRatio: 0 } })]);
const node: NewEvent = { type: 'NodeSeen', actor: 'daemon', body: { node: 'local', cpu: 2000, memory: 4e9, isolations: ['process', 'namespace'], ownNetwork: true } };

async function deployed(quotas: Partial<Quotas> = {}) {
  const built = house(quotas);
  await built.append([node]);
  await built.governor.propose(propose(deploy));
  return built;
}

describe('the governor', () => {
  it('admits a deployment under the next number and cites the checks that let it through', async () => {
    const { governor, log } = await deployed();
    const second = await governor.propose(propose(deploy));
    expect(second.revision).toBe(2);
    expect(second.admittedBy).toEqual(['schema', ...Object.keys(checks)]);
    expect(log.filter((event) => event.type === 'DecisionAdmitted')).toHaveLength(2);
  });

  it('judges proposals one after the other, each on the state that the one before it left', async () => {
    const { governor } = await deployed();
    const decisions = await Promise.all([1, 2, 3, 4].map(() => governor.propose(propose(deploy))));
    expect(decisions.map((decision) => decision.revision)).toEqual([2, 3, 4, 5]);
  });

  const refusals: [string, Proposal, string][] = [
    ['an app that is not there', propose({ kind: 'stop' }, { app: 'nowhere' as AppName }), 'governor.unknown-app'],
    ['a service that the app does not have', propose({ kind: 'scale', service: 'cache' as ServiceName, replicas: 1 }), 'governor.unknown-service'],
    ['a revision that there never was', propose({ kind: 'rollback', revision: 9 }), 'governor.unknown-revision'],
    ['going back to what runs', propose({ kind: 'rollback', revision: 1 }), 'governor.same-revision'],
    ['two agents on one volume', propose({ kind: 'scale', service: 'db' as ServiceName, replicas: 2 }), 'governor.not-scalable'],
    ['more agents than there may be', propose({ kind: 'scale', service: 'web' as ServiceName, replicas: 999 }), 'governor.quota'],
    ['a node that nobody has seen', propose({ kind: 'node', node: 'mars', availability: 'drained' }, { app: null }), 'governor.unknown-node'],
    ['an advisor that removes', propose({ kind: 'remove', volumes: true }, { actor: 'advisor:cost' }), 'governor.blast-radius'],
    ['an advisor that scales to nothing', propose({ kind: 'scale', service: 'web' as ServiceName, replicas: 0 }, { actor: 'advisor:cost' }), 'governor.blast-radius'],
    ['a recommendation about an earlier revision', propose({ kind: 'correct', service: 'web' as ServiceName, port: 80 }, { actor: 'control:run-and-correct', basedOn: 1 }), 'governor.overtaken'],
    ['more memory than a node has', propose(deployChange('shop', [sampleService('web', { resources: { memory: 8e9 } })])), 'governor.no-place'],
    ['an isolation that no node offers', propose(deployChange('shop', [sampleService('web', { isolation: 'vm' })])), 'governor.no-place'],
    ['a proposal of the wrong shape', { ...propose({ kind: 'stop' }), confidence: 7 }, 'governor.schema'],
  ];
  it.each(refusals)('refuses %s, changes nothing and says what to do', async (_, proposal, code) => {
    const { governor, log, state } = await deployed({ agents: 100 });
    const before = state().apps;
    await expect(governor.propose(proposal)).rejects.toMatchObject({ code, next: expect.any(String) });
    expect(state().apps).toBe(before);
    expect(log.at(-1)!.type).toBe(code === 'governor.schema' ? 'DecisionAdmitted' : 'ProposalRejected');
  });

  it('refuses a second replica of an app that keeps its port where agents share the ports of the machine', async () => {
    const { governor, append } = house();
    await append([{ ...node, body: { ...node.body, ownNetwork: false } } as NewEvent]);
    await governor.propose(propose(deployChange('shop', [sampleService('web', { portAssignable: false })])));
    await expect(governor.propose(propose({ kind: 'scale', service: 'web' as ServiceName, replicas: 2 }))).rejects.toMatchObject({ code: 'governor.port-clash' });
  });

  it('lets people at the console and with tokens do what people may', async () => {
    for (const actor of ['user:ann', 'console:ann', 'token:admin']) {
      const { governor } = await deployed();
      await expect(governor.propose(propose({ kind: 'remove', volumes: false }, { actor }))).resolves.toMatchObject({ actor });
    }
  });

  it('never lets anything but a decision alter desired state', async () => {
    const { append, state } = await deployed();
    const desired = () => JSON.stringify([...state().apps.values()].map(({ name, desired: wish, revision, scale, generation }) => ({ name, wish, revision, scale, generation })));
    const before = desired();
    const agent = 'shop-web-0-aaaaaaaa' as never;
    const facts: NewEvent[] = [
      { type: 'AgentReady', actor: 'x', body: { agent } },
      { type: 'RolloutReady', actor: 'x', body: { app: 'shop' as AppName, revision: 1 } },
      { type: 'RolloutFailed', actor: 'x', body: { app: 'shop' as AppName, revision: 1, service: null, reason: 'x', tail: [] } },
      { type: 'DaemonStarted', actor: 'x', body: { version: '1', pid: 1, adopted: 0 } },
      { type: 'OrphanCollected', actor: 'x', body: { agent: 'x', driver: 'process' } },
    ];
    await fc.assert(fc.asyncProperty(fc.shuffledSubarray(facts), async (some) => {
      await append(some);
      expect(desired()).toBe(before);
    }));
  });
});
