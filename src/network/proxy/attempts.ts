import type { RequestHead } from '../http1/request-head.ts';
import type { TargetState } from './target-state.ts';

/** Methods that may be sent again after a target might have seen them (RFC 9110 §9.2.2). */
const idempotent = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE']);

/** A request that was already sent is sent again this often: a request that kills its agent must not kill them all. */
const mostResends = 2;

/** The targets that one request was tried with, and whether it may be tried again. */
export class Attempts {
  /** Until when the request waits for a target; 0 while it found one at once. */
  holdUntil = 0;
  #tried: Set<TargetState> | null = null;
  #resends = 0;

  /** Targets that failed this request; null for none. */
  get tried(): ReadonlySet<TargetState> | null {
    return this.#tried;
  }

  /** A connection that was idle might be closed by the target again: only a fresh one will do. */
  get needsFreshConnection(): boolean {
    return this.#resends > 0;
  }

  failed(target: TargetState, now: number): void {
    target.failed(now);
    (this.#tried ??= new Set()).add(target);
  }

  /** All targets failed: after a pause each may be tried again. */
  forget(): void {
    this.#tried = null;
  }

  /** Counts a request that was sent in vain; false when it must not be sent again. `intact` says that all of it is at hand and nothing of an answer was seen. */
  resend(head: RequestHead, intact: boolean): boolean {
    return intact && idempotent.has(head.method) && this.#resends++ < mostResends;
  }
}
