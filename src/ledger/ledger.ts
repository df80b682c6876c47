import type { Event, NewEvent } from '../model/index.ts';

/**
 * The only memory: an append-only log of events. One writer; positions count from 1 without gaps. What `append` has
 * resolved survives any crash.
 */
export interface Ledger {
  /** Position of the last durable event; 0 for an empty ledger. */
  readonly head: number;

  /** Events up to this position were archived and cannot be read here any more: asking for them is `ledger.archived`. 0 when none were. */
  readonly beginning: number;

  /**
   * Appends all of `events`, in order, together or not at all. Resolves once they are on disk (concurrent callers share one
   * commit). Rejects with `ledger.*` (full disk, closed, invalid event) and then none of them was written.
   */
  append(events: readonly NewEvent[]): Promise<Event[]>;

  /** Events after position `after`, oldest first, at most `limit`. */
  read(after: number, limit?: number): Promise<Event[]>;

  /**
   * The same as JSON text, about a megabyte at most and at least one event: for another thread to parse, which has to bring the bodies to today's
   * versions itself. Absent where the events are in memory anyway.
   */
  readText?(after: number, limit: number): Promise<string>;

  /** The newest events first, at most `limit`, before position `before`, filtered by app, types and actor. */
  history(query: HistoryQuery): Promise<Event[]>;

  /**
   * Calls `listener` for every event after `after`, in order and without gaps, past ones first. Each batch is what became
   * durable together. Returns the cancellation.
   */
  subscribe(after: number, listener: (batch: readonly Event[]) => void): () => void;

  close(): Promise<void>;
}

export interface HistoryQuery {
  before?: number | undefined;
  limit?: number | undefined;
  app?: string | undefined;
  types?: readonly string[] | undefined;
  /** Who did it, as `Event.actor` has it. */
  actor?: string | undefined;
}
