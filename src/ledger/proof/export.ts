import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { trustedCheckpoint } from './checkpoint.ts';
import { Damage } from '../failure.ts';
import { entryOf, leafOf } from './leaf.ts';
import { equal } from '../merkle.ts';
import type { Verifier } from './note.ts';
import type { LogSource } from '../store/source.ts';
import { bundleOf, tilePath } from './tile-path.ts';
import { Tree, tileWidth } from './tree.ts';

/** What was written. */
export interface Exported {
  readonly size: number;
  readonly files: number;
  /** Positions of events that are too long for a bundle: it holds their hash, and `large/<position>.json` the event. */
  readonly large: readonly number[];
}

/**
 * Writes the log up to `checkpoint` as static files that every client of C2SP tlog-tiles can read: `checkpoint`, tiles of hashes, bundles of entries.
 * Everything is computed from the events, and compared with the checkpoint at the end. A log whose beginning was archived has only the rest.
 */
export async function exportTiles(source: LogSource, checkpoint: string, log: Verifier, directory: string): Promise<Exported> {
  const { size, root } = trustedCheckpoint(checkpoint, log);
  const { minimum } = await source.extent();
  let files = 0;
  const write = (path: string, content: Uint8Array | string) => {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), content);
    files++;
  };
  const stored = new Map<string, Uint8Array | undefined>();
  for (let level = 1, count = minimum / tileWidth; count > 0; level++, count = Math.floor(count / tileWidth)) stored.set(`${level}/${Math.floor(count / tileWidth)}`, await source.tile(level, Math.floor(count / tileWidth)));
  const put = (level: number, index: number, hashes: Uint8Array) => {
    if (hashes.length === tileWidth * 32) write(tilePath(level, index), hashes);
  };
  const tree = new Tree({ get: (level, index) => stored.get(`${level}/${index}`), put }, minimum, []);
  const large: number[] = [];
  let entries: string[] = [];
  for (let rows = await source.rows(tree.size); rows.length > 0 && tree.size < size; rows = await source.rows(tree.size)) {
    for (const { position, event } of rows.slice(0, size - tree.size)) {
      const entry = entryOf(event);
      if (entry !== event) {
        large.push(position);
        write(`large/${position}.json`, event);
      }
      entries.push(entry);
      tree.append(leafOf(event));
      if (entries.length < tileWidth) continue;
      write(tilePath('entries', position / tileWidth - 1), bundleOf(entries));
      entries = [];
    }
  }
  if (!equal(tree.root, root) || tree.size !== size) throw new Damage('the events are not those of the checkpoint');
  if (entries.length > 0) write(tilePath('entries', Math.floor(size / tileWidth), entries.length), bundleOf(entries));
  for (let level = 0, count = size; count > 0; level++, count = Math.floor(count / tileWidth)) {
    const width = count % tileWidth;
    if (width > 0) write(tilePath(level, Math.floor(count / tileWidth), width), tree.growing(level));
  }
  write('checkpoint', checkpoint);
  return { size, files, large };
}
