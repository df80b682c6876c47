import { emptyState, type Event, type State } from '../../model/index.ts';
import { fold } from './fold.ts';
import type { Snapshots } from './snapshots.ts';

/** Events between two snapshots that are kept for looking back: no look folds more than that. */
export const stride = 2_500;

/** Events that are folded in one go while snapshots are made: whoever looks back meanwhile has to wait for so many. */
const slice = 40 * stride;

/** Events read at once. */
const pageSize = 1_000;

/** States that were looked at last and are kept in memory; they share their parts. */
const remembered = 8;

export interface PastParts {
  readonly head: () => Promise<number>;
  /** Events after a position, oldest first; fewer than `limit` only at the end or when they are large. */
  readonly read: (after: number, limit: number) => Promise<readonly Event[]>;
  readonly snapshots: Snapshots<State>;
  /** Position up to which events are archived; nothing is when absent. */
  readonly beginning?: () => Promise<number>;
}

/**
 * The state at any position: folded from the nearest snapshot before it. Where the way there leads past a multiple of {@link stride} without one, it leaves one
 * behind, so that only the first look at a stretch is slow. Its memory does not grow with the ledger.
 */
export class Past {
  readonly #parts: PastParts;
  readonly #recent: State[] = [];
  #turn: Promise<unknown> = Promise.resolve();

  constructor(parts: PastParts) {
    this.#parts = parts;
  }

  /** The state after the event at `position`; that at the end when it lies beyond. */
  async at(position: number): Promise<State> {
    const end = Math.min(position, await this.#parts.head());
    const nearest = await this.#nearest(end);
    // A long way is gone by one at a time: the next finds what this one leaves behind.
    const state = await (end - nearest.position < stride ? this.#advance(nearest, end) : this.#inTurn(async () => this.#advance(await this.#nearest(end), end)));
    this.#remember(state);
    return state;
  }

  /** The event at a position; undefined beyond the end. */
  async event(position: number): Promise<Event | undefined> {
    return position < 1 ? undefined : (await this.#parts.read(position - 1, 1))[0];
  }

  /** The position before the first event that is not archived. */
  async beginning(): Promise<number> {
    return (await this.#parts.beginning?.()) ?? 0;
  }

  /** See {@link positionAt}. */
  async positionAt(time: number): Promise<number> {
    return positionAt(time, await this.#parts.head(), (position) => this.event(position), await this.beginning());
  }

  /** Events after one position up to another, in pages. The next one is read while the caller is at work on one. */
  async *events(after: number, upTo: number): AsyncGenerator<readonly Event[]> {
    const read = (at: number) => (at < upTo ? this.#parts.read(at, Math.min(pageSize, upTo - at)) : undefined);
    for (let next = read(after); next !== undefined;) {
      const page = await next;
      if (page.length === 0) return;
      next = read(page.at(-1)!.position);
      // Whoever stops in between does not hear why it failed.
      next?.catch(() => undefined);
      yield page;
    }
  }

  /** Makes the snapshots that are missing up to the end. */
  async prepare(): Promise<void> {
    const end = await this.#parts.head();
    for (let { position } = await this.#nearest(end); position < end;) {
      position = Math.min(position + slice, end);
      await this.at(position);
    }
  }

  #inTurn(act: () => Promise<State>): Promise<State> {
    const turn = this.#turn.then(act);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  async #advance(from: State, end: number): Promise<State> {
    const kept = new Set(end - from.position < stride ? [] : await this.#parts.snapshots.positions());
    let state = from;
    for await (const page of this.events(from.position, end)) {
      for (const event of page) {
        state = fold(state, event);
        if (state.position % stride === 0 && !kept.has(state.position)) await this.#parts.snapshots.save(state.position, state);
      }
    }
    return state;
  }

  async #nearest(position: number): Promise<State> {
    let nearest = emptyState;
    for (const state of this.#recent) if (state.position <= position && state.position > nearest.position) nearest = state;
    if (nearest.position >= (await this.beginning()) && position - nearest.position < stride / 10) return nearest;
    const kept = (await this.#parts.snapshots.positions()).find((candidate) => candidate <= position) ?? 0;
    if (kept <= nearest.position) return nearest;
    return (await this.#parts.snapshots.latest(position))?.state ?? nearest;
  }

  #remember(state: State): void {
    this.#recent.unshift(state);
    if (this.#recent.length > remembered) this.#recent.pop();
  }
}

/**
 * Position of the last event at or before a time, milliseconds since the epoch; `beginning`, up to which events are archived, before the first. Times never step back with
 * positions.
 */
export async function positionAt(time: number, head: number, event: (position: number) => Promise<{ readonly time: number } | undefined>, beginning = 0): Promise<number> {
  let low = beginning;
  let high = head;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    const found = await event(middle);
    if (found !== undefined && found.time <= time) low = middle;
    else high = middle - 1;
  }
  return low;
}
