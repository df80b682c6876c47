import type { Refusal } from '../http1/refusal.ts';

/** Who deals with what a client sends: the exchange in progress, or the tunnel that it became. */
export interface ClientUser {
  /** Takes what is its own of `bytes`; returns the rest, which belongs to the next request. Throws {@link Refusal}. */
  onClientData(bytes: Buffer): Buffer | null;
  onClientDrain(): void;
  /** The client will send no more, but may still read. */
  onClientEnd(): void;
  onClientGone(): void;
  /** The bytes from the client broke the protocol or a limit. */
  onClientRefused(refusal: Refusal): void;
  /** Called about once a second, for timeouts. */
  check(now: number): void;
}
