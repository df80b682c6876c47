import type { Sealing } from '../ledger/events/sealing.ts';
import { Snapshots, type SnapshotsOptions } from '../ledger/state/snapshots.ts';
import { dumpState, loadState, reducerHash } from '../ledger/state/state-file.ts';
import type { State } from '../model/index.ts';

/** The state that a text beside the ledger holds, with everything opened whose key is there. */
export const opened = (sealing: Sealing, plain: unknown): State => loadState(sealing.openAll(plain));

/** States beside a ledger, from which it is folded on, also behind what was archived. What is personal lies sealed in them. */
export function stateSnapshots(directory: string, sealing: Sealing, more: Pick<SnapshotsOptions<State>, 'every' | 'keep'> = {}): Snapshots<State> {
  const load = (plain: unknown) => opened(sealing, plain);
  return new Snapshots<State>({ directory, reducerHash: reducerHash(), dump: (state) => sealing.sealAll(dumpState(state)), load, loadBase: (text) => load(JSON.parse(text)), ...more });
}
