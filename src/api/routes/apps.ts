import * as z from 'zod';
import { AppName, StratoError, replicaWarning, type Change } from '../../model/index.ts';
import type { AppView } from '../views.ts';
import { AppView as AppSchema, DecisionView, LogLine, RevisionView } from '../views.ts';
import { LogsQuery, RemoveQuery, RestartRequest, RollbackRequest, ScaleRequest } from '../requests.ts';
import { json, route, type Call, type Reply, type Route, type StreamItem } from '../route.ts';
import { formatFor } from '../stream.ts';

const params = z.strictObject({ app: AppName });
const nothing = z.strictObject({});
type AppCall = Call<z.output<typeof params>>;

export const appRoutes: readonly Route[] = [
  route({
    method: 'GET', path: '/v1/apps', role: 'viewer', summary: 'All apps', answer: z.object({ apps: z.array(AppSchema) }),
    handle: ({ backend }) => json({ apps: backend.apps() }),
  }),
  route({
    method: 'GET', path: '/v1/apps/{app}', role: 'viewer', summary: 'One app', params, answer: AppSchema,
    handle: (call) => json(known(call)),
  }),
  route({
    method: 'DELETE', path: '/v1/apps/{app}', role: 'operator', summary: 'Remove an app, with `volumes=true` its data too', params, query: RemoveQuery, answer: DecisionView,
    elevate: ({ query }) => (query.volumes ? 'admin' : undefined),
    handle: (call) => decide(call, { kind: 'remove', volumes: call.query.volumes }, 'no agent of it is left'),
  }),
  route({
    method: 'POST', path: '/v1/apps/{app}/scale', role: 'operator', summary: 'Set the number of replicas of a service', params, body: ScaleRequest, answer: DecisionView,
    handle: async (call) => {
      const { service, replicas } = call.body;
      const alone = known(call).services.find(({ name }) => name === service)?.alone ?? null;
      const decision = await propose(call, { kind: 'scale', service, replicas }, `${replicas} ready agents of ${service}`);
      const warning = replicaWarning(service, replicas, alone);
      return json({ ...decision, ...(warning !== undefined && { warnings: [warning] }) });
    },
  }),
  route({
    method: 'POST', path: '/v1/apps/{app}/rollback', role: 'operator', summary: 'Make an earlier revision the target again', params, body: RollbackRequest, answer: DecisionView,
    handle: (call) => {
      const revision = call.body.revision ?? earlierRevision(call);
      return decide(call, { kind: 'rollback', revision }, `the app answers with revision ${revision}`);
    },
  }),
  route({
    method: 'POST', path: '/v1/apps/{app}/stop', role: 'operator', summary: 'Stop all agents of an app and keep the rest', params, body: nothing, answer: DecisionView,
    handle: (call) => decide(call, { kind: 'stop' }, 'no agent of it runs'),
  }),
  route({
    method: 'POST', path: '/v1/apps/{app}/start', role: 'operator', summary: 'Start a stopped app', params, body: nothing, answer: DecisionView,
    handle: (call) => decide(call, { kind: 'start' }, 'the app answers'),
  }),
  route({
    method: 'POST', path: '/v1/apps/{app}/restart', role: 'operator', summary: 'Replace agents by new ones of the same revision', params, body: RestartRequest,
    answer: z.object({ decisions: z.array(DecisionView) }), handle: restart,
  }),
  route({
    method: 'GET', path: '/v1/apps/{app}/revisions', role: 'viewer', summary: 'What was deployed, newest first', params, answer: z.object({ revisions: z.array(RevisionView) }),
    handle: (call) => json({ revisions: call.backend.revisions(known(call).name as AppName) ?? [] }),
  }),
  route({
    method: 'GET', path: '/v1/apps/{app}/logs', role: 'viewer', summary: 'Output of agents; with `follow=true` as it comes', params, query: LogsQuery, answer: LogLine,
    media: ['application/x-ndjson', 'text/event-stream', 'text/plain'],
    handle: (call) => {
      const app = known(call);
      const { service, slot, agent, tail, follow, previous } = call.query;
      // One that an earlier revision had may have left output.
      if (service !== undefined && previous !== true && agent === undefined) serviceOf(app, service);
      const from = readCursor(call.lastEventId);
      const lines = call.backend.logs({ app: call.params.app, service, slot, agent, tail, follow, previous, from }, call.signal);
      return { kind: 'stream', format: formatFor(call.accept, 'ndjson'), items: withCursor(lines, from) };
    },
  }),
];

