import { availableParallelism, loadavg } from 'node:os';
import { isSearched } from '../security/findings.ts';
import { searchLimits } from '../security/taint/world.ts';
import type { SearchLimits } from '../security/taint/world.ts';
import type { Tree } from '../tree/tree.ts';
import { Account } from './account.ts';
import { Batch } from './batch.ts';
import { Readers } from './readers.ts';
import type { Listing } from './reading.ts';
import { Reader } from './reading.ts';

export interface SurveyOptions {
  /** Processes that read; 0 for none but this one. */
  processes?: number;
  /** Limit of each one's heap. */
  megabytes?: number;
  /** Files from which on a tree is surveyed. */
  least?: number;
  /** What the search of all files may take. */
  limits?: SearchLimits;
}

/** Files from which on it is worth it to start processes: less is read about as soon as they stand. */
const leastFiles = 1200;
/** Files that a process reads at a time. */
const batchSize = 64;
const mostProcesses = 4;

/**
 * Reads all files of a large tree in processes of their own, and remembers what each tells by itself: its facts, what is dangerous in it, its hints. It is the same, in the same order,
 * with however many of them, none included. Of a small tree nothing is read: that is done by whoever asks for something.
 */
export async function survey(tree: Tree, { processes = usualProcesses(), megabytes, least = leastFiles, limits = searchLimits }: SurveyOptions = {}): Promise<void> {
  const files = tree.files.filter(isSearched);
  if (files.length < least) return;
  const listing: Listing = { root: tree.root, walked: { files: [...tree.files], directories: [...tree.directories], skipped: [] } };
  const batches = Array.from({ length: Math.ceil(files.length / batchSize) }, (_, i) => new Batch(files.slice(i * batchSize, (i + 1) * batchSize)));
  const account = new Account(tree, limits);
  let next = 0;
  const done = () => {
    for (let read = batches[next]?.result; read; read = batches[next]?.result) {
      for (const one of read) account.take(one);
      delete batches[next++];
    }
  };
  if (processes > 0) await new Readers(listing, batches, { processes, megabytes, isSpent: () => account.isSpent, done }).read();
  const reader = new Reader(listing);
  for (const batch of batches.slice(next)) {
    batch.fill(reader.read(batch.open, account.isSpent));
    done();
  }
}

function usualProcesses(): number {
  return processesFor(availableParallelism(), loadavg()[0]!);
}

/** As many processes as there are processors with nothing to do, and none for fewer than three: each has to get warm, and two were slower than none (`bench/analysis/README.md`). */
export function processesFor(processors: number, load: number): number {
  const idle = Math.min(mostProcesses, Math.ceil(processors - load));
  return idle < 3 ? 0 : idle;
}
