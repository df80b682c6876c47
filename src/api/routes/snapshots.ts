import * as z from 'zod';
import { FileRequest, ForkRequest, RestoreRequest, SnapshotRequest } from '../requests.ts';
import { json, route, type Route } from '../route.ts';
import { Restored, RestoredApp, SnapshotDifference, SnapshotTaken, SnapshotVerified, SnapshotView } from '../views.ts';

const params = z.strictObject({ id: z.string().min(1).max(60) });
const nothing = z.strictObject({});

export const snapshotRoutes: readonly Route[] = [
  route({
    method: 'GET', path: '/v1/snapshots', role: 'viewer', summary: 'All snapshots of the system, newest first', answer: z.object({ snapshots: z.array(SnapshotView) }),
    handle: ({ backend }) => json({ snapshots: backend.snapshots.list() }),
  }),
  route({
    method: 'POST', path: '/v1/snapshots', role: 'operator', summary: 'Take a snapshot: state, routes, secrets, artefacts, volumes', body: SnapshotRequest, answer: SnapshotTaken,
    handle: async ({ backend, body, identity }) => json(await backend.snapshots.take(body, identity.actor), 201),
  }),
  route({
    method: 'GET', path: '/v1/snapshots/{id}', role: 'viewer', summary: 'One snapshot; `latest` is the newest', params, answer: SnapshotView,
    handle: ({ backend, params: { id } }) => json(backend.snapshots.view(id)),
  }),
  route({
    method: 'DELETE', path: '/v1/snapshots/{id}', role: 'admin', summary: 'Remove a snapshot, and what no other needs', params, answer: z.object({ removed: z.string() }),
    handle: async ({ backend, params: { id } }) => {
      await backend.snapshots.remove(id);
      return json({ removed: id });
    },
  }),
  route({
    method: 'POST', path: '/v1/snapshots/{id}/verify', role: 'viewer', summary: 'Read all of it and check it against its root', params, body: nothing, answer: SnapshotVerified,
    handle: async ({ backend, params: { id } }) => json(await backend.snapshots.verify(id)),
  }),
  route({
    method: 'GET', path: '/v1/snapshots/{id}/diff/{other}', role: 'viewer', summary: 'What is different in another snapshot', params: params.extend({ other: z.string().min(1).max(60) }), answer: z.object({ differences: z.array(SnapshotDifference) }),
    handle: async ({ backend, params: { id, other } }) => json({ differences: await backend.snapshots.diff(id, other) }),
  }),
  route({
    method: 'POST', path: '/v1/snapshots/{id}/restore', role: 'admin', summary: 'Bring apps back as the snapshot has them', params, body: RestoreRequest, answer: Restored,
    handle: async ({ backend, params: { id }, body, identity }) => json(await backend.snapshots.restore(id, body, identity.actor)),
  }),
  route({
    method: 'POST', path: '/v1/snapshots/{id}/export', role: 'admin', localOnly: true, summary: 'Write a snapshot into one file', params, body: FileRequest, answer: z.object({ objects: z.int() }),
    handle: async ({ backend, params: { id }, body: { file } }) => json(await backend.snapshots.export(id, file)),
  }),
  route({
    method: 'POST', path: '/v1/snapshots/import', role: 'admin', localOnly: true, summary: 'Take in a file that was exported', body: FileRequest, answer: SnapshotView,
    handle: async ({ backend, body: { file } }) => json(await backend.snapshots.import(file)),
  }),
  route({
    method: 'POST', path: '/v1/forks', role: 'operator', summary: 'Start a clone of an app from a snapshot, which reaches neither the original nor the world', body: ForkRequest, answer: RestoredApp,
    handle: async ({ backend, body, identity }) => json(await backend.snapshots.fork(body, identity.actor), 201),
  }),
];
