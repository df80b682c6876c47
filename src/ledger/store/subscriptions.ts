import type { Event } from '../../model/index.ts';

export type Listener = (batch: readonly Event[]) => void;

interface Subscription {
  readonly listener: Listener;
  /** Position of the last event delivered. */
  at: number;
  /** It has seen all of the past and is told what becomes durable. */
  live: boolean;
  cancelled: boolean;
}

interface Source {
  head(): number;
  read(after: number): Promise<Event[]>;
}

/** Leads every listener through the past, page by page, and from there on along with what is appended. */
export class Subscriptions {
  readonly #source: Source;
  readonly #report: (error: unknown) => void;
  readonly #all = new Set<Subscription>();

  /** @param report - Told what a listener threw, and why one cannot be led on. */
  constructor(source: Source, report: (error: unknown) => void) {
    this.#source = source;
    this.#report = report;
  }

  add(after: number, listener: Listener): () => void {
    const subscription = { listener, at: after, live: false, cancelled: false };
    this.#all.add(subscription);
    void this.#catchUp(subscription);
    return () => this.#cancel(subscription);
  }

  publish(batch: readonly Event[]): void {
    for (const subscription of this.#all) if (subscription.live) this.#deliver(subscription, batch);
  }

  close(): void {
    for (const subscription of this.#all) this.#cancel(subscription);
  }

  async #catchUp(subscription: Subscription): Promise<void> {
    try {
      while (!subscription.cancelled && subscription.at < this.#source.head()) this.#deliver(subscription, await this.#source.read(subscription.at));
      // No await lies between the last look at the head and this, so nothing can be appended unseen.
      subscription.live = true;
    } catch (error) {
      if (subscription.cancelled) return;
      this.#cancel(subscription);
      this.#report(error);
    }
  }

  #deliver(subscription: Subscription, batch: readonly Event[]): void {
    const fresh = batch[0] !== undefined && batch[0].position > subscription.at ? batch : batch.filter((event) => event.position > subscription.at);
    if (subscription.cancelled || fresh.length === 0) return;
    subscription.at = fresh.at(-1)!.position;
    try {
      subscription.listener(fresh);
    } catch (error) {
      this.#report(error);
    }
  }

  #cancel(subscription: Subscription): void {
    subscription.cancelled = true;
    this.#all.delete(subscription);
  }
}
