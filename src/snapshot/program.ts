import { text } from 'node:stream/consumers';
import { StratoError, reportOf, type ErrorReport } from '../model/index.ts';
import { exportBundle, importBundle } from './bundle.ts';
import { difference, type Difference } from './diff.ts';
import { layTree } from './lay.ts';
import { layHistory } from './lay-history.ts';
import { treeAt, type SnapshotId } from './manifest.ts';
import { damaged } from './objects.ts';
import { Store } from './store.ts';
import { take, type Taken, type TakeOrder } from './take.ts';
import { entriesOf, type TreeEntry } from './tree.ts';
import { verify, type Verified } from './verify.ts';

/** What the program is asked for, by name, and what it answers. */
export interface Works {
  take: { order: TakeOrder; answer: Taken };
  verify: { order: { id: SnapshotId }; answer: Verified };
  diff: { order: { from: SnapshotId; to: SnapshotId }; answer: Difference[] };
  /** Lays kept trees into directories that are not there yet. */
  lay: { order: { id: SnapshotId; trees: readonly { key: string; path: string }[] }; answer: null };
  /** Makes a ledger's directory, which is not there yet. */
  'lay-history': { order: { id: SnapshotId; path: string }; answer: null };
  export: { order: { id: SnapshotId; file: string }; answer: { objects: number } };
  import: { order: { file: string }; answer: { id: SnapshotId } };
  collect: { order: { now: number }; answer: { removed: number } };
}

export type Work = keyof Works;
/** `parent` is the pid of who waits for the answer. */
export type Order = { [W in Work]: { work: W; directory: string; parent: number; order: Works[W]['order'] } }[Work];
export type Answer = { readonly value: unknown } | { readonly error: ErrorReport };

async function carryOut({ work, directory, parent, order }: Order): Promise<unknown> {
  const store = new Store(directory);
  // The next daemon lets paused agents go on and does the work anew: what one that died began must not come in between.
  const requireWanted = () => {
    if (process.ppid !== parent) throw new StratoError('snapshot.abandoned', 'the daemon that waited for it is gone', { next: 'give the command again', retryable: true });
  };
  function* whileWanted(entries: Iterable<TreeEntry>): Generator<TreeEntry> {
    for (const entry of entries) {
      requireWanted();
      yield entry;
    }
  }
  switch (work) {
    case 'take':
      return await take(order, store, requireWanted);
    case 'verify':
      return verify(store.read(order.id), store.objects);
    case 'diff':
      return difference(store.read(order.from), store.read(order.to), store);
    case 'lay': {
      const manifest = store.read(order.id);
      for (const { key, path } of order.trees) {
        const kept = treeAt(manifest, key);
        if (!kept) throw damaged(`it has no ${key}`);
        layTree(whileWanted(entriesOf(kept.tree, store.objects)), path, store.objects);
      }
      return null;
    }
    case 'lay-history':
      layHistory(store.read(order.id), store.objects, order.path);
      return null;
    case 'export':
      return { objects: await exportBundle(order.id, order.file, store) };
    case 'import':
      return { id: await importBundle(order.file, store) };
    case 'collect':
      return { removed: store.collect(order.now) };
  }
}

// One order on standard input, one answer on standard output, in a process of its own: nothing of it holds up the control loop.
const order = JSON.parse(await text(process.stdin)) as Order;
const answer: Answer = await carryOut(order).then((value) => ({ value }), (error: unknown) => ({ error: reportOf(error) }));
process.stdout.write(JSON.stringify(answer));
