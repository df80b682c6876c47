import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Paths } from '../host/paths.ts';
import { replaceFile } from './filestore.ts';

/**
 * Answers that cost a process each and stay true as long as their key does, kept on disk because each deployment is worked on by a
 * process of its own. Losing them costs time only.
 */
export class Memo {
  private readonly file: string;
  private known: Record<string, string> | undefined;

  constructor(paths: Pick<Paths, 'cache'>, name: string) {
    this.file = join(paths.cache, 'memo', `${name}.json`);
  }

  /** What is known under the key; else what `find` finds, kept unless it is undefined. */
  async get(key: string, find: () => Promise<string | undefined>): Promise<string | undefined> {
    const before = this.read()[key];
    if (before !== undefined) return before;
    const found = await find();
    if (found !== undefined) {
      this.known = { ...this.read(true), [key]: found };
      replaceFile(this.file, JSON.stringify(this.known));
    }
    return found;
  }

  private read(anew = false): Record<string, string> {
    if (this.known !== undefined && !anew) return this.known;
    try {
      this.known = JSON.parse(readFileSync(this.file, 'utf8')) as Record<string, string>;
    } catch {
      this.known = {};
    }
    return this.known;
  }
}

/** Changes when a program is replaced by another. */
export function programKey(path: string): string {
  const { mtimeMs, size, ino } = statSync(path);
  return `${path} ${mtimeMs} ${size} ${ino}`;
}

/** Changes with the user and with each start of the machine. */
export function sessionKey(): string {
  let boot = '';
  try {
    boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    // Only Linux tells.
  }
  return `${process.getuid?.() ?? ''} ${boot}`;
}
