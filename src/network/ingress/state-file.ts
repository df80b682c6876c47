import { mkdirSync, readFileSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/** A JSON value in a file that is replaced as a whole: after a crash it holds the old value or the new one. */
export class StateFile<T> {
  readonly #path: string;
  #last: Promise<void> = Promise.resolve();

  constructor(path: string) {
    this.#path = path;
    mkdirSync(dirname(path), { recursive: true });
  }

  /** Null when there is none, or none that can be read. */
  read(): T | null {
    try {
      return JSON.parse(readFileSync(this.#path, 'utf8')) as T;
    } catch {
      return null;
    }
  }

  /** Resolves once the value is on the disk. One write at a time, in the order of the calls. */
  write(value: T): Promise<void> {
    const written = this.#last.then(() => this.#replace(JSON.stringify(value)));
    this.#last = written.catch(() => undefined);
    return written;
  }

  async #replace(text: string): Promise<void> {
    const temporary = `${this.#path}.${process.pid}.new`;
    try {
      await using file = await open(temporary, 'w', 0o600);
      await file.writeFile(text);
      await file.sync();
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
    await rename(temporary, this.#path);
  }
}
