/** Kinds of damage that an audit tells apart. */
export type DamageKind =
  | 'flipped' | 'missing' | 'truncated' | 'reordered' | 'duplicated' | 'replayed' | 'rewritten' | 'not-canonical' | 'clock' | 'tile' | 'forged-checkpoint' | 'rolled-back' | 'index' | 'unreadable';

export interface Finding {
  readonly kind: DamageKind;
  /** The first position that is not what was written; null when it is not about a position. */
  readonly position: number | null;
  readonly message: string;
}

/** Thrown where an audit ends: what comes after the first damage says nothing. */
export class Found extends Error {
  readonly finding: Finding;

  constructor(kind: DamageKind, position: number | null, message: string) {
    super(message);
    this.finding = { kind, position, message };
  }
}
