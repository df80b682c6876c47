/** Bounds within which the ingress serves. Times are milliseconds, sizes bytes. */
export interface Limits {
  readonly headBytes: number;
  readonly headFields: number;
  /** Largest request body; null for any: bodies are streamed and never held. */
  readonly bodyBytes: number | null;
  readonly connections: number;
  /** From a request's first byte to the end of its head. */
  readonly headTimeout: number;
  /** A client's connection without a request. */
  readonly idleTimeout: number;
  /** Window in which a client must send at least `bodyProgress` bytes of a body that is awaited. */
  readonly stallTimeout: number;
  readonly bodyProgress: number;
  /** A client that takes nothing of a response for so long is cut off. */
  readonly takeTimeout: number;
  readonly connectTimeout: number;
  /** From the end of a request to the response's head. */
  readonly responseTimeout: number;
  /** How long a client that closed its sending side is answered, while nothing was sent yet. */
  readonly halfClosedTimeout: number;
  /** How long a request waits for a target. */
  readonly holdTimeout: number;
  /** How long the draining of an agent waits for event streams that may end by themselves. */
  readonly streamGrace: number;
  /** From the end of draining, when the agent gets its stop signal, to the ingress's own goodbye on the streams that the agent left open. */
  readonly goodbyeAfter: number;
  readonly heldRequests: number;
  readonly heldBytes: number;
}

export const defaultLimits: Limits = {
  headBytes: 32_768,
  headFields: 128,
  bodyBytes: null,
  connections: 10_000,
  headTimeout: 10_000,
  idleTimeout: 75_000,
  stallTimeout: 30_000,
  bodyProgress: 1024,
  takeTimeout: 120_000,
  connectTimeout: 3_000,
  responseTimeout: 120_000,
  halfClosedTimeout: 2_000,
  holdTimeout: 10_000,
  streamGrace: 1_000,
  goodbyeAfter: 1_500,
  heldRequests: 2_000,
  heldBytes: 32 * 1024 * 1024,
};
