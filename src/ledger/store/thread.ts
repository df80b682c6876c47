import { SHARE_ENV, Worker } from 'node:worker_threads';
import type { StratoError } from '../../model/index.ts';
import { closedError, errorOf } from '../errors.ts';
import type { Failure } from '../failure.ts';

type Reply = { value: unknown } | { failure: Failure };
interface Waiting {
  resolve(value: unknown): void;
  reject(error: StratoError): void;
}

/** A worker thread that answers requests in the order in which they are sent. It keeps the process alive only while it has some. */
export class Thread {
  readonly #worker: Worker;
  readonly #directory: string;
  readonly #waiting: Waiting[] = [];
  #dead: StratoError | undefined;

  /** @param megabytes - Limit of the thread's heap. */
  constructor(module: URL, directory: string, megabytes: number) {
    this.#directory = directory;
    this.#worker = new Worker(module, {
      resourceLimits: { maxOldGenerationSizeMb: megabytes, maxYoungGenerationSizeMb: 4, stackSizeMb: 1 },
      env: SHARE_ENV,
      execArgv: process.execArgv.filter((flag) => flag.startsWith('--disable-warning') || flag.includes('strip-types')),
      trackUnmanagedFds: false,
    });
    this.#worker.unref();
    this.#worker.on('message', (reply: Reply) => this.#settle(reply));
    this.#worker.on('error', (error) => this.#die(errorOf({ kind: 'failed', message: String(error) }, directory)));
    this.#worker.on('exit', () => this.#die(closedError()));
  }

  /** Rejects with the `ledger.*` error of what failed, or because the thread has ended. */
  call<T>(request: object): Promise<T> {
    if (this.#dead !== undefined) return Promise.reject(this.#dead);
    return new Promise<T>((resolve, reject) => {
      if (this.#waiting.length === 0) this.#worker.ref();
      this.#waiting.push({ resolve: resolve as (value: unknown) => void, reject });
      this.#worker.postMessage(request);
    });
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }

  #settle(reply: Reply): void {
    const waiting = this.#waiting.shift();
    if (this.#waiting.length === 0) this.#worker.unref();
    if ('failure' in reply) waiting?.reject(errorOf(reply.failure, this.#directory));
    else waiting?.resolve(reply.value);
  }

  #die(error: StratoError): void {
    this.#dead ??= error;
    for (const waiting of this.#waiting.splice(0)) waiting.reject(this.#dead);
  }
}
