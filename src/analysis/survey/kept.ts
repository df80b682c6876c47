import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { unsearched } from '../security/findings.ts';
import type { Asked, Question } from '../tree/asked.ts';
import { Answers, digestOf } from '../tree/asked.ts';
import { Tree } from '../tree/tree.ts';
import type { Lost } from './batch.ts';
import type { Listing, Reading } from './reading.ts';

/** Where readings are kept from one analysis to the next. */
export interface KeptOptions {
  /** Nobody but its owner may write into it. */
  readonly directory: string;
  /** Changes with the code that reads: what another one has read counts nothing. */
  readonly version: string;
  /** Bytes of all that is kept. */
  readonly most?: number;
}

/** What is written of a batch. */
interface Entry {
  /** What else was asked about the tree, and what the answers were. */
  readonly asked: readonly Question[];
  readonly digest: string;
  readonly readings: readonly Reading[];
}

const usualMost = 256 << 20;
const checkLength = 32;

/**
 * What reading batches of files gave, in files by the hash of what was read: paths, contents and the code that reads. A reading counts again only when all that was asked about other files has the same answer. Nothing here is needed:
 * what is lost, damaged, of another version or not ours is read anew.
 */
export class KeptReadings {
  readonly #options: KeptOptions;
  readonly #answers: Answers;
  #hasWritten = false;

  /** Undefined where nothing can be kept safely. */
  static open(options: KeptOptions, { root, walked }: Listing): KeptReadings | undefined {
    try {
      mkdirSync(options.directory, { recursive: true, mode: 0o700 });
      const status = lstatSync(options.directory);
      const isOurs = status.isDirectory() && status.uid === process.getuid?.() && (status.mode & 0o022) === 0;
      return isOurs ? new KeptReadings(options, new Answers(new Tree(root, undefined, { ...walked, skipped: [] }))) : undefined;
    } catch {
      return undefined;
    }
  }

  private constructor(options: KeptOptions, answers: Answers) {
    this.#options = options;
    this.#answers = answers;
  }

  /** What reading these files gave before; undefined when that is not known, or may be something else now. */
  find(paths: readonly string[]): readonly Reading[] | undefined {
    try {
      const file = this.#fileOf(paths);
      const bytes = readFileSync(file);
      const [check, content] = [bytes.subarray(0, checkLength), bytes.subarray(checkLength)];
      if (!check.equals(checkOf(content))) return undefined;
      const { asked, digest, readings } = deserialize(content) as Entry;
      if (this.#answers.digest(asked) !== digest) return undefined;
      const now = new Date();
      utimesSync(file, now, now);
      return readings;
    } catch {
      return undefined;
    }
  }

  /** Keeps what reading these files gave, unless something was left out that is not left out each time. */
  keep(paths: readonly string[], read: readonly (Reading | Lost)[], { questions, contents }: Asked): void {
    if (read.some((one) => 'why' in one || one.skips.some(({ why }) => why === unsearched))) return;
    const own = new Set(paths);
    const asked = questions.filter(([kind, of]) => kind !== 'content' || !own.has(of));
    const content = serialize({ asked, digest: this.#answers.digest(asked, contents), readings: read } as Entry);
    try {
      const file = this.#fileOf(paths, contents);
      writeFileSync(`${file}.${process.pid}`, Buffer.concat([checkOf(content), content]), { mode: 0o600 });
      renameSync(`${file}.${process.pid}`, file);
      this.#hasWritten = true;
    } catch {
      // Another time, then.
    }
  }

  /** Removes what was not used for longest, when all of it is too much. */
  close(): void {
    if (!this.#hasWritten) return;
    try {
      const { directory, most = usualMost } = this.#options;
      const files = readdirSync(directory).map((name) => join(directory, name)).map((file) => ({ file, status: statSync(file) })).toSorted((a, b) => a.status.mtimeMs - b.status.mtimeMs);
      let sum = files.reduce((all, { status }) => all + status.size, 0);
      for (const { file, status } of files) {
        if (sum <= most) break;
        rmSync(file, { force: true });
        sum -= status.size;
      }
    } catch {
      // Whoever removes the same at the same time does it as well.
    }
  }

  #fileOf(paths: readonly string[], contents?: ReadonlyMap<string, string>): string {
    return join(this.#options.directory, digestOf([this.#options.version, process.versions.v8, paths, paths.map((path) => contents?.get(path) ?? this.#answers.contentOf(path))]));
  }
}

function checkOf(content: Uint8Array): Buffer {
  return createHash('sha256').update(content).digest();
}
