/**
 * Every failure that a person may see: what happened, why, and what to do next, with a code that never changes.
 * `retryable` belongs to the error, not to the caller's guess.
 */
export class StratoError extends Error {
  readonly code: string;
  readonly why: string | undefined;
  readonly next: string | undefined;
  readonly retryable: boolean;
  readonly details: unknown;

  constructor(code: string, message: string, options: StratoErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'StratoError';
    this.code = code;
    this.why = options.why;
    this.next = options.next;
    this.retryable = options.retryable ?? false;
    this.details = options.details;
  }

  /** The shape that crosses process borders (API problem+json, event bodies). */
  toJSON(): ErrorReport {
    return { code: this.code, message: this.message, why: this.why, next: this.next, retryable: this.retryable, details: this.details };
  }
}

export interface StratoErrorOptions {
  /** Why it happened, one sentence. */
  why?: string | undefined;
  /** What the reader can do now, one sentence. */
  next?: string | undefined;
  retryable?: boolean;
  /** Plain JSON for programs: fields, lines, limits. */
  details?: unknown;
  cause?: unknown;
}

export interface ErrorReport {
  code: string;
  message: string;
  why?: string | undefined;
  next?: string | undefined;
  retryable: boolean;
  details?: unknown;
}

/** The error that a report was made of, in the process that got it. */
export function errorFrom({ code, message, why, next, retryable, details }: ErrorReport): StratoError {
  return new StratoError(code, message, { why, next, retryable, details });
}

/** Turns anything thrown into an {@link ErrorReport}; unknown errors get the code `internal`. */
export function reportOf(error: unknown): ErrorReport {
  if (error instanceof StratoError) return error.toJSON();
  const message = error instanceof Error ? error.message : String(error);
  return { code: 'internal', message, retryable: false };
}
