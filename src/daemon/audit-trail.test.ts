import { describe, expect, it } from 'vitest';
import type { AuditQuery } from '../api/memory.ts';
import { handClock, sample } from '../ledger/testing/events.ts';
import { testLedger } from '../ledger/testing/directories.ts';
import type { Event, NewEvent } from '../model/index.ts';
import { auditTrail } from './audit-trail.ts';
import { viewEvent } from './describe-event.ts';

const all: AuditQuery = { from: undefined, to: undefined, actor: undefined, app: undefined, kind: undefined, outcome: undefined, before: undefined, limit: 10 };

const decision = (reason?: string) => ({
  type: 'DecisionAdmitted', actor: 'user:ada', body: {
    decision: {
      id: 'd', app: 'shop', change: { kind: 'stop' }, actor: 'user:ada', reasoning: 'it was asked for', ...(reason !== undefined && { reason }), confidence: 1, evidence: [], expected: '', basedOn: null, readings: [], alternatives: [],
      effect: null, revision: null, admittedBy: [], judgedOn: null, policies: [], approvedBy: [], window: null,
    },
  },
}) as unknown as NewEvent;
const measurement = (decided: number, outcome: 'held' | 'failed') => ({ type: 'DecisionMeasured', actor: 'control:measurement', body: { id: 'd', decided, app: 'shop', kind: 'stop', confidence: 1, outcome, milliseconds: 1, detail: '' } }) as unknown as NewEvent;
const tell = (event: Event) => viewEvent(event, new Map());

describe('the audit trail', () => {
  it('says of a decision why somebody wanted it, in their words', async () => {
    const ledger = await testLedger();
    await ledger.append([decision(), decision('before the fair')]);
    const { records } = await auditTrail({ ...all, kind: 'stop' }, { ledger, clock: handClock(), tell });
    expect(records.map(({ reason, text }) => [reason, text])).toEqual([['before the fair', 'shop is stopped: before the fair'], ['it was asked for', 'shop is stopped: it was asked for']]);
    await ledger.close();
  });

  it('begins and ends with the positions that are named', async () => {
    const ledger = await testLedger();
    await ledger.append([decision(), decision(), decision(), decision()]);
    const { records } = await auditTrail({ ...all, from: '2', to: '3' }, { ledger, clock: handClock(), tell });
    expect(records.map(({ position }) => position)).toEqual([3, 2]);
    await ledger.close();
  });

  it('knows what came of decisions that many others have followed, soon or late', async () => {
    const ledger = await testLedger();
    await ledger.append([decision(), decision(), decision(), measurement(2, 'failed'), ...Array.from({ length: 25_000 }, () => measurement(999_999, 'held')), measurement(1, 'held')]);
    const { records } = await auditTrail({ ...all, kind: 'stop', to: '3' }, { ledger, clock: handClock(), tell });
    expect(records.map(({ position, outcome }) => [position, outcome])).toEqual([[3, 'open'], [2, 'failed'], [1, 'held']]);
    await ledger.close();
  });

  it('looks for what comes of decisions among decisions only, however long the ledger is', async () => {
    const ledger = await testLedger();
    await ledger.append([decision(), measurement(1, 'failed'), ...Array.from({ length: 25_000 }, (_, n) => sample(n))]);
    const ask = async (over: Partial<AuditQuery>) => {
      const { records, next } = await auditTrail({ ...all, ...over }, { ledger, clock: handClock(), tell });
      return [records.map(({ position }) => position), next];
    };
    expect(await ask({ outcome: 'failed' })).toEqual([[2, 1], null]);
    expect(await ask({ outcome: 'refused' })).toEqual([[], null]);
    expect(await ask({ outcome: 'failed', kind: 'agent-exited' })).toEqual([[], null]);
    expect(await ask({ outcome: 'failed', kind: 'stop' })).toEqual([[2, 1], null]);
    await ledger.close();
  });

  it('refuses a kind that nothing can be of, rather than find nothing', async () => {
    const ledger = await testLedger();
    await ledger.append([sample(1)]);
    const ask = (kind: string) => auditTrail({ ...all, kind }, { ledger, clock: handClock(), tell: () => { throw new Error('nothing matches'); } });
    for (const kind of ['deploy', 'node', 'agent-exited', 'AgentExited']) expect(await ask(kind)).toEqual({ records: [], next: null });
    for (const kind of ['bogus', 'deploys', 'agent']) await expect(ask(kind)).rejects.toMatchObject({ code: 'request.invalid', message: `Nothing is of the kind ${kind}` });
    await ledger.close();
  });
});
