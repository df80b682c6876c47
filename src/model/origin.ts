/** The event from which something follows, and the larger matter that both belong to. */
export interface Origin {
  readonly position: number;
  /** Id of the deployment or decision that began the matter; null where none was written down. */
  readonly correlation: string | null;
}

/** The origin that an event is for what follows from it. */
export function originOf(event: { readonly position: number; readonly correlation?: string | undefined }): Origin {
  return { position: event.position, correlation: event.correlation ?? null };
}

/** The members of a new event that say what it follows from; none where that is not known. */
export function because(origin: Origin | null | undefined): { cause?: number; correlation?: string } {
  if (!origin) return {};
  return origin.correlation === null ? { cause: origin.position } : { cause: origin.position, correlation: origin.correlation };
}

/** The latest of several; undefined when there is none. */
export function newest(origins: Iterable<Origin | null | undefined>): Origin | undefined {
  let latest: Origin | undefined;
  for (const origin of origins) if (origin && (latest === undefined || origin.position > latest.position)) latest = origin;
  return latest;
}
