import type { Asked } from '../tree/asked.ts';
import type { Reading } from './reading.ts';

/** A file with which the process that read it has ended. */
export interface Lost {
  readonly path: string;
  readonly why: string;
}

/** Some files in a row, and what reading them gave as far as they are read. */
export class Batch {
  readonly paths: readonly string[];
  /** What was asked about the tree to read them; undefined when they were not read all at once, now. */
  asked: Asked | undefined;
  readonly #read: (Reading | Lost | undefined)[];

  constructor(paths: readonly string[]) {
    this.paths = paths;
    this.#read = paths.map(() => undefined);
  }

  /** Files that are neither read nor lost. */
  get open(): string[] {
    return this.paths.filter((_, place) => this.#read[place] === undefined);
  }

  /** Takes what reading the first of the open files gave. */
  fill(read: readonly (Reading | Lost)[]): void {
    const next = read.values();
    for (const place of this.paths.keys()) this.#read[place] ??= next.next().value;
  }

  /** What all files gave, in order; undefined while some are open. */
  get result(): readonly (Reading | Lost)[] | undefined {
    return this.#read.includes(undefined) ? undefined : this.#read as (Reading | Lost)[];
  }
}
