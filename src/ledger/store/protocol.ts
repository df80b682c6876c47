import type { Archived } from '../archive/archived.ts';

/** What the ledger asks of the store's thread, one at a time. */
export type StoreRequest =
  | { op: 'open'; directory: string }
  | { op: 'append'; after: number; lines: string }
  | { op: 'read'; after: number; limit: number }
  | ({ op: 'history' } & HistoryRequest)
  | { op: 'extent' }
  | { op: 'rows'; after: number }
  | { op: 'tile'; level: number; index: number }
  | { op: 'checkpoints' }
  | { op: 'postings'; first: number; last: number }
  | { op: 'keep'; size: number; note: string }
  | { op: 'prune'; archived: Archived }
  | { op: 'sweep' }
  | { op: 'close' };

export interface HistoryRequest {
  readonly before: number;
  readonly limit: number;
  readonly app: string | null;
  readonly types: readonly string[] | null;
  /** As rows may have it. */
  readonly actors: readonly string[] | null;
}

/** The last row: its position, 0 when there is none, and its chained checksum. */
export interface Head {
  readonly position: number;
  readonly hash: Uint8Array;
}

/** `journal` says that there is one to be written; `known` is the true last position, where damage left that beyond doubt; `earlier` says that the database has an earlier format. */
export type Opened =
  | { readonly damage: null; readonly earlier: false; readonly head: Head; readonly beginning: number; readonly time: number; readonly journal: boolean }
  | { readonly damage: null; readonly earlier: true; readonly known: number | null }
  | { readonly damage: string; readonly known: number | null };
