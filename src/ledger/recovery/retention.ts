import { readFileSync } from 'node:fs';
import type { Archived } from '../archive/archived.ts';
import { Damage } from '../failure.ts';
import { ledgerFiles, writeDurably } from '../files.ts';
import { hashSize } from '../merkle.ts';
import { tileWidth } from '../proof/tree.ts';
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

/** Where the tiles above the leaves are from which a tree of `size` leaves goes on, and how many hashes of each it has. */
export function edgeOf(size: number): { readonly level: number; readonly index: number; readonly width: number }[] {
  const places = [];
  for (let level = 1, count = size / tileWidth; count > 0; level++, count = Math.floor(count / tileWidth)) {
    places.push({ level, index: Math.floor(count / tileWidth), width: count % tileWidth });
  }
  return places.filter(({ width }) => width > 0);
}

/** The tile at such a place, as far as that tree has it. Throws {@link Damage} when it is missing. */
export function edgeTile({ level, index, width }: ReturnType<typeof edgeOf>[number], hashes: Uint8Array | undefined): EdgeTile {
  if (hashes === undefined) throw new Damage(`tile ${index} of level ${level} is missing`);
  return { level, index, hashes: hashes.slice(0, width * hashSize) };
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
