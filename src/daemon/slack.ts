import type { Clock } from '../model/index.ts';

/** Milliseconds without news after which memory is given back. */
const quiet = 10_000;

/** Bytes by which the process has to have grown since the last time: what is given back is paid for with a tenth of a second in which nothing else is done. */
const worthwhile = 4 * 2 ** 20;

/** Bytes of a process that would stand still for too long. */
const most = 200 * 2 ** 20;

export interface Memory {
  /** Bytes that are resident. */
  resident(): number;
  /** Takes together what is in use, and gives back the rest. */
  collect(): void;
}

/** `gc` is there in a daemon that was started by its command line (`--expose-gc`). */
const ofV8: Memory = {
  resident: () => process.memoryUsage.rss(),
  collect: () => void globalThis.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' }),
};

/** Gives memory back once things are quiet: what starting and deploying took stays in half-empty pages otherwise, as V8 looks for them only where much is allocated. */
export class Slack {
  readonly #clock: Clock;
  readonly #memory: Memory;
  #stirredAt = 0;
  #least = 0;
  #cancel: (() => void) | undefined;

  constructor(clock: Clock, memory = ofV8) {
    this.#clock = clock;
    this.#memory = memory;
  }

  /** Something happens that takes memory. */
  stir(): void {
    this.#stirredAt = this.#clock.monotonic();
    this.#cancel ??= this.#clock.after(quiet, () => this.#look());
  }

  close(): void {
    this.#cancel?.();
  }

  #look(): void {
    const left = this.#stirredAt + quiet - this.#clock.monotonic();
    this.#cancel = left > 0 ? this.#clock.after(left, () => this.#look()) : undefined;
    const resident = this.#memory.resident();
    if (left > 0 || resident > most || resident < this.#least + worthwhile) return;
    this.#memory.collect();
    this.#least = this.#memory.resident();
  }
}
