import type { Archived } from '../archive/archived.ts';

/** A row as it is stored, nothing of it checked. */
export interface StoredRow {
  readonly position: number;
  readonly remaining: number;
  readonly hash: Uint8Array;
  readonly event: string;
}

/** Where a log begins and ends, as its store says. */
export interface LogExtent {
  readonly head: number;
  /** Positions up to this one were archived; 0 when none were. */
  readonly minimum: number;
  /** Checksum of the row at `minimum`. */
  readonly hash: Uint8Array;
  /** Bundles that hold what was archived, the first first. */
  readonly archives: readonly Archived[];
  /** A position below the first at which there is a row nevertheless. */
  readonly stray?: number | undefined;
  /** A position at which somebody has taken a row out behind the back of whoever writes, who looks for that. */
  readonly gap?: number | undefined;
  /** It is the beginning of a longer one: its last append may end behind its head. */
  readonly continues?: true;
}

/** By what a store finds events: of a block of 256, at which offsets those are that have a term (`type:AgentReady`, `app:shop`, `actor:daemon`). */
export interface Posting {
  readonly term: string;
  readonly block: number;
  readonly offsets: Uint8Array;
}

/** What an audit reads: everything that is stored, as it is stored. */
export interface LogSource {
  extent(): Promise<LogExtent>;
  /** Rows behind position `after`, at most about a megabyte; none at the end. */
  rows(after: number): Promise<readonly StoredRow[]>;
  /** Hashes of a tile as far as it goes; undefined when there is none. */
  tile(level: number, index: number): Promise<Uint8Array | undefined>;
  /** Signed checkpoints, the smallest first. */
  checkpoints(): Promise<readonly string[]>;
  /** All of the blocks from `first` to `last`, which are complete; undefined, as without this, where nothing is looked up by them. */
  postings?(first: number, last: number): Promise<readonly Posting[] | undefined>;
}

/** The log of a ledger that is open, to which checkpoints can be added. */
export interface OpenLog extends LogSource {
  /** @returns also the hash of the tree over all events. */
  extent(): Promise<LogExtent & { readonly root: Uint8Array }>;
  /** Keeps a checkpoint that was signed for the tree of `size` leaves, durably, and as the file `checkpoint`. */
  keep(size: number, note: string): Promise<void>;
  /**
   * Takes the events that `archived` holds out of the database, with the tiles and checkpoints that only they need (C2SP tlog-tiles, “Pruning”). A crash at any moment
   * leaves either all of them readable, or a ledger that begins behind them.
   */
  prune(archived: Archived): Promise<void>;
}
