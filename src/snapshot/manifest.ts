import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { StratoError } from '../model/index.ts';
import { damaged } from './objects.ts';
import { merkleRoot } from './root.ts';
import { TreeRef } from './tree.ts';

/** Version of the file's shape. */
export const format = 1;

export const SnapshotId = z.string().regex(/^\d{8}-\d{6}-[0-9a-f]{6}$/).brand<'SnapshotId'>();
export type SnapshotId = z.infer<typeof SnapshotId>;

/** First line of a manifest. All that it says of the snapshot itself is also its first leaf, so that the root covers it. */
export const Header = z.object({
  format: z.literal(format),
  id: SnapshotId,
  /** Milliseconds since the epoch. */
  takenAt: z.int().min(0),
  actor: z.string(),
  note: z.string(),
  /** Of this product, when it was taken. */
  version: z.string(),
  /** Position of the last event that the state holds. */
  position: z.int().min(0),
  apps: z.array(z.string()),
  /** Bytes and files of volumes and artefacts. */
  bytes: z.int().min(0),
  files: z.int().min(0),
  /** Where the node kept things, so that another one can put them in its own places. */
  places: z.object({ home: z.string(), program: z.string(), node: z.string() }),
});
export type Header = z.infer<typeof Header>;

/** One thing that a snapshot holds: `app/shop`, `agent/shop-web-0-x1`, `volume/shop/postgresql-data`. */
export interface Leaf {
  readonly key: string;
  readonly value: unknown;
}

export interface Manifest {
  readonly header: Header;
  /** Root of the RFC 6962 tree over all leaves, 64 hexadecimal digits: it stands for every byte of the snapshot. */
  readonly root: string;
  readonly leaves: ReadonlyMap<string, unknown>;
}

const Kept = z.object({ tree: TreeRef, skipped: z.array(z.object({ path: z.string(), why: z.string() })).default([]) });
export type Kept = z.infer<typeof Kept>;

/** The lines of a manifest: header with root, then one leaf a line, sorted by key. */
export function writeManifest(header: Header, leaves: readonly Leaf[]): { text: string; root: string } {
  // In the order of the schema, as a reader will have it.
  const lines = linesOf(Header.parse(header), leaves);
  const root = merkleRoot(lines);
  return { text: `${JSON.stringify({ ...header, root })}\n${lines.slice(1).join('\n')}\n`, root };
}

/** Reads and checks a manifest. Throws `snapshot.unknown`, `snapshot.damaged`, or `snapshot.version` for one of a later version. */
export function readManifest(path: string): Manifest {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new StratoError('snapshot.unknown', 'there is no such snapshot', { next: 'list them with `stratoswarm snapshot list`', cause });
  }
  return parseManifest(text);
}

export function parseManifest(text: string): Manifest {
  const [first = '', ...lines] = text.split('\n').filter((line) => line !== '');
  const said = jsonOf(first) as { format?: unknown; root?: unknown };
  if (typeof said?.format === 'number' && said.format > format) {
    throw new StratoError('snapshot.version', `the snapshot was taken by a later version (its format is ${said.format}, and ${format} is the latest known here)`, { next: 'bring this machine up to date first' });
  }
  const header = Header.safeParse(said);
  if (!header.success) throw damaged(`its header is not valid: ${header.error.issues[0]?.path.join('.')}`);
  const leaves = new Map<string, unknown>();
  for (const line of lines) {
    const leaf = jsonOf(line) as Leaf;
    if (typeof leaf?.key !== 'string' || leaves.has(leaf.key)) throw damaged('a line of it is not an entry, or stands there twice');
    leaves.set(leaf.key, leaf.value);
  }
  const root = merkleRoot([lineOf({ key: 'snapshot', value: header.data }), ...lines]);
  if (root !== said.root) throw damaged(`its entries hash to ${root.slice(0, 16)}…, and ${String(said.root).slice(0, 16)}… is written in it`);
  return { header: header.data, root, leaves };
}

/** The kept tree at a key; undefined when the snapshot has none. */
export function treeAt(manifest: Manifest, key: string): Kept | undefined {
  const value = manifest.leaves.get(key);
  if (value === undefined) return undefined;
  const parsed = Kept.safeParse(value);
  if (!parsed.success) throw damaged(`${key} does not name a tree`);
  return parsed.data;
}

/** Names of all objects that the snapshot needs, as far as its own lines say: lists of entries, and single objects. */
export function* trees(manifest: Manifest): Generator<{ key: string; tree: TreeRef }> {
  for (const [key, value] of manifest.leaves) {
    const parsed = Kept.safeParse(value);
    if (parsed.success) yield { key, tree: parsed.data.tree };
  }
}

function linesOf(header: Header, leaves: readonly Leaf[]): string[] {
  const sorted = [...leaves].sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  return [{ key: 'snapshot', value: header }, ...sorted].map(lineOf);
}

function lineOf({ key, value }: Leaf): string {
  return JSON.stringify({ key, value });
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (cause) {
    throw damaged('a line of it is not JSON', cause);
  }
}
