import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { spawn } from '../../host/spawn.ts';
import type { Batch } from './batch.ts';
import type { Listing, Part, Read } from './reading.ts';
import { version } from './version.ts';

/** What a process that reads is told: first the directory and what to look for in it, then which of its files to read. */
export type ToReader = { readonly listing: Listing; readonly part: Part; readonly version: string | undefined } | { readonly paths: readonly string[]; readonly isSpent: boolean };
/** What it answers: that it knows the directory, and what reading the files gave. */
export type FromReader = 'ready' | Read;

export interface ReadersOptions {
  readonly processes: number;
  /** Limit of each one's heap. */
  readonly megabytes?: number | undefined;
  /** What they look for. */
  readonly part?: Part;
  /** Whether nothing may be spent on the search for weaknesses any more. */
  isSpent(): boolean;
  /** A batch is read. They are begun in order, but end as they do. */
  done(): void;
}

const program = fileURLToPath(new URL('./reader-main.ts', import.meta.url));
/** Deaths of processes after which nothing is tried again: the files at which one dies then are lost together. */
const mostDeaths = 32;
/** Batches that a process is asked for at a time, so that it need not wait until it is heard. */
const mostAsked = 3;
const usualMegabytes = 768;
/** Megabytes of new objects: what is made of a file is of no use after it, and more of them only take longer to fill the memory. */
const newMegabytes = 16;

/** Reads batches of files in processes of their own. Where one dies, another one reads file by file what it was at; a file that this one dies of as well is lost. */
export class Readers {
  readonly #listing: Listing;
  readonly #options: ReadersOptions;
  readonly #waiting: Batch[];
  /** Batches at which a process died: they are read file by file. */
  readonly #suspects = new Set<Batch>();
  #deaths = 0;
  #isBroken = false;

  constructor(listing: Listing, batches: readonly Batch[], options: ReadersOptions) {
    this.#listing = listing;
    this.#options = options;
    this.#waiting = batches.toReversed();
  }

  /** Resolves when all batches are read; or, where processes cannot so much as begin, when none of them is at work any more. */
  async read(): Promise<void> {
    await Promise.all(Array.from({ length: Math.min(this.#options.processes, this.#waiting.length) }, async () => {
      while (this.#waiting.length > 0 && !this.#isBroken) await this.#process();
    }));
  }

  /** One process from its start to its end, which comes when nothing is left to do or with what it reads. */
  #process(): Promise<void> {
    let child: ChildProcess;
    try {
      child = this.#start();
    } catch {
      this.#isBroken = true;
      return Promise.resolve();
    }
    const tell = (message: ToReader) => child.send(message, () => undefined);
    return new Promise((resolve) => {
      let isReady = false;
      let hasEnded = false;
      const asked: { batch: Batch; paths: readonly string[] }[] = [];
      const next = () => {
        while (asked.length < mostAsked && !this.#isBroken) {
          const batch = this.#waiting.at(-1);
          if (batch === undefined) break;
          const paths = this.#suspects.has(batch) ? batch.open.slice(0, 1) : batch.open;
          // Which file a process has died of is known only where it is asked for nothing else.
          if (asked[0] && (paths.length === 1 || asked[0].paths.length === 1)) break;
          this.#waiting.pop();
          asked.push({ batch, paths });
          tell({ paths, isSpent: this.#options.isSpent() });
        }
        if (asked.length === 0) child.kill('SIGKILL');
      };
      child.on('message', (message: FromReader) => {
        if (hasEnded) return;
        if (message === 'ready') isReady = true;
        else {
          const { batch, paths } = asked.shift()!;
          if (paths.length === batch.paths.length) batch.asked = message.asked;
          batch.fill(message.readings);
          if (batch.result) this.#options.done();
          else this.#waiting.push(batch);
        }
        next();
      });
      child.on('error', () => undefined);
      // A process that could not be started is only closed. Of one that was, the channel may be closed late or, in rare cases, never.
      const end = (code: number | null, signal: NodeJS.Signals | null) => {
        if (hasEnded) return;
        hasEnded = true;
        if (!isReady) this.#isBroken = true;
        // V8 aborts where its heap is full, and the system kills where its memory is.
        const isFull = signal === 'SIGABRT' || signal === 'SIGKILL';
        const [at, ...others] = asked;
        this.#waiting.push(...others.reverse().map(({ batch }) => batch));
        if (at) this.#bury(at.batch, at.paths, isFull ? 'too much memory is needed to understand it' : `the process that read it ended with ${signal ?? code}`);
        resolve();
      };
      child.on('exit', end);
      child.on('close', end);
      tell({ listing: this.#listing, part: this.#options.part ?? 'all', version });
    });
  }

  #start(): ChildProcess {
    const flags = process.execArgv.filter((flag) => flag.startsWith('--disable-warning') || flag.includes('strip-types'));
    const memory = [`--max-old-space-size=${this.#options.megabytes ?? usualMegabytes}`, `--max-semi-space-size=${newMegabytes}`];
    return spawn(process.execPath, [...flags, ...memory, program], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'], serialization: 'advanced' });
  }

  /** Of what a process died of, the file is lost if it is known; after too many deaths, the rest of the batch. */
  #bury(batch: Batch, paths: readonly string[], why: string): void {
    const lost = ++this.#deaths > mostDeaths ? batch.open : paths.length === 1 ? paths : [];
    batch.fill(lost.map((path) => ({ path, why })));
    this.#suspects.add(batch);
    if (batch.result) this.#options.done();
    else this.#waiting.push(batch);
  }
}