function known({ backend, params: { app } }: AppCall): AppView {
  const view = backend.app(app);
  if (view === undefined) throw new StratoError('app.unknown', `There is no app called ${app}`, { next: 'list the apps with `stratoswarm ps`' });
  return view;
}

async function propose(call: AppCall, change: Change, expected: string): Promise<DecisionView> {
  const { id, app, admittedBy } = await call.backend.propose({ app: call.params.app, change, actor: call.identity.actor, reasoning: 'it was asked for', ...(call.reason !== undefined && { reason: call.reason }), confidence: 1, expected });
  return { id, kind: change.kind, app, admittedBy };
}

async function decide(call: AppCall, change: Change, expected: string): Promise<Reply> {
  known(call);
  return json(await propose(call, change, expected));
}

/** Throws `service.unknown`. */
function serviceOf({ name: app, services }: AppView, name: string): void {
  if (services.some((service) => service.name === name)) return;
  throw new StratoError('service.unknown', `${app} has no service called ${name}`, { next: `it has ${services.map((service) => service.name).join(', ')}` });
}

async function restart(call: Call<z.output<typeof params>, unknown, z.output<typeof RestartRequest>>): Promise<Reply> {
  const app = known(call);
  const { service, slot } = call.body;
  if (service === undefined && slot !== undefined) throw new StratoError('request.invalid', 'A slot belongs to a service', { next: 'name the service, too' });
  if (service !== undefined) serviceOf(app, service);
  const services = service === undefined ? app.services.filter(({ kind }) => kind !== 'store').map(({ name }) => name) : [service];
  const decisions: DecisionView[] = [];
  for (const name of services) {
    decisions.push(await propose(call, { kind: 'replace', service: name as never, slot: slot ?? null }, `a new agent in ${slot === undefined ? 'every slot' : `slot ${slot}`} of ${name}`));
  }
  return json({ decisions });
}

/** Where a rollback without a number leads: the stable revision when the current one is not it, else the one before. */
function earlierRevision(call: AppCall): number {
  const app = known(call);
  if (app.stable !== null && app.stable < app.revision) return app.stable;
  const earlier = (call.backend.revisions(call.params.app) ?? []).map(({ number }) => number).filter((number) => number < app.revision);
  if (earlier.length === 0) throw new StratoError('governor.no-earlier-revision', `${app.name} has no revision before ${app.revision}`, { next: `see \`stratoswarm history ${app.name}\`` });
  return Math.max(...earlier);
}

/** Each item's id says how far every agent was read, so that a reader that was cut off misses nothing and sees nothing twice. */
async function* withCursor(lines: AsyncIterable<LogLine>, from: Readonly<Record<string, number>>): AsyncGenerator<StreamItem> {
  const cursor = new Map(Object.entries(from));
  for await (const line of lines) {
    cursor.set(line.agent, line.next);
    yield { id: [...cursor].map(([agent, next]) => `${agent}:${next}`).join(','), data: line, text: `${line.service}/${line.slot} | ${line.line}` };
  }
}

function readCursor(text: string | undefined): Record<string, number> {
  const entries = (text ?? '').split(',').map((part) => /^([a-z0-9-]{1,120}):(\d{1,15})$/.exec(part)).filter((match) => match !== null);
  return Object.fromEntries(entries.map(([, agent, next]) => [agent!, Number(next)]));
}
