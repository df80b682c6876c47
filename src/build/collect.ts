import { existsSync, lstatSync, readdirSync, rmSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { ArtefactId } from '../model/index.ts';
import type { Paths } from '../host/paths.ts';
import { type Artefacts, removeTree } from './artefacts.ts';
import { fileStoreOf } from './filestore.ts';
import { Layers } from './layers.ts';

const days = 24 * 60 * 60_000;

/**
 * Removes what no revision needs any more: artefacts that are not in `keep`, dependency layers, build records and what files of code told unused for two weeks, and
 * what builds and downloads that were cut off left behind. `now` is in milliseconds since the epoch. Returns the artefacts that went.
 */
export async function collectCache(paths: Pick<Paths, 'cache'>, artefacts: Artefacts, keep: ReadonlySet<ArtefactId>, now: number): Promise<ArtefactId[]> {
  new Layers(paths, fileStoreOf(paths)).collect(now, 14 * days);
  for (const part of ['builds', 'readings']) for (const file of olderThan(join(paths.cache, part), now - 14 * days)) rmSync(file, { force: true });
  for (const file of olderThan(join(paths.cache, 'snapshots'), now - 60 * days)) unlinkSync(file);
  for (const part of ['workshops', 'fetched']) for (const directory of olderThan(join(paths.cache, part), now - days)) await removeTree(directory);
  return await artefacts.collect(keep, now);
}

function olderThan(directory: string, time: number): string[] {
  if (!existsSync(directory)) return [];
  return readdirSync(directory).map((name) => join(directory, name)).filter((path) => (lstatSync(path, { throwIfNoEntry: false })?.mtimeMs ?? time) < time);
}
