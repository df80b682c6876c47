import { statSync } from 'node:fs';
import { join } from 'node:path';
import { readText } from '../../host/read-text.ts';
import type { Exit } from '../../model/index.ts';
import { isAlive } from '../../host/proc.ts';
import type { AgentDirectory } from '../agent-directory.ts';
import { explainExit } from '../exit-detail.ts';
import { livingRecord, readProcessRecord, readShim, signalName, type ProcessRecord } from '../shim/records.ts';

/** How far a sandbox has come, from the files of shim.sh and setup.sh and from /proc alone. */
export interface SandboxState {
  /** `setting-up` lasts until the program takes over: some milliseconds. */
  readonly status: 'absent' | 'prepared' | 'setting-up' | 'running' | 'exited';
  /** The program, as the host counts pids. */
  readonly main: ProcessRecord | null;
  /** Process 1 of the sandbox: all others end with it. */
  readonly init: ProcessRecord | null;
  /** Its parent outside, which enters the control group and the network. */
  readonly outer: ProcessRecord | null;
  readonly exit: Exit | null;
}

export const mainFile = (directory: AgentDirectory) => join(directory.path, 'main');
export const endedFile = (directory: AgentDirectory) => join(directory.path, 'ended');
const initFile = (directory: AgentDirectory) => join(directory.path, 'init');

export function readSandbox(directory: AgentDirectory): SandboxState {
  const shim = readShim(directory);
  const main = recordIn(mainFile(directory));
  const init = recordIn(initFile(directory));
  const base = { main, init, outer: shim.main };
  if (shim.status === 'exited') return { ...base, status: 'exited', exit: explainExit(directory, withProgramsEnd(directory, shim.exit!, main !== null)) };
  if (shim.status === 'running') return { ...base, status: main === null ? 'setting-up' : 'running', exit: null };
  return { ...base, status: shim.status === 'starting' ? 'setting-up' : shim.status, exit: null };
}

function recordIn(path: string): ProcessRecord | null {
  return livingRecord(path) ?? readProcessRecord(path) ?? null;
}

/** The program's own end, where process 1 saw it; what the shim saw is the end of the whole sandbox. */
function withProgramsEnd(directory: AgentDirectory, shims: Exit, started: boolean): Exit {
  const match = /^(\d+) (code|signal) \.\n/.exec(readText(endedFile(directory)));
  // Process 1 can only be ended by SIGKILL from outside, and writes nothing then; unshare(1) gives code 1 for it.
  if (!match) return started && shims.code !== null ? { ...shims, code: null, signal: 'SIGKILL', detail: null } : shims;
  const status = Number(match[1]);
  const at = shims.at ?? statSync(endedFile(directory)).mtimeMs;
  return match[2] === 'signal' ? { ...shims, code: null, signal: signalName(status - 128), at, detail: null } : { ...shims, code: status, signal: null, at, detail: null };
}

/** Sends a signal to a process if it is still that one. */
export function signalRecord(record: ProcessRecord | null, signal: NodeJS.Signals): void {
  if (record === null || !isAlive(record.pid, record.start)) return;
  try {
    process.kill(record.pid, signal);
  } catch {
    // It has ended meanwhile.
  }
}
