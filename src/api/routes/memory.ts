import * as z from 'zod';
import { AgentId, AppName, ServiceName, StratoError } from '../../model/index.ts';
import type { WhyTarget } from '../memory.ts';
import { json, route, type Route } from '../route.ts';
import { AuditOutcome, AuditRecord, CalibrationView, DebugView, MomentView, ReplayView, StepView, TimeDiffView, WhyView } from '../memory-views.ts';

const count = z.coerce.number().int();
const Moment = z.string().min(1).max(100);
const Word = z.string().regex(/^[A-Za-z][A-Za-z-]{0,59}$/, 'one word');
const WhyQuery = z.strictObject({ event: count.min(1).max(Number.MAX_SAFE_INTEGER).optional(), agent: AgentId.optional(), app: AppName.optional(), service: ServiceName.optional(), slot: count.min(0).max(100_000).optional() });

/** What the ledger remembers. */
export const memoryRoutes: readonly Route[] = [
  route({
    method: 'GET', path: '/v1/why', role: 'viewer', summary: 'The chain of causes that led to an `event`, to an `agent`, or to what an `app`, its `service` or `slot` is now', query: WhyQuery, answer: WhyView,
    handle: async ({ backend, query }) => json(await backend.memory.why(targetOf(query))),
  }),
  route({
    method: 'GET', path: '/v1/time/at', role: 'viewer', summary: 'The state at a moment: `at` is a position, a time, or how long ago', query: z.strictObject({ at: Moment }), answer: MomentView,
    handle: async ({ backend, query }) => json(await backend.memory.at(query.at)),
  }),
  route({
    method: 'GET', path: '/v1/time/step', role: 'viewer', summary: 'The event some events after or before a moment, what it changed, and why it happened', answer: StepView,
    query: z.strictObject({ from: Moment, by: count.min(-1000).max(1000).default(1), app: AppName.optional() }),
    handle: async ({ backend, query: { from, by, app } }) => json(await backend.memory.step(from, by, app)),
  }),
  route({
    method: 'GET', path: '/v1/time/diff', role: 'viewer', summary: 'What is different between two moments', query: z.strictObject({ from: Moment, to: Moment }), answer: TimeDiffView,
    handle: async ({ backend, query: { from, to } }) => json(await backend.memory.diff(from, to)),
  }),
  route({
    method: 'GET', path: '/v1/debug', role: 'viewer', summary: 'What contributed to the last failure of an app, or to that at a moment', query: z.strictObject({ app: AppName, at: Moment.optional() }), answer: DebugView,
    handle: async ({ backend, query: { app, at } }) => json(await backend.memory.debug(app, at)),
  }),
  route({
    method: 'GET', path: '/v1/audit', role: 'viewer', summary: 'The audit trail, newest first; `next` is the `before` of the next page', answer: z.object({ records: z.array(AuditRecord), next: z.int().nullable() }),
    query: z.strictObject({
      from: Moment.optional(), to: Moment.optional(), actor: z.string().min(1).max(200).optional(), app: AppName.optional(), kind: Word.optional(), outcome: AuditOutcome.optional(),
      before: count.min(0).max(Number.MAX_SAFE_INTEGER).optional(), limit: count.min(1).max(1000).default(100),
    }),
    handle: async ({ backend, query: { from, to, actor, app, kind, outcome, before, limit } }) => json(await backend.memory.audit({ from, to, actor, app, kind, outcome, before, limit })),
  }),
  route({
    method: 'GET', path: '/v1/audit/calibration', role: 'viewer', summary: 'How decisions turned out, compared with how sure their makers were', answer: CalibrationView,
    handle: async ({ backend }) => json(await backend.memory.calibration()),
  }),
  route({
    method: 'POST', path: '/v1/audit/replay', role: 'operator', summary: 'Fold everything anew, and compare with the state that the daemon acts on and with all snapshots', body: z.strictObject({}), answer: ReplayView,
    handle: async ({ backend }) => json(await backend.memory.replay()),
  }),
];

function targetOf({ event, agent, app, service, slot }: z.infer<typeof WhyQuery>): WhyTarget {
  const given = [event, agent, app].filter((value) => value !== undefined).length;
  if (given !== 1) throw new StratoError('request.invalid', 'Ask about one event, one agent or one app', { why: `the query names ${given} of them` });
  if (slot !== undefined && service === undefined) throw new StratoError('request.invalid', 'A slot belongs to a service', { next: 'name the service, too' });
  if (event !== undefined) return { event };
  return agent !== undefined ? { agent } : { app: app!, service, slot };
}
