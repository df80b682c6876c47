import type { StateChange } from '../ledger/state/state-diff.ts';
import type { AppName, Event } from '../model/index.ts';
import type { Investigation } from '../simulation/debug.ts';

/** What the thread that looks back is asked. Moments are texts as people write them. */
export type PastRequest =
  | { readonly op: 'at'; readonly moment: string; readonly now: number }
  | { readonly op: 'step'; readonly from: string; readonly by: number; readonly app: string | undefined; readonly now: number }
  | { readonly op: 'diff'; readonly from: string; readonly to: string; readonly now: number }
  | { readonly op: 'debug'; readonly app: AppName; readonly moment: string | undefined; readonly now: number }
  | { readonly op: 'replay'; readonly upTo: number }
  | { readonly op: 'prepare' };

export interface End {
  readonly position: number;
  readonly time: number | null;
}

export interface PastAnswers {
  /** `state` is plain JSON, as in a snapshot. */
  readonly at: End & { readonly state: unknown };
  readonly step: { readonly position: number; readonly event: Event | null; readonly changes: readonly StateChange[] };
  readonly diff: { readonly from: End; readonly to: End; readonly changes: readonly StateChange[] };
  readonly replay: { readonly events: number; readonly from: number; readonly hash: string; readonly snapshots: readonly { position: number; agrees: boolean }[]; readonly uncaused: readonly number[]; readonly judged: number; readonly differing: readonly { position: number; why: string }[] };
  /** `before` is plain JSON, as in a snapshot. */
  readonly debug: { readonly investigation: Investigation; readonly lastGood: End | null; readonly before: unknown; readonly events: readonly Event[] };
  readonly prepare: null;
}
