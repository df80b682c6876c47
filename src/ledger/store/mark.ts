import { readFileSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { ledgerFiles, syncPath, writeDurably } from '../files.ts';
import type { RowWriter } from './writer.ts';

/** Where a ledger ends: its last position, the checksum of that row and the hash of the tree, both in hexadecimal digits. */
export interface End {
  readonly position: number;
  readonly hash: string;
  readonly root: string;
}

export function endOf({ head, hash, tree }: RowWriter): End {
  return { position: head, hash: Buffer.from(hash).toString('hex'), root: Buffer.from(tree.root).toString('hex') };
}

/**
 * Left behind when a ledger was closed in order: where it ended, and the database file as it was. While it is there, and is true, the
 * next opening checks only the tail. It is removed when the ledger is opened.
 */
export interface Mark extends End {
  /** Size and modification time (nanoseconds) of the database file; null while it was not yet closed. */
  readonly file: { readonly size: string; readonly modified: string } | null;
}

/** Undefined when there is none, or when it cannot be read. */
export function readMark(directory: string): Mark | undefined {
  try {
    const mark = JSON.parse(readFileSync(ledgerFiles(directory).mark, 'utf8')) as Mark;
    return Number.isSafeInteger(mark.position) && mark.position >= 0 && typeof mark.hash === 'string' ? mark : undefined;
  } catch {
    return undefined;
  }
}

export function writeMark(directory: string, mark: Mark): void {
  writeDurably(ledgerFiles(directory).mark, JSON.stringify(mark));
}

export function removeMark(directory: string): void {
  const path = ledgerFiles(directory).mark;
  rmSync(path, { force: true });
  syncPath(dirname(path));
}

/** What a mark remembers of the database file. */
export function fileFacts(path: string): NonNullable<Mark['file']> {
  const stat = statSync(path, { bigint: true });
  return { size: String(stat.size), modified: String(stat.mtimeNs) };
}
