import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ledgerFiles } from '../files.ts';

/** Damaged ledgers that stay, however old they are. */
const kept = 3;

/** Milliseconds for which the others stay. */
const patience = 30 * 24 * 60 * 60_000;

/**
 * Removes damaged ledgers that were set aside long ago, all but the newest few. `now` is in milliseconds since the epoch. Returns the directories that went.
 */
export function collectQuarantine(directory: string, now: number): string[] {
  const { quarantine } = ledgerFiles(directory);
  const newestFirst = namesIn(quarantine).map((name) => join(quarantine, name)).map((path) => ({ path, at: statSync(path).mtimeMs })).toSorted((a, b) => b.at - a.at);
  const gone = newestFirst.slice(kept).filter(({ at }) => now - at > patience).map(({ path }) => path);
  for (const path of gone) rmSync(path, { recursive: true });
  return gone;
}

function namesIn(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}
