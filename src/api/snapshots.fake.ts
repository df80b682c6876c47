import { StratoError } from '../model/index.ts';
import type { SnapshotBackend } from './backend.ts';

/** One snapshot, of `shop`, which is whole. */
export function fakeSnapshots(asked: (what: string, given: unknown) => void): SnapshotBackend {
  const root = 'ab'.repeat(32);
  const view = { id: '20261121-101500-abc123', takenAt: 1000, actor: 'user:ada', note: 'before the fair', position: 2, apps: ['shop'], files: 3, bytes: 4096, events: 2, root, damage: null };
  const known = (snapshot: string) => {
    if (snapshot !== 'latest' && !view.id.startsWith(snapshot)) throw new StratoError('snapshot.unknown', `there is no snapshot ${snapshot}`, { next: 'list them' });
    return view;
  };
  return {
    list: () => [view],
    view: known,
    async take(request, actor) {
      asked('snapshot', { request, actor });
      return { ...view, added: 1024, held: { shop: 12 }, skipped: [], memory: [] };
    },
    async verify(snapshot) {
      known(snapshot);
      return { root, entries: 9, objects: 4, bytes: 4096, events: 2, taken: 3 };
    },
    async diff(from, to) {
      known(from);
      known(to);
      return [{ key: 'volume/shop/data', what: 'changed', details: ['~ orders.db'], count: 1 }];
    },
    async restore(snapshot, request, actor) {
      asked('restore', { snapshot: known(snapshot).id, ...request, actor });
      return { apps: [{ app: 'shop', revision: 3, url: 'http://shop.localhost:8080', volumes: ['data'], memory: [] }], history: null };
    },
    async fork(request, actor) {
      asked('fork', { request, actor });
      return { app: request.name ?? `${request.app}-fork`, revision: 1, url: 'http://shop-fork.localhost:8080', volumes: ['data'], memory: [] };
    },
    async export(snapshot, file) {
      asked('export', { snapshot: known(snapshot).id, file });
      return { objects: 4 };
    },
    async import(file) {
      asked('import', { file });
      return view;
    },
    async remove(snapshot) {
      asked('remove-snapshot', { snapshot: known(snapshot).id });
    },
  };
}
