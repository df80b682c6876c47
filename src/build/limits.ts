/** How much of a source is taken. Beyond it, it is more likely a mistake than an app. */
export interface SourceLimits {
  /** Bytes of all files together. */
  readonly bytes: number;
  /** Files, directories and links. */
  readonly entries: number;
}

export const sourceLimits: SourceLimits = { bytes: 2 * 2 ** 30, entries: 100_000 };
