import { createHash } from 'node:crypto';
import { createReadStream, existsSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { emptyState, StratoError, type State } from '../../model/index.ts';
import { EventCodec, modelSchemas } from '../events/schemas.ts';
import { Damage } from '../failure.ts';
import { syncPath } from '../files.ts';
import { parseCheckpoint, trustedCheckpoint } from '../proof/checkpoint.ts';
import { entryOf, leafOf } from '../proof/leaf.ts';
import type { Verifier } from '../proof/note.ts';
import { Proofs } from '../proof/proofs.ts';
import { bundleOf, tilePath } from '../proof/tile-path.ts';
import { Tree, tileWidth } from '../proof/tree.ts';
import { baseHash, baseText, parseBase } from '../state/base.ts';
import { fold } from '../state/fold.ts';
import { reducerHash } from '../state/state-file.ts';
import type { LogSource, StoredRow } from '../store/source.ts';
import type { Archived } from './archived.ts';
import { archiveFormat, blockPath, packRows, type ArchiveHead } from './layout.ts';
import { TarWriter } from './tar.ts';

export interface ArchiveOrder {
  readonly source: LogSource;
  readonly log: Verifier;
  /** Signed for at least as many events as are archived. */
  readonly checkpoint: string;
  /** As {@link boundaryBefore} gives it. */
  readonly upTo: number;
  /** The state before the first event, as the last archive recorded it; undefined for the first archive. */
  readonly base: string | undefined;
  /** Must not be there yet. */
  readonly file: string;
}

/** The last position at or before `position`, and before the last event, with which a full tile of leaves ends; 0 when there is none behind what is archived already. */
export async function boundaryBefore(source: LogSource, position: number): Promise<number> {
  const { head, minimum } = await source.extent();
  const at = Math.floor(Math.min(position, head - 1) / tileWidth) * tileWidth;
  return at > minimum ? at : 0;
}

/**
 * Writes a bundle with everything that the events up to a position need to be verified by themselves: rows, entries, tiles, the checkpoints signed meanwhile, one that is
 * signed for more with the proof that it follows, and the state that they lead to. The file is on disk and whole under its name, or is not there. Memory does not grow with it.
 *
 * @returns what the ledger is to remember of it, and the text of the state.
 */
export async function makeArchive({ source, log, checkpoint, upTo, base, file }: ArchiveOrder): Promise<{ archived: Archived; state: string }> {
  if (existsSync(file)) throw new StratoError('ledger.archive', `${file} is there already`, { next: 'name another directory' });
  const { minimum: from, hash } = await source.extent();
  const { size } = trustedCheckpoint(checkpoint, log);
  if (upTo <= from || upTo > size) throw new Damage(`an archive of ${from} to ${upTo} cannot be made of ${size} events`);
  const next = `${file}.next`;
  rmSync(next, { force: true });
  const tar = new TarWriter(next);
  let bytes: number;
  let text: string;
  try {
    const began = base === undefined ? undefined : parseBase(base);
    const head: ArchiveHead = { format: archiveFormat, origin: log.name, from, upTo, hash: Buffer.from(hash).toString('hex'), reducer: reducerHash() };
    tar.add('archive.json', `${JSON.stringify(head)}\n`);
    const state = await addBlocks(tar, source, from, upTo, began ?? emptyState);
    for (const note of await source.checkpoints()) {
      const signed = parseCheckpoint(note);
      if (signed.origin === log.name && signed.size <= upTo) tar.add(`checkpoints/${signed.size}`, note);
    }
    const proof = size === upTo ? [] : await new Proofs((level, index) => source.tile(level, index)).consistency(upTo, size);
    tar.add('consistency', proof.map((node) => `${Buffer.from(node).toString('base64')}\n`).join(''));
    tar.add('checkpoint', checkpoint);
    text = baseText(state);
    tar.add('state.json', text);
    bytes = tar.end();
  } catch (error) {
    rmSync(next, { force: true });
    throw error;
  }
  const sha256 = await fileHash(next);
  renameSync(next, file);
  syncPath(dirname(file));
  return { archived: { from, upTo, name: basename(file), sha256, bytes, state: baseHash(text) }, state: text };
}

/** What people's keys have sealed stays sealed, in the rows and in the state. */
async function addBlocks(tar: TarWriter, source: LogSource, from: number, upTo: number, base: State): Promise<State> {
  const codec = new EventCodec(modelSchemas);
  const edge = new Map<string, Uint8Array | undefined>();
  for (let level = 1, count = from / tileWidth; count > 0; level++, count = Math.floor(count / tileWidth)) {
    const index = Math.floor(count / tileWidth);
    edge.set(`${level}/${index}`, await source.tile(level, index));
  }
  const put = (level: number, index: number, hashes: Uint8Array) => {
    if (hashes.length === tileWidth * 32) tar.add(tilePath(level, index), hashes);
  };
  const tree = new Tree({ get: (level, index) => edge.get(`${level}/${index}`), put }, from, []);
  let state = base;
  let block: StoredRow[] = [];
  while (tree.size < upTo) {
    const rows = (await source.rows(tree.size)).slice(0, upTo - tree.size);
    if (rows[0]?.position !== tree.size + 1) throw new Damage(`event ${tree.size + 1} is missing`);
    for (const event of codec.read(`[${rows.map((row) => row.event).join(',')}]`, '')) state = fold(state, event);
    for (const row of rows) {
      block.push(row);
      tree.append(leafOf(row.event));
      if (block.length < tileWidth) continue;
      const index = row.position / tileWidth - 1;
      for (const { position, event } of block) if (entryOf(event) !== event) tar.add(`large/${position}.json`, event);
      tar.add(tilePath('entries', index), bundleOf(block.map(({ event }) => entryOf(event))));
      tar.add(blockPath(index), packRows(block));
      block = [];
    }
  }
  for (let level = 1, count = upTo / tileWidth; count > 0; level++, count = Math.floor(count / tileWidth)) {
    if (count % tileWidth > 0) tar.add(tilePath(level, Math.floor(count / tileWidth), count % tileWidth), tree.growing(level));
  }
  return state;
}

/** SHA-256 of a file in hexadecimal digits. */
export async function fileHash(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
