import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeDurably } from '../files.ts';
import type { Beginning } from './salvage.ts';

/** Where a ledger begins whose first events were archived, with the tiles above the leaves that the tree goes on from. */
export interface Retention extends Beginning {
  readonly tiles: readonly { readonly level: number; readonly index: number; readonly hashes: Uint8Array }[];
}

const path = (directory: string) => join(directory, 'retention.json');

/** Undefined when nothing was archived. */
export function readRetention(directory: string): Retention | undefined {
  let text: string;
  try {
    text = readFileSync(path(directory), 'utf8');
  } catch {
    return undefined;
  }
  const { minimum, hash, tiles } = JSON.parse(text) as { minimum: number; hash: string; tiles: { level: number; index: number; hashes: string }[] };
  return { minimum, hash: Buffer.from(hash, 'hex'), tiles: tiles.map((tile) => ({ ...tile, hashes: Buffer.from(tile.hashes, 'base64') })) };
}

export function writeRetention(directory: string, { minimum, hash, tiles }: Retention): void {
  const plain = { minimum, hash: Buffer.from(hash).toString('hex'), tiles: tiles.map((tile) => ({ ...tile, hashes: Buffer.from(tile.hashes).toString('base64') })) };
  writeDurably(path(directory), JSON.stringify(plain));
}
