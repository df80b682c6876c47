import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { run } from '../host/run.ts';
import { syncPath } from '../ledger/files.ts';
import { StratoError } from '../model/index.ts';

/** Largest piece of a file that is kept as one object, bytes. Pieces that did not change are shared between snapshots. */
export const pieceSize = 1 << 20;

const compression = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

/** Beyond so many files, one call that flushes the whole file system is cheaper than one for each. */
const manyFiles = 256;

/** SHA-256 of an object's content, 64 hexadecimal digits: its name. */
export function nameOf(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/**
 * Content by its hash, each once and compressed (Zstandard), under `<directory>/<2 hex>/<62 hex>`. What is read is checked against its name, so
 * that damage is never taken for data.
 */
export class Objects {
  readonly #directory: string;
  readonly #unsynced: string[] = [];
  /** Bytes written since it was opened, compressed: what this run added. */
  written = 0;

  constructor(directory: string) {
    this.#directory = directory;
    mkdirSync(join(directory, 'fresh'), { recursive: true, mode: 0o700 });
  }

  path(name: string): string {
    return join(this.#directory, name.slice(0, 2), name.slice(2));
  }

  has(name: string): boolean {
    return existsSync(this.path(name));
  }

  /** Keeps the content and returns its name. Durable after {@link flush}. */
  put(content: Uint8Array): string {
    const name = nameOf(content);
    const path = this.path(name);
    if (this.#touch(path)) return name;
    const packed = zstdCompressSync(content, compression);
    const fresh = join(this.#directory, 'fresh', randomBytes(12).toString('hex'));
    writeFileSync(fresh, packed, { mode: 0o600, flag: 'wx' });
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    renameSync(fresh, path);
    this.#unsynced.push(path);
    this.written += packed.length;
    return name;
  }

  /** Throws `snapshot.damaged` when it is missing or is not what its name says. */
  get(name: string): Buffer {
    let content: Buffer;
    try {
      content = zstdDecompressSync(readFileSync(this.path(name)), { maxOutputLength: 4 * pieceSize });
    } catch (cause) {
      const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
      throw damaged(`object ${name.slice(0, 12)} ${missing ? 'is missing' : 'cannot be unpacked'}`, cause);
    }
    if (nameOf(content) !== name) throw damaged(`object ${name.slice(0, 12)} holds other content than its name says`);
    return content;
  }

  /** Resolves once all that was put would survive a power failure. */
  async flush(): Promise<void> {
    const paths = this.#unsynced.splice(0);
    if (paths.length > manyFiles && (await run('sync', ['-f', this.#directory], { timeout: 300_000 })).code === 0) return;
    for (const path of new Set(paths.flatMap((path) => [path, dirname(path)]))) syncPath(path);
  }

  /** Removes what is not in `keep` and was not touched since `before`, milliseconds since the epoch. Returns how many. */
  sweep(keep: ReadonlySet<string>, before: number): number {
    let removed = 0;
    for (const name of this.names()) {
      if (keep.has(name) || statSync(this.path(name)).mtimeMs >= before) continue;
      rmSync(this.path(name));
      removed++;
    }
    for (const name of readdirSync(join(this.#directory, 'fresh'))) {
      const path = join(this.#directory, 'fresh', name);
      if (statSync(path).mtimeMs < before) rmSync(path);
    }
    return removed;
  }

  *names(): Generator<string> {
    for (const part of readdirSync(this.#directory)) if (/^[0-9a-f]{2}$/.test(part)) for (const rest of readdirSync(join(this.#directory, part))) yield `${part}${rest}`;
  }

  #touch(path: string): boolean {
    try {
      const now = new Date();
      utimesSync(path, now, now);
      return true;
    } catch {
      return false;
    }
  }
}

export function damaged(why: string, cause?: unknown): StratoError {
  return new StratoError('snapshot.damaged', 'the snapshot is damaged', { why, next: 'take another one: `stratoswarm snapshot list` shows them, `snapshot verify` checks one', cause });
}
