import { describe, expect, it } from 'vitest';
import type { AgentId, AppName, NewEvent, ServiceName } from '../../model/index.ts';
import { sample } from '../testing/events.ts';
import { temporaryDirectory, testLedger } from '../testing/directories.ts';

const agentOf = (app: string, n: number) => `${app}-web-${n}-abcdefgh` as AgentId;

function created(app: string, n: number): NewEvent {
  const agent = agentOf(app, n);
  const handle = { driver: 'process' as const, agent, directory: '/d', port: null };
  return { type: 'AgentCreated', actor: 'control', body: { agent, app: app as AppName, service: 'web' as ServiceName, slot: n, revision: 1, hash: 'h', node: 'n', isolation: 'process', handle } };
}
const ready = (app: string, n: number): NewEvent => ({ type: 'AgentReady', actor: 'control', body: { agent: agentOf(app, n) } });
const rejected = (app: string): NewEvent => ({
  type: 'ProposalRejected', actor: 'governor', body: { code: 'c', reason: 'r', proposal: { app: app as AppName, change: { kind: 'stop' }, actor: 'user:a', reasoning: '', confidence: 1 } as never },
});

describe('history', () => {
  it('finds the newest events of an app first, with those of its agents, also after reopening', async () => {
    const directory = temporaryDirectory();
    const first = await testLedger({ directory });
    await first.append([created('shop', 0), created('shop-web', 0), ready('shop', 0), sample(1), rejected('shop')]);
    await first.close();
    const ledger = await testLedger({ directory });
    await ledger.append([ready('shop-web', 0), ready('shop', 0)]);
    const positions = async (query: Parameters<typeof ledger.history>[0]) => (await ledger.history(query)).map((event) => event.position);
    expect(await positions({ app: 'shop' })).toEqual([7, 5, 3, 1]);
    expect(await positions({ app: 'shop-web' })).toEqual([6, 2]);
    expect(await positions({ app: 'shop', limit: 2 })).toEqual([7, 5]);
    expect(await positions({ app: 'shop', before: 5 })).toEqual([3, 1]);
    expect(await positions({ types: ['AgentReady', 'AgentCreated'], limit: 3 })).toEqual([7, 6, 3]);
    expect(await positions({ app: 'shop', types: ['AgentReady', 'AgentReady', 'DaemonStopped'] })).toEqual([7, 3]);
    expect(await positions({ app: 'nobody' })).toEqual([]);
    expect(await positions({ types: [] })).toEqual([]);
    expect(await positions({})).toEqual([7, 6, 5, 4, 3, 2, 1]);
  });
});
