import { describe, expect, it } from 'vitest';
import { approvalText, approverText } from '../control/approval.ts';
import { Governor } from '../control/governor.ts';
import { readStatement } from '../control/statement.ts';
import { formatNote, formatVerifier, signatureTypes, signerOf, type Signer } from '../ledger/proof/note.ts';
import { fold } from '../ledger/state/fold.ts';
import { Live } from '../ledger/state/live.ts';
import { testLedger } from '../ledger/testing/directories.ts';
import { ComplianceFile, emptyState, type AppName, type State } from '../model/index.ts';
import { SeededRandom } from '../simulation/random.ts';
import { VirtualClock } from '../simulation/virtual-clock.ts';
import { deployChange, sampleService } from '../simulation/workload.ts';
import { complianceOf } from './compliance.ts';
import type { ComplianceRules } from './compliance-file.ts';

const person = (name: string, n: number) => signerOf(name, signatureTypes.ed25519, new Uint8Array(32).fill(n));
const [bob, eve, mallory] = [person('bob', 1), person('eve', 2), person('bob', 3)];
const key = (signer: Signer) => formatVerifier(signer.verifier);
const sign = (signer: Signer, text: string) => formatNote({ text, signatures: [signer.sign(text)] });

async function scene(now?: number, lost: () => string[] = () => []) {
  const ledger = await testLedger();
  const live = await Live.open<State>({ ledger, fold, empty: emptyState });
  const { rules } = ComplianceFile.parse({ rules: [{ id: 'two', rule: 'four-eyes', changes: ['node'] }] });
  const clock = new VirtualClock(now);
  const governor = new Governor({ ledger, state: () => live.current, random: new SeededRandom(1), compliance: { rules: () => rules, now: () => clock.now(), oldestSecret: () => null } });
  const compliance = complianceOf({ ledger, state: live, governor, clock, lost, rules: { path: 'x', current: () => rules } as unknown as ComplianceRules });
  await ledger.append([{ type: 'NodeSeen', actor: 'daemon', body: { node: 'here', cpu: 1, memory: 1, isolations: [], ownNetwork: true } }]);
  const propose = async (actor = 'user:root') => {
    await governor.propose({ app: null as unknown as AppName, change: { kind: 'node', node: 'here', availability: 'cordoned' }, actor, reasoning: 'because', confidence: 1 }).catch(() => undefined);
    return [...live.current.held.values()].at(-1)!;
  };
  return { ledger, live, compliance, propose, node: () => live.current.nodes.get('here')!.availability };
}

const add = (name: string, signer: Signer, also: string[] = []) => ({ person: `user:${name}`, key: key(signer), also });

