import '../bounded-patterns.ts';
import { parentPort, workerData } from 'node:worker_threads';
import type { ReaderData } from './readers.ts';
import { Reader } from './reading.ts';

/** The program of a thread of {@link Readers}: paths of a batch in, their readings out. */
const { listing, spent, at } = workerData as ReaderData;
const reader = new Reader(listing);
parentPort!.on('message', (paths: readonly string[]) => {
  parentPort!.postMessage(reader.read(paths, (index) => { at[0] = index; }, () => Atomics.load(spent, 0) !== 0));
});
