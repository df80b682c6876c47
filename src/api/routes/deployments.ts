import { isAbsolute } from 'node:path';
import * as z from 'zod';
import { Plan, StratoError } from '../../model/index.ts';
import { DeploymentRequest, SourceRequest, StepsQuery, type SourceLocation } from '../requests.ts';
import { json, route, type Identity, type Role, type Route, type StreamItem } from '../route.ts';
import { DeploymentStep, DeploymentView, DiffView } from '../views.ts';

const params = z.strictObject({ id: z.string().min(1).max(100) });

export const deploymentRoutes: readonly Route[] = [
  route({
    method: 'POST', path: '/v1/plans', role: 'operator', summary: 'What would run; changes nothing', body: SourceRequest, answer: Plan, elevate: needsAdmin,
    handle: async ({ backend, body, signal }) => json(await backend.plan(checked(body), signal)),
  }),
  route({
    method: 'POST', path: '/v1/diffs', role: 'operator', summary: 'What deploying would change; changes nothing', body: SourceRequest, answer: DiffView, elevate: needsAdmin,
    handle: async ({ backend, body, signal }) => json(await backend.diff(checked(body), signal)),
  }),
  route({
    method: 'POST', path: '/v1/deployments', role: 'operator', summary: 'Deploy a source', body: DeploymentRequest, answer: z.object({ deployment: z.string() }), elevate: needsAdmin,
    handle: async ({ backend, body, identity, reason }) => json({ deployment: await backend.deploy(checked(body), identity.actor, reason) }, 202),
  }),
  route({
    method: 'GET', path: '/v1/deployments', role: 'viewer', summary: 'The last deployments, newest first', answer: z.object({ deployments: z.array(DeploymentView) }),
    handle: ({ backend }) => json({ deployments: backend.deployments() }),
  }),
  route({
    method: 'DELETE', path: '/v1/deployments/{id}', role: 'operator', summary: 'Give a deployment up that was not admitted yet', params, answer: z.object({ cancelled: z.string() }),
    handle: async ({ backend, params: { id } }) => {
      await backend.cancel(id);
      return json({ cancelled: id });
    },
  }),
  route({
    method: 'GET', path: '/v1/deployments/{id}/steps', role: 'viewer', summary: 'Progress of a deployment, from its beginning; ends with `ready` or `failed`', params, query: StepsQuery, answer: DeploymentStep,
    media: ['text/event-stream'],
    handle: ({ backend, params: { id }, query, lastEventId, signal }) => {
      const after = lastEventId === undefined ? query.after : Number(lastEventId) || 0;
      return { kind: 'stream', format: 'events', items: numbered(backend.steps(id, after, signal)) };
    },
  }),
];

/** Reading this machine's files for somebody who is not on it takes an admin. */
function needsAdmin({ body: { source }, identity }: { body: { source: SourceLocation }; identity: Identity }): Role | undefined {
  return !identity.local && isHere(source) ? 'admin' : undefined;
}

function isHere({ kind, location }: SourceLocation): boolean {
  return kind === 'path' || !/^(https?|ssh|git):\/\/|^[\w.-]+@[\w.-]+:/i.test(location);
}

function checked<T extends { source: SourceLocation }>(request: T): T {
  const { kind, location } = request.source;
  if (kind !== 'git' && isHere(request.source) && !isAbsolute(location)) {
    throw new StratoError('request.invalid', `${JSON.stringify(location.slice(0, 100))} is no absolute path`, { why: 'the daemon does not know the directory that it is relative to' });
  }
  return request;
}

async function* numbered(steps: AsyncIterable<DeploymentStep>): AsyncGenerator<StreamItem> {
  for await (const step of steps) yield { event: step.step, id: String(step.index), data: step, text: step.text };
}
