import { availableParallelism, loadavg } from 'node:os';
import { isSearched } from '../security/findings.ts';
import { hashText } from '../similarity/mix.ts';
import { searchLimits } from '../security/taint/world.ts';
import type { SearchLimits } from '../security/taint/world.ts';
import type { Tree } from '../tree/tree.ts';
import { Account } from './account.ts';
import { Batch } from './batch.ts';
import { readHalves } from './halves.ts';
import type { KeptOptions } from './kept.ts';
import { KeptReadings } from './kept.ts';
import { Readers } from './readers.ts';
import type { Listing } from './reading.ts';
import { Reader } from './reading.ts';

export interface SurveyOptions {
  /** Processes that read beside this one: one looks for what is dangerous while this one looks for all else; more of them read everything. */
  processes?: number;
  /** Limit of each one's heap. */
  megabytes?: number;
  /** Files from which on a tree is surveyed. */
  least?: number;
  /** What the search of all files may take. */
  limits?: SearchLimits;
  /** Where what files tell is kept for the next time. */
  kept?: KeptOptions | undefined;
}

/** Files from which on it is worth it to survey a tree, and to start processes: less is read about as soon as they stand. */
const leastFiles = 1200;
/** Files that are read at a time: so many in the mean, and at most. */
const batchSize = { mean: 64, most: 160 };
const mostProcesses = 4;

/**
 * Reads all files of a large tree in processes of their own, and remembers what each tells by itself: its facts, what is dangerous in it, its hints. It is the same, in the same order,
 * with however many of them, none included. Of a small tree nothing is read: that is done by whoever asks for something.
 */
export async function survey(tree: Tree, { processes = usualProcesses(), megabytes, least = leastFiles, limits = searchLimits, kept: keptOptions }: SurveyOptions = {}): Promise<void> {
  const files = tree.files.filter(isSearched);
  if (files.length < least) return;
  const listing: Listing = { root: tree.root, walked: { files: [...tree.files], directories: [...tree.directories], skipped: [] } };
  const kept = keptOptions && KeptReadings.open(keptOptions, listing);
  const batches = batchesOf(files);
  const account = new Account(tree, limits);
  let next = 0;
  const done = () => {
    for (let batch = batches[next]; batch?.result; batch = batches[next]) {
      for (const one of batch.result) account.take(one);
      if (batch.asked) kept?.keep(batch.paths, batch.result, batch.asked);
      delete batches[next++];
    }
  };
  if (kept) for (const batch of batches) batch.fill(kept.find(batch.paths) ?? []);
  done();
  const open = batches.slice(next).filter(({ result }) => result === undefined);
  const isMuch = open.reduce((sum, { paths }) => sum + paths.length, 0) >= least;
  const options = { megabytes, isSpent: () => account.isSpent, done };
  if (processes === 1 && isMuch) await readHalves(listing, open, options);
  else if (processes > 0 && isMuch) await new Readers(listing, open, { processes, ...options }).read();
  const reader = new Reader(listing);
  for (const batch of open) {
    if (batch.result) continue;
    const paths = batch.open;
    const { readings, asked } = reader.read(paths, account.isSpent);
    if (paths.length === batch.paths.length) batch.asked = asked;
    batch.fill(readings);
    done();
  }
  kept?.close();
}

/** Files in a row. Where one ends is told by the name of its last file, so that a file that is new or gone changes only the batch that it is in. */
function batchesOf(files: readonly string[]): Batch[] {
  const batches: Batch[] = [];
  let begin = 0;
  for (const [at, file] of files.entries()) {
    const isFull = at + 1 - begin >= batchSize.most || hashText(file) % batchSize.mean === 0;
    if (!isFull && at + 1 < files.length) continue;
    batches.push(new Batch(files.slice(begin, at + 1)));
    begin = at + 1;
  }
  return batches;
}

function usualProcesses(): number {
  return processesFor(availableParallelism(), loadavg()[0]!);
}

/**
 * As many processes as there are processors with nothing to do, when these are three or more: each has to get warm for all of the code. Where there are fewer, one that does half of the work and gets warm
 * for that half (`bench/analysis/README.md`); none where all processors are busy, or the only one.
 */
export function processesFor(processors: number, load: number): number {
  const idle = Math.min(mostProcesses, Math.ceil(processors - load));
  return idle >= 3 ? idle : processors > 1 && idle > 0 ? 1 : 0;
}
