import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { StratoError, type State } from '../../model/index.ts';
import { ledgerFiles, syncPath, writeDurably } from '../files.ts';
import { dumpState, loadState } from './state-file.ts';

/** A state to which archived events led, as a text: the ledger goes on from it. What people's keys have sealed is sealed in it. */
export const baseText = (state: State): string => JSON.stringify(dumpState(state));

/** The inverse of {@link baseText}. Also of a text that an earlier version wrote. */
export const parseBase = (text: string): State => loadState(JSON.parse(text));

/** By what a ledger remembers such a text: SHA-256 in hexadecimal digits. */
export const baseHash = (text: string): string => createHash('sha256').update(text).digest('hex');

const pathOf = (directory: string, position: number) => join(ledgerFiles(directory).bases, `${position}.json`);

export function writeBase(directory: string, position: number, text: string): void {
  mkdirSync(ledgerFiles(directory).bases, { recursive: true, mode: 0o700 });
  writeDurably(pathOf(directory, position), `${baseHash(text)}\n${text}`);
}

/** Where there are any, newest first. */
export function basePositions(directory: string): number[] {
  try {
    return readdirSync(ledgerFiles(directory).bases).flatMap((name) => (/^\d{1,15}\.json$/.test(name) ? [Number.parseInt(name, 10)] : [])).sort((a, b) => b - a);
  } catch {
    return [];
  }
}

/** @throws StratoError `ledger.base` when it is not there, or not what was written. */
export function readBase(directory: string, position: number): string {
  const path = pathOf(directory, position);
  let content = '';
  try {
    content = readFileSync(path, 'utf8');
  } catch {
    throw broken(path, position, 'it is missing');
  }
  const text = content.slice(65);
  if (baseHash(text) !== content.slice(0, 64)) throw broken(path, position, 'it is not what was written');
  return text;
}

/** Removes those from which the ledger does not begin any more. */
export function removeBasesBefore(directory: string, position: number): void {
  const gone = basePositions(directory).filter((candidate) => candidate < position);
  for (const candidate of gone) rmSync(pathOf(directory, candidate), { force: true });
  if (gone.length > 0) syncPath(ledgerFiles(directory).bases);
}

function broken(path: string, position: number, why: string): StratoError {
  return new StratoError('ledger.base', `${path}, from which the ledger goes on behind its archived events, cannot be used`, { why, next: `bring it back from the archive that ends at ${position}: \`swarmctl audit archive --restore FILE\`` });
}
