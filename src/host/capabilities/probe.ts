/** One look at the machine; it may throw, and take its time. */
export interface Probe {
  readonly area: string;
  readonly name: string;
  /** Detail when it works; otherwise detail and remedy. */
  look(): Promise<string | { readonly detail: string; readonly remedy: string | null }>;
}
