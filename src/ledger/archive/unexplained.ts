import type { Ledger } from '../ledger.ts';
import type { OpenLog } from '../store/source.ts';

/** Of events that tell of archives, the newest that are looked at. */
const farthest = 100;

/**
 * Why nothing vouches for where a ledger begins; null for one that begins with its first event, or behind what an event says was archived. What the store says of it by itself, anybody may have
 * written who can write there.
 */
export async function unexplainedBeginning({ history, log }: { history: Ledger['history']; log: Pick<OpenLog, 'extent'> }): Promise<string | null> {
  const { minimum, archives } = await log.extent();
  if (minimum === 0) return null;
  const told = (await history({ types: ['LedgerArchived'], limit: farthest })).flatMap((event) => (event.type === 'LedgerArchived' && event.body.upTo === minimum ? [event.body] : []));
  if (told.length === 0) return `events 1 to ${minimum} are not there, and no event says that they were archived`;
  const known = archives.find(({ upTo }) => upTo === minimum);
  return known === undefined || told.some(({ sha256, state }) => sha256 === known.sha256 && state === known.state) ? null : `what it remembers of the archive up to ${minimum} is not what was written down`;
}
