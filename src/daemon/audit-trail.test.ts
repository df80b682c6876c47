import { describe, expect, it } from 'vitest';
import type { AuditQuery } from '../api/memory.ts';
import { handClock, sample } from '../ledger/testing/events.ts';
import { testLedger } from '../ledger/testing/directories.ts';
import { auditTrail } from './audit-trail.ts';

const all: AuditQuery = { from: undefined, to: undefined, actor: undefined, app: undefined, kind: undefined, outcome: undefined, before: undefined, limit: 10 };

describe('the audit trail', () => {
  it('refuses a kind that nothing can be of, rather than find nothing', async () => {
    const ledger = await testLedger();
    await ledger.append([sample(1)]);
    const ask = (kind: string) => auditTrail({ ...all, kind }, { ledger, clock: handClock(), tell: () => { throw new Error('nothing matches'); } });
    for (const kind of ['deploy', 'node', 'agent-exited', 'AgentExited']) expect(await ask(kind)).toEqual({ records: [], next: null });
    for (const kind of ['bogus', 'deploys', 'agent']) await expect(ask(kind)).rejects.toMatchObject({ code: 'request.invalid', message: `Nothing is of the kind ${kind}` });
    await ledger.close();
  });
});
