import { statSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { readText } from '../../host/read-text.ts';
import type { Exit } from '../../model/index.ts';
import { bootId, isAlive } from '../../host/proc.ts';
import type { AgentDirectory } from '../agent-directory.ts';

export interface ProcessRecord {
  readonly pid: number;
  readonly start: number;
  readonly boot: string;
}

/** How far an agent has come, read from the files of its shim and from /proc alone. */
export interface ShimState {
  readonly status: 'prepared' | 'starting' | 'running' | 'exited' | 'absent';
  /** The main process; also when it has ended. */
  readonly main: ProcessRecord | null;
  readonly exit: Exit | null;
}

/** Milliseconds within which a shim that has claimed an agent must have said who it is. */
const claimTimeout = 5000;

/**
 * What has become of an agent. `starting` lasts milliseconds: a shim has claimed it and not yet started the program.
 * A main process that ended without a record (its shim was killed, or the machine went down) gives `exited` with a null code.
 */
export function readShim(directory: AgentDirectory): ShimState {
  const living = livingRecord(directory.pid);
  if (living) return { status: 'running', main: living, exit: null };
  const main = readProcessRecord(directory.pid) ?? null;
  const exit = readExit(directory);
  if (exit) return { status: 'exited', main, exit };
  if (main) {
    // The shim is about to write the exit. It may have done so since we looked.
    const shim = readProcessRecord(directory.started);
    if (shim && lives(shim)) return { status: 'running', main, exit: null };
    const late = readExit(directory);
    return { status: 'exited', main, exit: late ?? unseen(main.boot === bootId() ? 'its shim was killed, so nobody saw how it ended' : 'the machine was restarted') };
  }
  return { ...readClaim(directory), main: null };
}

function readClaim(directory: AgentDirectory): Pick<ShimState, 'status' | 'exit'> {
  const claimed = timeOf(directory.started);
  if (claimed === undefined) return { status: timeOf(directory.path) === undefined ? 'absent' : 'prepared', exit: null };
  const shim = readProcessRecord(directory.started);
  if (shim ? lives(shim) : Date.now() - claimed < claimTimeout) return { status: 'starting', exit: null };
  // Between the two looks the program may have been started, or even have ended.
  if (readProcessRecord(directory.pid)) return readShim(directory);
  return { status: 'exited', exit: readExit(directory) ?? unseen('it was stopped before it was started') };
}

const unseen = (detail: string): Exit => ({ code: null, signal: null, outOfMemory: false, at: null, detail });

function lives(record: ProcessRecord): boolean {
  return record.boot === bootId() && isAlive(record.pid, record.start);
}

/** Records by file, of processes that lived when they were last looked at. A full one is begun anew. */
const living = new Map<string, ProcessRecord>();
const mostLiving = 10_000;

/**
 * The record in a file if its process lives. A file that names a main process is not written again while that process lives, so looking again and again at
 * agents that are well reads one line of /proc for each, and none of their files.
 */
export function livingRecord(path: string): ProcessRecord | undefined {
  const known = living.get(path);
  if (known && lives(known)) return known;
  living.delete(path);
  const record = readProcessRecord(path);
  if (!record || !lives(record)) return undefined;
  if (living.size >= mostLiving) living.clear();
  living.set(path, record);
  return record;
}

/** A `<pid> <start> <boot> .` record; undefined when there is none that is whole. */
export function readProcessRecord(path: string): ProcessRecord | undefined {
  const match = /^(\d+) (\d+) (\S+) \.\n/.exec(readText(path));
  return match ? { pid: Number(match[1]), start: Number(match[2]), boot: match[3]! } : undefined;
}

/** The exit that the shim wrote; undefined when there is none that is whole. */
export function readExit(directory: AgentDirectory): Exit | undefined {
  const match = /^(\d+) (code|signal) \.\n/.exec(readText(directory.exit));
  if (!match) return undefined;
  const status = Number(match[1]);
  const signal = match[2] === 'signal' ? signalName(status - 128) : null;
  return { code: signal ? null : status, signal, outOfMemory: false, at: timeOf(directory.exit) ?? null, detail: null };
}

/** `9` → `SIGKILL`. */
export function signalName(number: number): string {
  const entry = Object.entries(constants.signals).find(([name, value]) => value === number && name !== 'SIGPOLL' && name !== 'SIGIOT');
  return entry?.[0] ?? `SIG${number}`;
}

function timeOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs;
}

/** Makes sure that an agent that no shim has claimed yet is never started. */
export function claimForStop(directory: AgentDirectory): void {
  try {
    writeFileSync(directory.started, '0 0 - .\n', { flag: 'wx', mode: 0o600 });
  } catch {
    // A shim was first, or there is no such agent.
  }
}
