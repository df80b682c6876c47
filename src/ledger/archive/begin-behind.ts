import { StratoError } from '../../model/index.ts';
import type { Ledger } from '../ledger.ts';
import { baseHash, readBase, removeBasesBefore } from '../state/base.ts';
import { removeSnapshotsBefore } from '../state/snapshots.ts';
import type { OpenLog } from '../store/source.ts';
import type { Archived } from './archived.ts';

/**
 * Lets a ledger begin behind what a bundle holds, which must be on disk and verified, with the state to which it leads in `bases/`. The event `LedgerArchived` remembers both by their hashes before
 * anything is removed. After a crash either nothing is missing, and the bundle is a copy, or the removal goes on when the ledger is opened.
 *
 * @throws StratoError `ledger.archive` when the bundle does not begin where the ledger does, `ledger.base`.
 */
export async function beginBehind(archived: Archived, actor: string, { ledger, directory }: { ledger: Ledger & { log: OpenLog }; directory: string }): Promise<void> {
  const { from, upTo, state } = archived;
  if (from !== ledger.beginning || upTo <= from || upTo >= ledger.head) {
    throw new StratoError('ledger.archive', `an archive of events ${from + 1} to ${upTo} cannot be taken out of this ledger`, { why: `it holds events ${ledger.beginning + 1} to ${ledger.head}`, next: 'archive again: the ledger has changed meanwhile' });
  }
  if (baseHash(readBase(directory, upTo)) !== state) throw new StratoError('ledger.archive', 'the state in the home is not that of the archive', { next: 'archive again' });
  await ledger.append([{ type: 'LedgerArchived', actor, body: { from, upTo, name: archived.name, sha256: archived.sha256, bytes: archived.bytes, state } }]);
  await ledger.log.prune(archived);
  removeBasesBefore(directory, upTo);
  await removeSnapshotsBefore(directory, upTo);
}
