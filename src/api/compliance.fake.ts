import { StratoError, type Decision } from '../model/index.ts';
import type { Compliance } from './compliance.ts';

/** One rule, and one proposal that waits for it. */
export function fakeCompliance(backend: { readonly asked: { what: string; with: unknown }[] }): Compliance {
  const id = 'ab'.repeat(16);
  return {
    view: () => ({
      path: '/home/compliance.yaml', held: [{ id, app: 'shop', kind: 'remove', by: 'user:ada', at: 1000, rules: ['two-people'], reason: 'a second person has to agree to remove shop' }], approvers: [], approversSince: 0,
      rules: [{ id: 'two-people', rule: 'four-eyes', mode: 'block', criteria: ['CC6.3', 'CC8.1'], what: 'a second person agrees', violations: 2, lastViolation: 2000 }],
    }),
    statement(asked) {
      if (asked !== id) throw new StratoError('governor.unknown-proposal', `no proposal ${asked} waits for anybody`);
      return 'x\n\n{}\n';
    },
    async report(from, to) {
      backend.asked.push({ what: 'report', with: { from, to } });
      return { from: 1000, to: 3000, decisions: { deploy: 2 }, refused: 1, approved: 1, rejected: 0, violations: [{ rule: 'two-people', blocked: 2, alerted: 0, people: ['user:ada'] }] };
    },
    async approve(asked, actor) {
      backend.asked.push({ what: 'approve', with: { id: asked, actor } });
      if (asked !== id) throw new StratoError('governor.unknown-proposal', `no proposal ${asked} waits for anybody`);
      return { id: 'd1', app: 'shop', change: { kind: 'remove', volumes: true }, admittedBy: ['schema'] } as unknown as Decision;
    },
    async changeApprover(change, actor) {
      backend.asked.push({ what: 'approver', with: { ...change, actor } });
    },
    async reject(asked, actor, reason) {
      backend.asked.push({ what: 'reject', with: { id: asked, actor, reason } });
    },
  };
}
