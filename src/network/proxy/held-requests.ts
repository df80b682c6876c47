/** A request that waits for a target. */
export interface Held {
  /** Bytes of it that are in memory. */
  readonly heldBytes: number;
  /** Tries to send it; it may come back to be held again. */
  dispatch(): void;
}

/** Between two tries to reach targets that refused; a change of routes tries at once. */
const retryInterval = 100;

/** The requests that wait, bounded in number and bytes. */
export class HeldRequests {
  readonly #requests = new Map<Held, number>();
  readonly #most: number;
  readonly #mostBytes: number;
  #bytes = 0;
  #timer: NodeJS.Timeout | null = null;

  constructor(most: number, mostBytes: number) {
    this.#most = most;
    this.#mostBytes = mostBytes;
  }

  get size(): number {
    return this.#requests.size;
  }

  /** False when no more may be held. */
  add(request: Held): boolean {
    const bytes = request.heldBytes;
    if (this.#requests.size >= this.#most || this.#bytes + bytes > this.#mostBytes) return false;
    this.#requests.set(request, bytes);
    this.#bytes += bytes;
    this.#timer ??= setTimeout(() => this.release(), retryInterval);
    return true;
  }

  remove(request: Held): void {
    this.#bytes -= this.#requests.get(request) ?? 0;
    this.#requests.delete(request);
  }

  /** Lets every held request try again, in the order they came. */
  release(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const waiting = [...this.#requests.keys()];
    for (const request of waiting) {
      this.remove(request);
      request.dispatch();
    }
  }
}
