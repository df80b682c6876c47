import type { Event } from '../../model/index.ts';
import { warn } from '../errors.ts';
import type { Ledger } from '../ledger.ts';
import type { Snapshots } from './snapshots.ts';

export type Fold<S> = (state: S, event: Event) => S;
export type ChangeListener<S> = (state: S, batch: readonly Event[]) => void;

export interface LiveOptions<S> {
  readonly ledger: Ledger;
  /** Pure. */
  readonly fold: Fold<S>;
  readonly empty: S;
  readonly snapshots?: Snapshots<S>;
  /** Events after which a snapshot is written; 10,000 when absent. */
  readonly snapshotEvery?: number;
  /** Told what a listener threw, and why a snapshot could not be written; nothing else suffers from either. A process warning when absent. */
  readonly report?: (error: unknown) => void;
  /** Told how far the past is folded, page by page, while it is opened. */
  readonly onProgress?: (position: number, head: number) => void;
}

/** Events read at once while folding the past: about as many as one answer of the store holds. */
const page = 2_500;
/** Pages on their way at once: the store's thread checks one while another is folded. */
const ahead = 2;

/**
 * The fold of a ledger, kept up to date: `current` holds every event whose append has resolved. Listeners hear of each durable batch after it was
 * folded.
 */
export class Live<S> {
  readonly #options: LiveOptions<S>;
  readonly #listeners = new Set<ChangeListener<S>>();
  #current: S;
  #position: number;
  #saved: number;
  #saving: Promise<void> | undefined;
  #cancel: () => void = () => undefined;

  private constructor(options: LiveOptions<S>, position: number, state: S) {
    this.#options = options;
    this.#current = state;
    this.#position = position;
    this.#saved = position;
  }

  /** Starts from the latest snapshot, and resolves when the past is folded. Rejects with what reading the ledger fails for. */
  static async open<S>(options: LiveOptions<S>): Promise<Live<S>> {
    const { ledger, empty, snapshots, onProgress } = options;
    const start = await snapshots?.latest(ledger.head);
    const live = new Live(options, start?.position ?? 0, start === undefined ? empty : start.state);
    while (live.#position < ledger.head) {
      for await (const events of pagesOf(ledger, live.#position, ledger.head)) {
        live.#fold(events);
        onProgress?.(live.#position, ledger.head);
      }
    }
    live.#cancel = ledger.subscribe(live.#position, (batch) => live.#advance(batch));
    return live;
  }

  get current(): S {
    return this.#current;
  }

  /** Position of the last event in {@link current}. */
  get position(): number {
    return this.#position;
  }

  /** Returns the cancellation. */
  onChange(listener: ChangeListener<S>): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Puts another form of the same state in its place: of a person whose key is gone, it names nobody. */
  rewrite(change: (state: S) => S): void {
    this.#current = change(this.#current);
  }

  /** Writes a snapshot of now, when there is something new. */
  async save(): Promise<void> {
    await this.#saving;
    const { snapshots } = this.#options;
    if (snapshots === undefined || this.#saved === this.#position) return;
    const position = this.#position;
    await snapshots.save(position, this.#current);
    this.#saved = position;
  }

  /** Stops following the ledger; a snapshot under way is finished first. */
  async close(): Promise<void> {
    this.#cancel();
    await this.#saving;
  }

  #advance(batch: readonly Event[]): void {
    this.#fold(batch);
    for (const listener of this.#listeners) {
      try {
        listener(this.#current, batch);
      } catch (error) {
        this.#report(error);
      }
    }
    const { snapshots, snapshotEvery = 10_000 } = this.#options;
    if (snapshots === undefined || this.#saving !== undefined || this.#position - this.#saved < snapshotEvery) return;
    this.#saving = this.#saveNow(snapshots);
  }

  async #saveNow(snapshots: Snapshots<S>): Promise<void> {
    const position = this.#position;
    try {
      await snapshots.save(position, this.#current);
    } catch (error) {
      this.#report(error);
    }
    // Also after a failure: the next try comes as many events later, not with each.
    this.#saved = position;
    this.#saving = undefined;
  }

  #report(error: unknown): void {
    (this.#options.report ?? warn)(error);
  }

  #fold(batch: readonly Event[]): void {
    let state = this.#current;
    for (const event of batch) state = this.#options.fold(state, event);
    this.#current = state;
    this.#position = batch.at(-1)?.position ?? this.#position;
  }
}

/** The state as it was at `position`: the fold of the events up to it, from the nearest snapshot before it if there is one. */
export async function foldTo<S>(ledger: Ledger, fold: Fold<S>, empty: S, position: number, snapshots?: Snapshots<S>): Promise<S> {
  const start = await snapshots?.latest(position);
  let state = start === undefined ? empty : start.state;
  for await (const events of pagesOf(ledger, start?.position ?? 0, Math.min(position, ledger.head))) for (const event of events) state = fold(state, event);
  return state;
}

/** The events behind `after` up to `end`. */
async function* pagesOf(ledger: Ledger, after: number, end: number): AsyncGenerator<readonly Event[]> {
  const coming: Promise<readonly Event[]>[] = [];
  while (after < end || coming.length > 0) {
    while (coming.length < ahead && after < end) {
      const read = ledger.read(after, Math.min(page, end - after));
      // Whoever waits for it hears of what it fails for; nobody may wait for one that is ahead.
      read.catch(() => undefined);
      coming.push(read);
      after = Math.min(after + page, end);
    }
    yield await coming.shift()!;
  }
}
