import { existsSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { StratoError } from '../model/index.ts';
import { errorOf } from './errors.ts';
import { failureOf } from './failure.ts';
import { ledgerFiles } from './files.ts';

/** Why a directory is for one process alone, and what whoever comes second can do. */
export interface LockReason {
  readonly why: string;
  readonly next: string;
}

const oneWriter: LockReason = { why: 'only one daemon may write a ledger at a time', next: 'use the daemon that runs, stop it first, or set STRATOSWARM_HOME to another directory' };

/** A directory that this process alone has. */
export interface DirectoryLock {
  release(): void;
}

interface Owner {
  readonly pid: number;
  /** Kernel start time in clock ticks since boot; null where there is no /proc. */
  readonly start: number | null;
}

/** Milliseconds for which a lock is waited for: one that was just killed, and looks alive a moment longer; one that is known to be gone. */
const patience = { alive: 500, gone: 2_000 };

/**
 * Takes `directory` for this process. The lock is the kernel's: SQLite holds an exclusive one on an empty database for as long as it
 * stays open, and the kernel drops it when the process is gone in any way, so no lock is ever stale and none has to be broken. (It must not be
 * opened by other means in this process: closing any descriptor of a file drops the process's locks on it, fcntl(2).) The file beside it
 * names the holder, for the message only, with the start time that tells a reused pid.
 *
 * Throws `ledger.locked`, or `ledger.readonly` when the directory cannot be made or written.
 */
export async function lockDirectory(directory: string, reason: LockReason = oneWriter): Promise<DirectoryLock> {
  const files = ledgerFiles(directory);
  let database: DatabaseSync | undefined;
  try {
    makeDirectory(directory);
    database = new DatabaseSync(files.lock, { timeout: 0 });
    await acquire(database, directory, reason);
    writeOwner(files.owner);
  } catch (error) {
    database?.close();
    throw error instanceof StratoError ? error : errorOf(failureOf(error), directory);
  }
  const held = database;
  return { release: () => held.close() };
}

async function acquire(database: DatabaseSync, directory: string, reason: LockReason): Promise<void> {
  const files = ledgerFiles(directory);
  for (let waited = 0; ; waited += 20) {
    try {
      // In memory, because on a full disk a journal could not be begun.
      database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
      return;
    } catch (error) {
      const { kind } = failureOf(error);
      // Its content means nothing: an emptied file is as good as a whole one.
      if (kind === 'damaged' && waited === 0) truncateSync(files.lock);
      else if (kind !== 'busy') throw error;
      else {
        const owner = readOwner(files.owner);
        const alive = owner !== undefined && isAlive(owner);
        if (waited >= (alive ? patience.alive : patience.gone)) throw locked(directory, alive ? owner.pid : undefined, reason);
      }
    }
    await delay(20);
  }
}

function locked(directory: string, pid: number | undefined, reason: LockReason): StratoError {
  const holder = pid === undefined ? 'another process' : pid === process.pid ? `this process (pid ${pid})` : `the process with pid ${pid}`;
  return new StratoError('ledger.locked', `${directory} is in use by ${holder}`, {
    ...reason,
    details: pid === undefined ? undefined : { pid },
  });
}

/** Step by step, because `recursive` reports ENOENT where a disk is read-only. */
function makeDirectory(path: string): void {
  if (existsSync(path)) return;
  makeDirectory(dirname(path));
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if (!existsSync(path)) throw error;
  }
}

/** On a full disk the lock holds all the same, only its message is poorer. */
function writeOwner(path: string): void {
  try {
    writeFileSync(path, JSON.stringify({ pid: process.pid, start: startOf(process.pid) } satisfies Owner));
  } catch (error) {
    if (failureOf(error).kind !== 'full') throw error;
  }
}

function readOwner(path: string): Owner | undefined {
  try {
    const owner = JSON.parse(readFileSync(path, 'utf8')) as Owner;
    return Number.isSafeInteger(owner.pid) && owner.pid > 0 ? owner : undefined;
  } catch {
    return undefined;
  }
}

function isAlive(owner: Owner): boolean {
  if (owner.start !== null) return startOf(owner.pid) === owner.start;
  try {
    process.kill(owner.pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Field 22 of /proc/[pid]/stat (proc(5)); the name before it may hold spaces and brackets. Null for a dead process, also a zombie. */
function startOf(pid: number): number | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? null : Number(fields[19]);
  } catch {
    return null;
  }
}
