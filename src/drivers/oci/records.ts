import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readText } from '../../host/read-text.ts';
import type { Exit } from '../../model/index.ts';
import { bootId, isAlive, readStat } from '../../host/proc.ts';
import { writeAtomically, type AgentDirectory } from '../agent-directory.ts';
import { explainExit } from '../exit-detail.ts';
import { livingRecord, readProcessRecord, signalName, type ProcessRecord } from '../shim/records.ts';
import type { ContainerDirectory } from './mounts.ts';
import { readNotes } from './init.ts';

/**
 * How far a container has come, read from files and /proc alone. Besides what conmon writes (`exit`, `oom`) there is
 * `started`, which says who set out to start it and is created exclusively, `container`, the record of process 1, and `pid`,
 * that of the program. Where a container has a kernel of its own, that stands for the program, from its start on.
 */
export interface OciState {
  /** `starting`: somebody is at it. `created`: nobody is any more, but the container is there and only has to be started. */
  readonly status: 'prepared' | 'starting' | 'created' | 'running' | 'exited' | 'absent';
  readonly first: ProcessRecord | null;
  readonly main: ProcessRecord | null;
  readonly exit: Exit | null;
}

export function readOci(agent: AgentDirectory, container: ContainerDirectory): OciState {
  // As long as the program lives, process 1 does, and nobody has written an exit.
  const program = livingRecord(agent.pid);
  const init = program && livingRecord(containerRecord(agent));
  if (program && init) return { status: 'running', first: init, main: program, exit: null };
  const first = readProcessRecord(containerRecord(agent)) ?? null;
  const main = first && lives(first) ? mainOf(agent, container, first) : null;
  const exit = readExit(agent);
  if (exit) return { status: 'exited', first, main: null, exit };
  const claimant = readProcessRecord(agent.started);
  const attended = claimant !== undefined && lives(claimant);
  if (first && lives(first)) return { status: main ? 'running' : attended ? 'starting' : 'created', first, main, exit: null };
  if (first) {
    // conmon is about to write the exit; it may have done so since we looked.
    if (conmonLives(agent, container)) return { status: 'starting', first, main: null, exit: null };
    return gone(agent, first, first.boot === bootId() ? 'its conmon was killed, so nobody saw how it ended' : 'the machine was restarted');
  }
  if (attended) return { status: 'starting', first, main: null, exit: null };
  if (exists(agent.started)) return gone(agent, first, 'it was stopped before it was started');
  return { status: exists(agent.path) ? 'prepared' : 'absent', first, main: null, exit: null };
}

function gone(agent: AgentDirectory, first: ProcessRecord | null, detail: string): OciState {
  return { status: 'exited', first, main: null, exit: readExit(agent) ?? { code: null, signal: null, outOfMemory: exists(oomFile(agent)), at: null, detail } };
}

/** The program: the only child of process 1 that it did not adopt. Written down when it is first seen. */
function mainOf(agent: AgentDirectory, { ownKernel }: ContainerDirectory, first: ProcessRecord): ProcessRecord | null {
  const known = readProcessRecord(agent.pid);
  if (known || ownKernel) return known ?? null;
  const pid = Number(readText(`/proc/${first.pid}/task/${first.pid}/children`).split(' ')[0]);
  if (!pid || readStat(first.pid)?.start !== first.start) return null;
  writeRecord(agent.pid, pid);
  return readProcessRecord(agent.pid) ?? null;
}

/** Takes the right to start an agent: true for one caller only, ever. With `stopped` nobody will start it any more. */
export function claim(agent: AgentDirectory, intent: 'start' | 'stopped'): boolean {
  try {
    writeFileSync(agent.started, intent === 'stopped' ? 'stopped\n' : recordOf(process.pid), { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

export function writeRecord(path: string, pid: number): void {
  writeAtomically(path, recordOf(pid));
}

export function containerRecord(agent: AgentDirectory): string {
  return `${agent.started}-container`;
}

function recordOf(pid: number): string {
  return `${pid} ${readStat(pid)?.start ?? 0} ${bootId()} .\n`;
}

/** The exit that conmon wrote, made precise by the notes of process 1. */
function readExit(agent: AgentDirectory): Exit | null {
  const status = /^(\d{1,3})$/.exec(readText(agent.exit).trim())?.[1];
  if (status === undefined) return null;
  const { code, signal } = readNotes(readText(agent.notes)) ?? ended(Number(status));
  return explainExit(agent, { code, signal: signal === null ? null : signalName(signal), outOfMemory: exists(oomFile(agent)), at: timeOf(agent.exit), detail: null });
}

/** conmon makes it when the kernel tells of an out-of-memory kill in the container's cgroup. */
function oomFile(agent: AgentDirectory): string {
  return join(agent.path, 'oom');
}

function ended(status: number): { code: number | null; signal: number | null } {
  return status > 128 ? { code: null, signal: status - 128 } : { code: status, signal: null };
}

function lives(record: ProcessRecord): boolean {
  return record.boot === bootId() && isAlive(record.pid, record.start);
}

function conmonLives(agent: AgentDirectory, container: ContainerDirectory): boolean {
  const pid = Number(readText(container.conmonPid));
  if (!pid) return false;
  const stat = readStat(pid);
  return stat?.name === 'conmon' && stat.state !== 'Z' && readText(`/proc/${pid}/cmdline`).includes(agent.agent);
}

function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}

function timeOf(path: string): number | null {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? null;
}
