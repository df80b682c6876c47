import type { Ledger } from '../ledger/ledger.ts';
import { parseMoment } from '../ledger/state/moment.ts';
import { positionAt } from '../ledger/state/past.ts';

/** Events from `first` to `last`, both belong to it; none when `first` is the larger one. */
export interface Period {
  readonly first: number;
  readonly last: number;
}

/** The events between two moments as people name them; those that are of the moments themselves, or at the positions named, belong to it. Throws `time.invalid`. */
export async function periodOf(ledger: Ledger, { from, to }: { readonly from?: string | undefined; readonly to?: string | undefined }, now: number): Promise<Period> {
  const upTo = (time: number) => positionAt(time, ledger.head, async (position) => (await ledger.read(position - 1, 1))[0], ledger.beginning);
  const moments = { from: from === undefined ? undefined : parseMoment(from, now), to: to === undefined ? undefined : parseMoment(to, now) };
  return {
    first: moments.from === undefined ? 1 : 'position' in moments.from ? moments.from.position : (await upTo(moments.from.time - 1)) + 1,
    last: moments.to === undefined ? ledger.head : 'position' in moments.to ? Math.min(moments.to.position, ledger.head) : await upTo(moments.to.time),
  };
}
