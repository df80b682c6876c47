import { readFileSync } from 'node:fs';
import type { Archived } from '../archive/archived.ts';
import { ledgerFiles, writeDurably } from '../files.ts';
import type { Beginning } from './salvage.ts';

/** A tile above the leaves, as far as it goes. */
export interface EdgeTile {
  readonly level: number;
  readonly index: number;
  readonly hashes: Uint8Array;
}

/** Where a ledger begins whose first events were archived, with the tiles above the leaves that the tree goes on from. */
export interface Retention extends Beginning {
  readonly tiles: readonly EdgeTile[];
  readonly archives: readonly Archived[];
}

/** Undefined when nothing was archived, or the file cannot be read: the database knows it, too. */
export function readRetention(directory: string): Retention | undefined {
  try {
    const { minimum, hash, tiles, archives } = JSON.parse(readFileSync(ledgerFiles(directory).retention, 'utf8')) as { minimum: number; hash: string; tiles: { level: number; index: number; hashes: string }[]; archives: Archived[] };
    return { minimum, hash: Buffer.from(hash, 'hex'), tiles: tiles.map((tile) => ({ ...tile, hashes: Buffer.from(tile.hashes, 'base64') })), archives };
  } catch {
    return undefined;
  }
}

/** Durably: once this is written the ledger begins there, and whoever opens it next goes on with the removal. */
export function writeRetention(directory: string, { minimum, hash, tiles, archives }: Retention): void {
  const plain = { minimum, hash: Buffer.from(hash).toString('hex'), tiles: tiles.map((tile) => ({ ...tile, hashes: Buffer.from(tile.hashes).toString('base64') })), archives };
  writeDurably(ledgerFiles(directory).retention, JSON.stringify(plain));
}
