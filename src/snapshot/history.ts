import { mkdirSync } from 'node:fs';
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { trustedCheckpoint } from '../ledger/proof/checkpoint.ts';
import { chained } from '../ledger/proof/chain.ts';
import { leafOf } from '../ledger/proof/leaf.ts';
import { equal } from '../ledger/merkle.ts';
import { parseVerifier } from '../ledger/proof/note.ts';
import type { LogSource } from '../ledger/store/source.ts';
import { Tree } from '../ledger/proof/tree.ts';
import { treeAt, type Manifest } from './manifest.ts';
import { damaged, type Objects } from './objects.ts';
import { entriesOf, type TreeEntry } from './tree.ts';

/** Keys of a snapshot's entries about the ledger: what it is, its rows, and the files beside them of one whose beginning was archived. */
export const historyKey = 'ledger';
export const rowsKey = 'ledger/rows';
export const basesKey = 'ledger/bases';

/** Rows in one file: of these, the complete ones never change, and the next snapshot has them already. */
export const rowsInFile = 8_192;

const Hex = z.string().regex(/^[0-9a-f]{64}$/);

/** What a snapshot says of the ledger that it holds. */
export const History = z.object({
  /** The public key of the log, in which its name is. */
  key: z.string(),
  /** Position of the last event that it holds. */
  size: z.int().min(0),
  /** Positions up to this one were archived, and are not in it; `hash` is the checksum of that row. */
  minimum: z.int().min(0),
  hash: Hex,
  /** Position up to which the files of rows are complete, and the checksum of that row: by this the next snapshot knows the same ledger. */
  complete: z.object({ position: z.int().min(0), hash: Hex }),
  /** Signed for exactly these events. */
  checkpoint: z.string(),
  /** Content of `retention.json`, when the beginning was archived. */
  retention: z.string().nullable(),
});
export type History = z.infer<typeof History>;

/** Undefined for a snapshot without the ledger. Throws `snapshot.damaged`. */
export function historyOf(manifest: Manifest): History | undefined {
  const value = manifest.leaves.get(historyKey);
  if (value === undefined) return undefined;
  const parsed = History.safeParse(value);
  if (!parsed.success) throw damaged('what it says of the ledger is not valid');
  return parsed.data;
}

/** Name of the file in which a row is. */
export const fileOf = (position: number): string => `${String(Math.floor((position - 1) / rowsInFile)).padStart(9, '0')}.rows`;

/** Writes the rows behind `after`, up to `size`, into files of a new directory. A line is `remaining ⇥ event`. */
export async function spoolRows(source: LogSource, after: number, size: number, directory: string): Promise<void> {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  for (let at = after; at < size;) {
    const rows = (await source.rows(at)).filter(({ position }) => position <= size);
    if (rows.length === 0) throw damaged(`the ledger has no event ${at + 1}`);
    const texts = new Map<string, string[]>();
    for (const { position, remaining, event } of rows) {
      const name = fileOf(position);
      const lines = texts.get(name) ?? [];
      lines.push(`${remaining}\t${event}\n`);
      texts.set(name, lines);
    }
    for (const [name, lines] of texts) await appendFile(join(directory, name), lines.join(''), { mode: 0o600 });
    at = rows.at(-1)!.position;
  }
}

/** The entries of the files of rows: those that an earlier snapshot has, up to `upTo`, and behind them the new ones. */
export function joinRows(earlier: Iterable<TreeEntry>, upTo: number, fresh: readonly TreeEntry[]): TreeEntry[] {
  const kept = [...earlier].filter((entry) => entry.kind === 'file' && entry.path < fileOf(upTo + 1));
  const [directory, ...files] = fresh;
  return [directory!, ...kept, ...files];
}

/** The rows that a snapshot holds, in order. Throws `snapshot.damaged`. */
export function* rowsOf(manifest: Manifest, objects: Objects): Generator<{ remaining: number; event: string }> {
  const kept = treeAt(manifest, rowsKey);
  if (!kept) throw damaged('it has no events');
  for (const entry of entriesOf(kept.tree, objects)) {
    if (entry.kind !== 'file') continue;
    const text = Buffer.concat(entry.pieces.map((piece) => (piece === null ? Buffer.alloc(0) : objects.get(piece)))).toString('utf8');
    for (const line of text.split('\n')) {
      const tab = line.indexOf('\t');
      if (tab > 0) yield { remaining: Number(line.slice(0, tab)), event: line.slice(tab + 1) };
    }
  }
}

/** Checks that the events are those for which the checkpoint was signed, and chained as they were. Throws `snapshot.damaged`. */
export function verifyHistory(manifest: Manifest, objects: Objects): History | undefined {
  const history = historyOf(manifest);
  if (history === undefined) return undefined;
  const { size, root } = trusted(history);
  let hash: Uint8Array = Buffer.from(history.hash, 'hex');
  const tree = treeBehind(history);
  for (const { remaining, event } of rowsOf(manifest, objects)) {
    const leaf = leafOf(event);
    tree.append(leaf);
    hash = chained(hash, leaf, remaining);
    if (tree.size === history.complete.position && Buffer.from(hash).toString('hex') !== history.complete.hash) throw damaged(`${rowsKey}: the first ${tree.size} events are not chained as they were`);
  }
  if (tree.size !== size || size !== history.size) throw damaged(`${rowsKey}: it holds the events up to ${tree.size}, and a checkpoint of ${size} was signed`);
  if (!equal(tree.root, root)) throw damaged(`${rowsKey}: the events are not those for which their checkpoint was signed`);
  return history;
}

function trusted({ key, checkpoint }: History): { size: number; root: Uint8Array } {
  try {
    return trustedCheckpoint(checkpoint, parseVerifier(key));
  } catch (error) {
    throw damaged(`${historyKey}: its checkpoint is not one of its key`, error);
  }
}

/** The tree as it was at the end of what was archived; of an empty one when nothing was. */
function treeBehind({ minimum, retention }: History): Tree {
  const tiles = new Map<string, Uint8Array>();
  if (retention !== null) for (const { level, index, hashes } of (JSON.parse(retention) as { tiles: { level: number; index: number; hashes: string }[] }).tiles) tiles.set(`${level}/${index}`, Buffer.from(hashes, 'base64'));
  return new Tree({ get: (level, index) => tiles.get(`${level}/${index}`), put: (level, index, hashes) => void tiles.set(`${level}/${index}`, hashes) }, minimum, []);
}
