import { setImmediate } from 'node:timers/promises';
import type { Asked } from '../tree/asked.ts';
import { Batch } from './batch.ts';
import type { ReadersOptions } from './readers.ts';
import { Readers } from './readers.ts';
import type { Listing, Read } from './reading.ts';
import { joined, Reader } from './reading.ts';
import { compileLater } from './warm.ts';

/**
 * Reads batches of files in two halves at the same time: a process of its own looks for what is dangerous in them, this one for all else. `done` is called when the next one is read,
 * in order. Where that process cannot begin, this one does its half as well.
 */
export async function readHalves(listing: Listing, batches: readonly Batch[], { megabytes, isSpent, done }: Omit<ReadersOptions, 'processes' | 'part'>): Promise<void> {
  compileLater();
  const reader = new Reader(listing);
  const searched = batches.map(({ open }) => new Batch(open));
  const told: Read[] = [];
  let next = 0;
  const join = () => {
    for (let dangers = searched[next]; dangers?.result && told[next]; dangers = searched[next]) {
      const { readings, asked } = told[next]!;
      const batch = batches[next]!;
      if (dangers.asked && batch.paths.length === readings.length) batch.asked = bothAsked([asked, dangers.asked]);
      batch.fill(dangers.result!.map((one, at) => ('why' in one ? one : joined(readings[at]!, one))));
      delete searched[next];
      delete told[next++];
      done();
    }
  };
  const searching = new Readers(listing, searched, { processes: 1, megabytes, part: 'dangers', isSpent, done: join }).read();
  for (const { open } of batches) {
    const reads: Read[] = [];
    for (const path of open) {
      reads.push(reader.read([path], false, 'facts'));
      // The other process is told what to do next without waiting for the end of the batch.
      await setImmediate();
    }
    told.push({ readings: reads.flatMap(({ readings }) => readings), asked: bothAsked(reads.map(({ asked }) => asked)) });
    join();
  }
  await searching;
  for (let dangers = searched[next]; dangers; dangers = searched[next]) {
    const { readings, asked } = reader.read(dangers.open, isSpent(), 'dangers');
    if (readings.length === dangers.paths.length) dangers.asked = asked;
    dangers.fill(readings);
    join();
  }
}

function bothAsked(asked: readonly Asked[]): Asked {
  const questions = new Map(asked.flatMap((one) => one.questions.map((question) => [question.join(' '), question])));
  return { questions: [...questions.values()], contents: new Map(asked.flatMap(({ contents }) => [...contents])) };
}
