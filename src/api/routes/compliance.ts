import * as z from 'zod';
import { ComplianceReport, ComplianceView, HeldView } from '../compliance-views.ts';
import { json, route, type Route } from '../route.ts';
import { DecisionView } from '../views.ts';

const params = z.strictObject({ id: z.string().regex(/^[0-9a-f]{32}$/, 'the id of a proposal') });
const Moment = z.string().min(1).max(100);

/** A C2SP signed note of an approver. */
const Note = z.string().max(5_000).optional();
const Person = z.string().regex(/^user:[\w.@-]{1,60}$/, 'a person: user:bob');

/** Rules of the compliance file, and what waits for another person. */
export const complianceRoutes: readonly Route[] = [
  route({
    method: 'GET', path: '/v1/compliance', role: 'viewer', summary: 'The rules in force, how often each was not kept, and what waits for approval', answer: ComplianceView,
    handle: async ({ backend }) => json(await backend.compliance.view()),
  }),
  route({
    method: 'GET', path: '/v1/compliance/report', role: 'viewer', summary: 'Decisions, refusals, approvals and violations of a period; without from, of the thirty days before, as far as they are not archived', query: z.strictObject({ from: Moment.optional(), to: Moment.default('now') }), answer: ComplianceReport,
    handle: async ({ backend, query: { from, to } }) => json(await backend.compliance.report(from, to)),
  }),
  route({
    method: 'GET', path: '/v1/proposals', role: 'viewer', summary: 'Proposals that wait for another person', answer: z.object({ proposals: z.array(HeldView) }),
    handle: async ({ backend }) => json({ proposals: (await backend.compliance.view()).held }),
  }),
  route({
    method: 'GET', path: '/v1/proposals/{id}', role: 'viewer', summary: 'What an approver signs to agree to a proposal, with the whole proposal', params, answer: z.object({ id: z.string(), statement: z.string() }),
    handle: ({ backend, params: { id } }) => json({ id, statement: backend.compliance.statement(id) }),
  }),
  route({
    method: 'POST', path: '/v1/proposals/{id}/approve', role: 'admin', summary: 'Agree to a proposal of somebody else', params, body: z.strictObject({ note: Note }), answer: DecisionView,
    handle: async ({ backend, params: { id }, identity: { actor }, body: { note } }) => {
      const { id: decision, app, change, admittedBy } = await backend.compliance.approve(id, actor, note);
      return json({ id: decision, kind: change.kind, app, admittedBy });
    },
  }),
  route({
    method: 'POST', path: '/v1/proposals/{id}/reject', role: 'operator', summary: 'Turn a proposal down, or take one’s own back', params, body: z.strictObject({ reason: z.string().max(500).default('') }), answer: z.object({ id: z.string() }),
    handle: async ({ backend, params: { id }, identity: { actor }, body: { reason } }) => {
      await backend.compliance.reject(id, actor, reason);
      return json({ id });
    },
  }),
  route({
    method: 'POST', path: '/v1/approvers', role: 'admin', localOnly: true, summary: 'Add, change or remove somebody whose signature counts as another person’s agreement',
    body: z.strictObject({ person: Person, key: z.string().max(300).nullable(), also: z.array(z.string().regex(/^(user|console|token):[\w.@-]{1,60}$/)).max(20).default([]), note: Note }), answer: z.object({ person: z.string() }),
    handle: async ({ backend, body: { note, ...change }, identity: { actor } }) => {
      await backend.compliance.changeApprover(change, actor, note);
      return json({ person: change.person });
    },
  }),
];
