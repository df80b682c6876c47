/** What went wrong in the store, as plain data that crosses from its thread. */
export interface Failure {
  readonly kind: 'full' | 'readonly' | 'busy' | 'damaged' | 'newer' | 'archived' | 'failed';
  readonly message: string;
}

/** Thrown where the store finds that what it holds is not what it wrote. */
export class Damage extends Error {
  override readonly name = 'Damage';
}

/** Thrown for a database of a later version of the program. */
export class Newer extends Error {
  override readonly name = 'Newer';
}

/** Thrown for events that left the database. */
export class Gone extends Error {
  override readonly name = 'Gone';
}

/** Primary result codes of SQLite (sqlite.org/rescode.html) that speak of the surroundings and not of the content. */
const surroundings: Record<number, Failure['kind']> = { 3: 'readonly', 5: 'busy', 6: 'busy', 7: 'failed', 8: 'readonly', 10: 'failed', 13: 'full', 14: 'failed', 23: 'failed' };
/** SQLITE_IOERR_SHORT_READ and SQLITE_IOERR_CORRUPTFS: the file is not as long, or not as whole, as it says. */
const damagedReads = new Set([522, 8458]);

const ofSystem: Record<string, Failure['kind']> = { ENOSPC: 'full', EDQUOT: 'full', EROFS: 'readonly', EACCES: 'readonly', EPERM: 'readonly' };
const systemFailure = /^E[A-Z0-9]+$/;

/** Tells a full disk, a read-only place, damage and the rest apart. */
export function failureOf(error: unknown): Failure {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof Damage) return { kind: 'damaged', message };
  if (error instanceof Newer) return { kind: 'newer', message };
  if (error instanceof Gone) return { kind: 'archived', message };
  const { code, errcode } = error as { code?: unknown; errcode?: unknown };
  if (typeof errcode === 'number') {
    if (damagedReads.has(errcode)) return { kind: 'damaged', message };
    return { kind: surroundings[errcode & 0xff] ?? 'damaged', message };
  }
  if (typeof code === 'string' && systemFailure.test(code) && !code.startsWith('ERR_')) return { kind: ofSystem[code] ?? 'failed', message };
  // A number too large for JavaScript where a position or a count belongs.
  if (code === 'ERR_OUT_OF_RANGE') return { kind: 'damaged', message };
  return { kind: 'failed', message };
}