describe('a second person', () => {
  it('is one who has a key of their own: then nothing else counts', async () => {
    const { compliance, propose, node, live, ledger } = await scene();
    await compliance.changeApprover(add('bob', bob), 'user:root', undefined);
    const held = await propose();
    expect((await compliance.view()).approvers).toEqual([add('bob', bob)]);
    expect(readStatement(compliance.statement(held.id))).toEqual({ text: approvalText(held), words: ['user:root wants to make node here cordoned', 'because: because'] });
    expect(() => compliance.statement('f'.repeat(32))).toThrow('waits for anybody');
    await expect(compliance.approve(held.id, 'token:admin', undefined)).rejects.toMatchObject({ code: 'governor.unsigned' });
    await expect(compliance.approve(held.id, 'user:root', sign(eve, approvalText(held)))).rejects.toMatchObject({ code: 'governor.signature' });
    await expect(compliance.approve(held.id, 'user:root', sign(mallory, approvalText(held)))).rejects.toMatchObject({ code: 'governor.signature' });
    await expect(compliance.approve(held.id, 'user:root', 'x')).rejects.toMatchObject({ code: 'governor.signature' });
    expect(node()).toBe('active');
    expect(await compliance.approve(held.id, 'user:root', sign(bob, approvalText(held)))).toMatchObject({ approvedBy: ['user:bob'], actor: 'user:root' });
    expect([node(), live.current.held.size]).toEqual(['cordoned', 0]);
    expect((await ledger.history({ types: ['ProposalReleased'] }))[0]).toMatchObject({ actor: 'user:bob', body: { by: 'user:bob' } });
  });

  it('has agreed to one proposal and no other', async () => {
    const { compliance, propose } = await scene();
    await compliance.changeApprover(add('bob', bob), 'user:root', undefined);
    const first = await propose();
    await compliance.reject(first.id, 'user:bob', '');
    const second = await propose();
    await expect(compliance.approve(second.id, 'user:root', sign(bob, approvalText(first)))).rejects.toMatchObject({ code: 'governor.signature' });
  });

  it('agrees to nothing that cannot be any more: a deployment whose secrets went with the app', async () => {
    const { ledger, compliance, live } = await scene(undefined, () => ['API_KEY']);
    const id = 'f'.repeat(32);
    const proposal = { app: 'shop', change: deployChange('shop', [sampleService('web')]), actor: 'user:root', reasoning: 'because', confidence: 1 };
    await ledger.append([{ type: 'ProposalHeld', actor: 'user:root', correlation: id, body: { id, proposal, rules: ['two'], reason: '' } } as never]);
    await expect(compliance.approve(id, 'user:bob', undefined)).rejects.toMatchObject({ code: 'env.secret-gone', next: `reject ${id}, and deploy again` });
    expect(live.current.held.has(id)).toBe(true);
  });

  it('is not who proposed it, whichever way they came in', async () => {
    const { compliance, propose } = await scene();
    await compliance.changeApprover(add('bob', bob, ['user:root']), 'user:root', undefined);
    for (const actor of ['user:root', 'console:bob']) {
      const held = await propose(actor);
      await expect(compliance.approve(held.id, 'user:x', sign(bob, approvalText(held)))).rejects.toMatchObject({ code: 'governor.same-person' });
    }
  });

  it('comes to be only with the agreement of one who is there, and goes so', async () => {
    const { compliance, live, ledger } = await scene();
    const since = async () => (await compliance.view()).approversSince;
    await expect(compliance.changeApprover({ person: 'user:bob', key: 'x', also: [] }, 'user:root', undefined)).rejects.toMatchObject({ code: 'ledger.note' });
    await compliance.changeApprover(add('bob', bob), 'user:root', undefined);
    await expect(compliance.changeApprover(add('eve', eve), 'user:root', undefined)).rejects.toMatchObject({ code: 'governor.unsigned' });
    await expect(compliance.changeApprover(add('bob', mallory), 'user:root', sign(mallory, approverText(add('bob', mallory), await since())))).rejects.toMatchObject({ code: 'governor.signature' });
    const agreed = sign(bob, approverText(add('eve', eve), await since()));
    await compliance.changeApprover(add('eve', eve), 'user:root', agreed);
    expect((await ledger.history({ types: ['ApproverChanged'] }))[0]!.body).toMatchObject({ person: 'user:eve', signedBy: 'user:bob' });
    const gone = { person: 'user:eve', key: null, also: [] };
    await expect(compliance.changeApprover(gone, 'user:root', undefined)).rejects.toMatchObject({ code: 'governor.unsigned' });
    await compliance.changeApprover(gone, 'user:root', sign(bob, approverText(gone, await since())));
    expect([...live.current.approvers.keys()]).toEqual(['user:bob']);
    // What was agreed to once is not agreed to again.
    await expect(compliance.changeApprover(add('eve', eve), 'user:root', agreed)).rejects.toMatchObject({ code: 'governor.signature' });
    await expect(compliance.changeApprover({ person: 'user:nobody', key: null, also: [] }, 'user:root', undefined)).rejects.toMatchObject({ code: 'governor.unknown-approver' });
  });
});

describe('a report of a period', () => {
  it('counts all that is of it, and nothing of before', async () => {
    const { ledger, compliance } = await scene();
    const violated = () => ({ type: 'ComplianceViolated' as const, actor: 'control:governor', body: { rule: 'two', app: null, kind: 'node', by: 'user:ada', detail: '', blocked: true } });
    const before = (await ledger.append([violated()])).at(-1)!;
    for (let i = 0; i < 3; i++) await ledger.append(Array.from({ length: 5_000 }, violated));
    expect((await compliance.report(String(before.position + 1), 'now')).violations).toEqual([{ rule: 'two', blocked: 15_000, alerted: 0, people: ['user:ada'] }]);
    expect((await compliance.report(String(before.position), String(before.position))).violations).toMatchObject([{ blocked: 1 }]);
    expect((await compliance.report('1', 'now')).violations).toMatchObject([{ blocked: 15_001 }]);
    await expect(compliance.report('2999-01-01', 'now')).rejects.toMatchObject({ code: 'time.beyond' });
    await ledger.close();
  });

  it('begins thirty days ago when nobody says where, or behind what is archived when that is later', async () => {
    const day = 86_400_000;
    const violated = { type: 'ComplianceViolated' as const, actor: 'control:governor', body: { rule: 'two', app: null, kind: 'node', by: 'user:ada', detail: '', blocked: true } };
    const reportOf = async (now: number, archived: boolean) => {
      const { ledger, compliance } = await scene(now);
      const { time } = (await ledger.append(Array.from({ length: 300 }, () => violated))).at(-1)!;
      if (archived) await ledger.log.prune({ from: 0, upTo: 256, name: 'x.tar', sha256: '', bytes: 1, state: '' });
      const { from, violations } = await compliance.report(undefined, 'now');
      return { from, time, blocked: violations[0]?.blocked };
    };
    const { time } = await reportOf(day, false);
    expect(await reportOf(time + 29 * day, false)).toMatchObject({ from: null, blocked: 300 });
    expect(await reportOf(time + 29 * day, true)).toMatchObject({ from: time, blocked: 45 });
    expect(await reportOf(time + 31 * day, false)).toMatchObject({ from: time + day, blocked: undefined });
    expect(await reportOf(time + 31 * day, true)).toMatchObject({ from: time + day, blocked: undefined });
  });
});
