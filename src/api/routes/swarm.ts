import * as z from 'zod';
import { metricsText } from '../metrics.ts';
import { AvailabilityRequest } from '../requests.ts';
import { json, route, type Route } from '../route.ts';
import { DecisionView, DoctorRow, NodeView, StatusView } from '../views.ts';

export const swarmRoutes: readonly Route[] = [
  route({
    method: 'GET', path: '/v1/status', role: 'viewer', summary: 'The daemon, its ingress and its nodes', answer: StatusView,
    handle: async ({ backend }) => json(await backend.status()),
  }),
  route({
    method: 'GET', path: '/v1/doctor', role: 'viewer', summary: 'What this machine can do, found out by using it', answer: z.object({ rows: z.array(DoctorRow) }),
    handle: async ({ backend }) => json({ rows: await backend.doctor() }),
  }),
  route({
    method: 'GET', path: '/v1/nodes', role: 'viewer', summary: 'All nodes', answer: z.object({ nodes: z.array(NodeView) }),
    handle: ({ backend }) => json({ nodes: backend.nodes() }),
  }),
  route({
    method: 'POST', path: '/v1/nodes/{name}/availability', role: 'admin', summary: 'Drain, cordon or activate a node', params: z.strictObject({ name: z.string().max(253) }), body: AvailabilityRequest, answer: DecisionView,
    handle: async ({ backend, params: { name }, body: { availability }, identity: { actor }, reason }) => {
      const { id, admittedBy } = await backend.propose({ app: null, change: { kind: 'node', node: name, availability }, actor, reasoning: 'it was asked for', ...(reason !== undefined && { reason }), confidence: 1, expected: `${name} is ${availability}` });
      return json({ id, kind: 'node', app: null, admittedBy });
    },
  }),
  route({
    method: 'POST', path: '/v1/ingress/upgrade', role: 'admin', summary: 'Hand the ingress over to a new process without losing a connection', body: z.strictObject({}), answer: z.object({ pid: z.int() }),
    handle: async ({ backend }) => json(await backend.upgradeIngress()),
  }),
  route({
    method: 'GET', path: '/v1/metrics', role: 'viewer', summary: 'Measurements in the Prometheus text format', media: ['text/plain'],
    handle: ({ backend }) => ({ kind: 'content', status: 200, body: metricsText(backend), headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' } }),
  }),
];
