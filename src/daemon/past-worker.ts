import { Worker } from 'node:worker_threads';
import type { Ledger } from '../ledger/ledger.ts';
import { StratoError, errorFrom, reportOf, type Clock, type ErrorReport } from '../model/index.ts';
import type { PastAnswers, PastRequest } from './past-protocol.ts';

/** Milliseconds without a question after which the thread ends: looking back is rare, and its memory is wanted elsewhere. */
const patience = 60_000;

/** Megabytes of heap: states, and what is simulated. */
const heap = 512;

interface Waiting {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/** Looking back, and everything else that folds the ledger again, in a thread of its own: nothing of it holds up the control loop. */
export class PastWorker {
  readonly #ledger: Ledger;
  readonly #directory: string;
  readonly #clock: Clock;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #asked = 0;
  #cancelEnd: () => void = () => undefined;

  constructor(ledger: Ledger, directory: string, clock: Clock) {
    this.#ledger = ledger;
    this.#directory = directory;
    this.#clock = clock;
  }

  /** Rejects with the StratoError of what failed. */
  ask<T extends PastRequest>(request: T): Promise<PastAnswers[T['op']]> {
    this.#cancelEnd();
    const worker = this.#worker ??= this.#open();
    return new Promise<unknown>((resolve, reject) => {
      const id = ++this.#asked;
      this.#waiting.set(id, { resolve, reject });
      worker.postMessage({ id, request });
    }).finally(() => {
      if (this.#waiting.size > 0) return;
      this.#cancelEnd();
      this.#cancelEnd = this.#clock.after(patience, () => this.close());
    }) as Promise<PastAnswers[T['op']]>;
  }

  close(): void {
    this.#cancelEnd();
    void this.#worker?.terminate();
    this.#fail(new StratoError('time.stopped', 'The daemon stopped looking back', { retryable: true }));
  }

  #open(): Worker {
    const worker = new Worker(new URL('./past.worker.ts', import.meta.url), {
      workerData: { directory: this.#directory }, resourceLimits: { maxOldGenerationSizeMb: heap },
      execArgv: process.execArgv.filter((flag) => flag.startsWith('--disable-warning') || flag.includes('strip-types')),
    });
    worker.unref();
    worker.on('message', (message: { id: number } & ({ value: unknown } | { error: ErrorReport } | { after: number; limit: number } | { head: true } | { beginning: true })) => {
      if ('beginning' in message) worker.postMessage({ id: message.id, read: String(this.#ledger.beginning) });
      else if ('head' in message) worker.postMessage({ id: message.id, read: String(this.#ledger.head) });
      else if ('after' in message) void this.#read(worker, message.id, message.after, message.limit);
      else this.#settle(message);
    });
    const ended = (error: unknown) => {
      if (this.#worker !== worker) return;
      const { message } = reportOf(error);
      this.#fail(new StratoError('time.failed', 'Looking back failed', { why: message, next: 'ask for less, or see `stratoswarm daemon logs`' }));
    };
    worker.on('error', ended);
    worker.on('exit', () => ended('its thread ended'));
    return worker;
  }

  async #read(worker: Worker, id: number, after: number, limit: number): Promise<void> {
    try {
      const read = this.#ledger.readText ? await this.#ledger.readText(after, limit) : JSON.stringify(await this.#ledger.read(after, limit));
      worker.postMessage({ id, read });
    } catch (error) {
      worker.postMessage({ id, failed: reportOf(error) });
    }
  }

  #settle(message: { id: number } & ({ value: unknown } | { error: ErrorReport })): void {
    const waiting = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if ('value' in message) waiting?.resolve(message.value);
    else waiting?.reject(errorFrom(message.error));
  }

  #fail(error: StratoError): void {
    this.#worker = undefined;
    for (const waiting of this.#waiting.values()) waiting.reject(error);
    this.#waiting.clear();
  }
}
