import type { Ledger } from '../ledger/ledger.ts';
import { parseMoment, type Moment } from '../ledger/state/moment.ts';
import { positionAt } from '../ledger/state/past.ts';
import { StratoError } from '../model/index.ts';

/** Events from `first` to `last`, both belong to it; none when `first` is the larger one. */
export interface Period {
  readonly first: number;
  readonly last: number;
}

/**
 * The events between two moments as people name them; those that are of the moments themselves, or at the positions named, belong to it. Throws
 * `time.invalid`, and `ledger.archived` when some of it is not at hand any more: that nothing is found there would say that nothing was.
 */
export async function periodOf(ledger: Ledger, { from, to }: { readonly from?: string | undefined; readonly to?: string | undefined }, now: number): Promise<Period> {
  const upTo = (time: number) => positionAt(time, ledger.head, async (position) => (await ledger.read(position - 1, 1))[0], ledger.beginning);
  const moments = { from: from === undefined ? undefined : parseMoment(from, now), to: to === undefined ? undefined : parseMoment(to, now) };
  for (const moment of [moments.from, moments.to]) if (moment !== undefined) await requireAtHand(ledger, moment);
  return {
    first: moments.from === undefined ? 1 : 'position' in moments.from ? moments.from.position : (await upTo(moments.from.time - 1)) + 1,
    last: moments.to === undefined ? ledger.head : 'position' in moments.to ? Math.min(moments.to.position, ledger.head) : await upTo(moments.to.time),
  };
}

async function requireAtHand(ledger: Ledger, moment: Moment): Promise<void> {
  const { beginning } = ledger;
  const oldest = beginning === 0 ? undefined : (await ledger.read(beginning, 1))[0];
  if (oldest === undefined || ('position' in moment ? moment.position > beginning : moment.time >= oldest.time)) return;
  throw new StratoError('ledger.archived', 'what was then is archived', { why: `the events up to ${beginning} are in bundles`, next: `ask for what was from #${beginning + 1} on, ${new Date(oldest.time).toISOString()}; \`swarmctl audit verify\` names the bundles` });
}
