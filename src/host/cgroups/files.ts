import { existsSync, mkdirSync, readFileSync, readdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { StratoError } from '../../model/index.ts';

/** Content of a cgroup file; null when it is not there. */
export function readText(directory: string | undefined, file: string): string | null {
  if (directory === undefined) return null;
  try {
    return readFileSync(join(directory, file), 'utf8').trim();
  } catch {
    return null;
  }
}

export function readNumber(directory: string | undefined, file: string): number | null {
  const text = readText(directory, file);
  return text !== null && /^\d+$/.test(text) ? Number(text) : null;
}

/** Value of `key` in a file of `key value` lines. */
export function readKey(directory: string | undefined, file: string, key: string): number | null {
  const match = new RegExp(`^${key} (\\d+)$`, 'm').exec(readText(directory, file) ?? '');
  return match ? Number(match[1]) : null;
}

export function write(directory: string, file: string, value: string | number): void {
  try {
    writeFileSync(join(directory, file), String(value));
  } catch (cause) {
    throw new StratoError('cgroup.failed', `writing ${value} to ${join(directory, file)} failed`, { why: (cause as Error).message, cause });
  }
}

/** The same for a group that somebody else may be removing, as a runtime does with that of a container which ended. False when it is gone. */
export function writeIfThere(directory: string, file: string, value: string | number): boolean {
  try {
    write(directory, file, value);
    return true;
  } catch (error) {
    const { code } = ((error as StratoError).cause ?? {}) as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENODEV') return false;
    throw error;
  }
}

export function makeGroup(directory: string): void {
  try {
    mkdirSync(directory, { recursive: true });
  } catch (cause) {
    throw new StratoError('cgroup.failed', `the control group ${directory} could not be made`, { why: (cause as Error).message, cause });
  }
}

/** Host pids in a group and in the groups below it. */
export function processesIn(directory: string): number[] {
  const own = (readText(directory, 'cgroup.procs') ?? '').split('\n').filter(Boolean).map(Number);
  return [...own, ...childrenOf(directory).flatMap((child) => processesIn(join(directory, child)))];
}

export function childrenOf(directory: string): string[] {
  try {
    return readdirSync(directory, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  } catch {
    return [];
  }
}

/** Removes a group and those below it; waits while the kernel still lets go of its last processes. */
export async function removeGroup(directory: string): Promise<void> {
  for (const child of childrenOf(directory)) await removeGroup(join(directory, child));
  for (let attempt = 0; existsSync(directory); attempt++) {
    try {
      rmdirSync(directory);
    } catch (cause) {
      const code = (cause as NodeJS.ErrnoException).code;
      if (code === 'ENOENT') return;
      if (code !== 'EBUSY' || attempt >= 200) {
        throw new StratoError('cgroup.busy', `the control group ${directory} could not be removed`, { why: (cause as Error).message, retryable: true, cause });
      }
      await delay(Math.min(50, 1 + attempt));
    }
  }
}

/** Repeats `pass` until the group is empty, five seconds at most. */
export async function untilEmpty(processes: () => number[], pass: () => void): Promise<void> {
  for (let attempt = 0; processes().length > 0; attempt++) {
    if (attempt >= 500) {
      throw new StratoError('cgroup.unkillable', `processes ${processes().slice(0, 5).join(', ')} did not end after SIGKILL`, {
        why: 'a process in uninterruptible sleep ends only when the device or file system that it waits for answers', retryable: true,
      });
    }
    pass();
    await delay(attempt < 10 ? 1 : 10);
  }
}

/** SIGKILL; a process that has ended meanwhile is no error. */
export function killProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended.
  }
}

/** Removes a group if nothing is in it. */
export function removeEmptyGroup(directory: string): void {
  try {
    rmdirSync(directory);
  } catch {
    // Not empty, or not there.
  }
}
