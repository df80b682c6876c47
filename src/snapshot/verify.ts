import { verifyHistory } from './history.ts';
import { trees, type Manifest } from './manifest.ts';
import { damaged, type Objects } from './objects.ts';
import { entriesOf } from './tree.ts';

export interface Verified {
  readonly root: string;
  readonly entries: number;
  readonly objects: number;
  readonly bytes: number;
  /** Events of the ledger that are those for which their checkpoint was signed; null when it holds no ledger. */
  readonly events: number | null;
}

/** Reads every object of a snapshot and checks it against its name, all names against the root, and the events of the ledger against their signed checkpoint. Throws `snapshot.damaged`, which names what is. */
export function verify(manifest: Manifest, objects: Objects): Verified {
  const seen = new Set<string>();
  let bytes = 0;
  for (const { key, tree } of trees(manifest)) {
    try {
      for (const name of tree.entries) seen.add(name);
      for (const entry of entriesOf(tree, objects)) {
        if (entry.kind !== 'file') continue;
        for (const piece of entry.pieces) {
          if (piece === null || seen.has(piece)) continue;
          seen.add(piece);
          bytes += within(`${key}: ${entry.path}`, () => objects.get(piece)).length;
        }
      }
    } catch (error) {
      const { why } = error as { why?: string };
      throw why?.startsWith(key) ? error : damaged(`${key}: ${why ?? String(error)}`, error);
    }
  }
  const events = verifyHistory(manifest, objects)?.size ?? null;
  return { root: manifest.root, entries: manifest.leaves.size, objects: seen.size, bytes, events };
}

function within<T>(place: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw damaged(`${place}: ${(error as { why?: string }).why ?? String(error)}`, error);
  }
}
