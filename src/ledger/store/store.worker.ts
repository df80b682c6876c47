import { parentPort } from 'node:worker_threads';
import { failureOf } from '../failure.ts';
import { openStore } from '../recovery/opening.ts';
import type { StoreRequest } from './protocol.ts';
import type { Store } from './store.ts';

/**
 * The thread in which the store lives, because SQLite and the disk block. Nothing is imported here but what touches the files: each
 * module costs memory a second time.
 */
let store: Store | undefined;

parentPort!.on('message', (request: StoreRequest) => {
  try {
    parentPort!.postMessage({ value: answer(request) });
  } catch (error) {
    const failure = failureOf(error);
    if (failure.kind === 'damaged') store?.distrust();
    parentPort!.postMessage({ failure });
  }
});

function answer(request: StoreRequest): unknown {
  if (request.op === 'open') {
    const result = openStore(request.directory);
    store = result.store;
    return result.opened;
  }
  if (store === undefined) throw new Error('the store is not open');
  switch (request.op) {
    case 'append':
      return store.append(request.after, request.lines);
    case 'read':
      return store.read(request.after, request.limit);
    case 'history':
      return store.history(request);
    case 'extent':
      return store.extent();
    case 'rows':
      return store.rows(request.after);
    case 'tile':
      return store.tile(request.level, request.index);
    case 'checkpoints':
      return store.checkpoints();
    case 'postings':
      return store.postings(request.first, request.last);
    case 'keep':
      return store.keep(request.size, request.note);
    case 'prune':
      return store.prune(request.archived);
    case 'sweep':
      return store.sweep();
    case 'close':
      return store.close();
  }
}
