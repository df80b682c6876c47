import { execFile } from 'node:child_process';
import { closeSync, openSync, readSync, renameSync, statSync, truncateSync, writeSync } from 'node:fs';
import { promisify } from 'node:util';
import { findProgram } from '../host/programs.ts';
import { endOf } from './logs.ts';
import { readExtent, writeExtent } from './logs-extent.ts';

const run = promisify(execFile);

export interface RotationLimits {
  /** Bytes on disk from which a log is made smaller. */
  readonly cap: number;
  /** Bytes of its end that stay. */
  readonly keep: number;
}

const mebibyte = 2 ** 20;
const block = 4096;

export const rotationLimits: RotationLimits = { cap: 64 * mebibyte, keep: 32 * mebibyte };

/**
 * Keeps logs from filling the disk: frees the blocks of the old part in place (fallocate(2), FALLOC_FL_PUNCH_HOLE). The
 * writer notices nothing, no offset moves and no line of the end is lost. Where the file system cannot do that, the end is
 * copied to `log.old` and the log truncated.
 */
export class LogRotation {
  readonly #limits: RotationLimits;
  readonly #busy = new Set<string>();
  /** File systems that were seen to be unable to punch holes. */
  readonly #unable = new Set<number>();

  constructor(limits: RotationLimits = rotationLimits) {
    this.#limits = limits;
  }

  /** Makes a log smaller if it is over the cap; costs one stat otherwise. Never throws: a log that cannot be rotated grows. */
  async check(log: string): Promise<void> {
    const stat = statSync(log, { throwIfNoEntry: false });
    if (!stat || stat.blocks * 512 <= this.#limits.cap || this.#busy.has(log)) return;
    this.#busy.add(log);
    try {
      if (this.#unable.has(stat.dev)) await copyAndTruncate(log, this.#limits.keep);
      else await this.#punch(log, stat);
    } catch {
      // Gone meanwhile, or a full disk: the next check tries again.
    } finally {
      this.#busy.delete(log);
    }
  }

  async #punch(log: string, { size, dev }: { size: number; dev: number }): Promise<void> {
    const end = Math.floor((size - this.#limits.keep) / block) * block;
    if (end <= 0) return;
    const fallocate = findProgram('fallocate');
    const extent = readExtent(log);
    // Told before it is done: a reader that comes between skips what is about to be gone.
    writeExtent(log, { ...extent, start: Math.max(extent.start, extent.base + lineAfter(log, end)) });
    try {
      if (!fallocate) throw new Error('no fallocate');
      await run(fallocate, ['--punch-hole', '--offset', '0', '--length', String(end), log]);
    } catch {
      this.#unable.add(dev);
      await copyAndTruncate(log, this.#limits.keep);
    }
  }
}

/** Position of the first line that begins at or after `position`; `position` itself when the line goes on for longer than one looks. */
function lineAfter(log: string, position: number): number {
  const file = openSync(log, 'r');
  try {
    const buffer = Buffer.alloc(65_536);
    const newline = buffer.subarray(0, readSync(file, buffer, 0, buffer.length, position)).indexOf(10);
    return newline < 0 ? position : position + newline + 1;
  } finally {
    closeSync(file);
  }
}

/** Its weakness: what is written between the last copy and the truncation, microseconds, is lost. */
export async function copyAndTruncate(log: string, keep: number): Promise<void> {
  const extent = readExtent(log);
  const end = await endOf(log);
  const from = lineAfter(log, Math.max(0, end - extent.base - keep));
  const old = extent.base + from;
  const partial = `${log}.old.new`;
  const copied = copyFrom(log, from, partial);
  renameSync(partial, `${log}.old`);
  const base = old + copied;
  writeExtent(log, { start: old, base, old, cutting: Date.now() });
  truncateSync(log, 0);
  writeExtent(log, { start: old, base, old, cutting: null });
}

/** Copies from a position to the end, also what is appended meanwhile; gives the number of bytes. */
function copyFrom(source: string, position: number, target: string): number {
  const from = openSync(source, 'r');
  const to = openSync(target, 'w', 0o600);
  try {
    const buffer = Buffer.allocUnsafe(2 ** 20);
    let copied = 0;
    for (let length = readSync(from, buffer, 0, buffer.length, position); length > 0; length = readSync(from, buffer, 0, buffer.length, position + copied)) {
      writeSync(to, buffer, 0, length);
      copied += length;
    }
    return copied;
  } finally {
    closeSync(from);
    closeSync(to);
  }
}
