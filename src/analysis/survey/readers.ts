import { SHARE_ENV, Worker } from 'node:worker_threads';
import type { Batch } from './batch.ts';
import type { Listing, Reading } from './reading.ts';

/** What a thread is started with. */
export interface ReaderData {
  readonly listing: Listing;
  /** Shared with all threads: not 0 when nothing may be spent on the search for weaknesses any more. */
  readonly spent: Int32Array;
  /** Of this thread alone: which file of its batch it is at; negative before the first. */
  readonly at: Int32Array;
}

export interface ReadersOptions {
  readonly threads: number;
  /** Limit of each thread's heap. */
  readonly megabytes?: number | undefined;
  readonly spent: Int32Array;
  /** A batch is read. They are begun in order, but end as they do. */
  done(): void;
}

/** Deaths of threads after which no batch is tried again: what is left of it is lost with the file that it died of. */
const mostDeaths = 16;
const usualMegabytes = 768;

/** Reads batches of files in threads of their own. A thread that dies takes the file with it that it was at, and another one goes on where it stood. */
export class Readers {
  readonly #listing: Listing;
  readonly #options: ReadersOptions;
  readonly #waiting: Batch[];
  #deaths = 0;
  #isBroken = false;

  constructor(listing: Listing, batches: readonly Batch[], options: ReadersOptions) {
    this.#listing = listing;
    this.#options = options;
    this.#waiting = batches.toReversed();
  }

  /** Resolves when all batches are read; or, where threads cannot so much as begin, when none of them is at work any more. */
  async read(): Promise<void> {
    await Promise.all(Array.from({ length: Math.min(this.#options.threads, this.#waiting.length) }, async () => {
      while (this.#waiting.length > 0 && !this.#isBroken) await this.#thread();
    }));
  }

  /** One thread from its start to its end, which comes when nothing is left to do or with a file. */
  #thread(): Promise<void> {
    const at = new Int32Array(new SharedArrayBuffer(4)).fill(-1);
    const worker = new Worker(new URL('./reader.worker.ts', import.meta.url), {
      workerData: { listing: this.#listing, spent: this.#options.spent, at } satisfies ReaderData, env: SHARE_ENV,
      // About the stack of the main thread: what is too deep for one is so for the other.
      resourceLimits: { maxOldGenerationSizeMb: this.#options.megabytes ?? usualMegabytes, stackSizeMb: 1.15 },
      execArgv: process.execArgv.filter((flag) => flag.startsWith('--disable-warning') || flag.includes('strip-types')),
    });
    return new Promise((resolve) => {
      let batch: Batch | undefined;
      let why = 'the thread that read it ended';
      const next = () => {
        batch = this.#isBroken ? undefined : this.#waiting.pop();
        if (batch) worker.postMessage(batch.open);
        else void worker.terminate();
      };
      worker.on('message', (readings: readonly Reading[]) => {
        batch!.fill(readings);
        this.#options.done();
        next();
      });
      worker.on('error', (error: NodeJS.ErrnoException) => {
        why = error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'too much memory is needed to understand it' : `could not be understood: ${error.message.slice(0, 100)}`;
      });
      worker.on('exit', () => {
        if (batch) this.#bury(batch, at[0]!, why);
        resolve();
      });
      next();
    });
  }

  /** The file at which a thread died is lost; the others of its batch are read again. */
  #bury(batch: Batch, at: number, why: string): void {
    if (at < 0) this.#isBroken = true;
    else batch.lose(why, ++this.#deaths > mostDeaths ? undefined : batch.open[at]);
    if (batch.result) this.#options.done();
    else this.#waiting.push(batch);
  }
}
