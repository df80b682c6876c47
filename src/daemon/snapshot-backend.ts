import type { SnapshotBackend } from '../api/backend.ts';
import { AppName } from '../model/index.ts';
import type { SystemRestore } from './system-restore.ts';
import type { SystemSnapshots } from './system-snapshots.ts';

/** Snapshots as the API speaks of them: by what a person calls them. */
export function snapshotBackend(restore: SystemRestore, snapshots: SystemSnapshots): SnapshotBackend {
  return {
    list: () => snapshots.list(),
    view: (snapshot) => snapshots.view(snapshots.find(snapshot)),
    take: (request, actor) => snapshots.take(request, actor),
    verify: async (snapshot) => await snapshots.verify(snapshots.find(snapshot)),
    diff: async (from, to) => await snapshots.diff(snapshots.find(from), snapshots.find(to)),
    restore: async (snapshot, request, actor) => await restore.restore(snapshots.find(snapshot), request, actor),
    async fork({ app, snapshot, name }, actor) {
      const target = { source: app, name: name ?? AppName.parse(`${app.slice(0, 35)}-fork`) };
      return snapshot === undefined ? await restore.forkNow(target, actor) : await restore.fork(snapshots.find(snapshot), target, actor);
    },
    export: async (snapshot, file) => await snapshots.export(snapshots.find(snapshot), file),
    import: (file) => snapshots.import(file),
    remove: async (snapshot) => await snapshots.remove(snapshots.find(snapshot)),
  };
}
