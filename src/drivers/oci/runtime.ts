import { closeSync, constants, existsSync, openSync, readdirSync, readSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { findProgram } from '../../host/programs.ts';
import { run, type Outcome } from '../../host/run.ts';

/** An OCI runtime with the command line of runc, and the directory in which it remembers its containers. */
export interface Runtime {
  /** Absolute path: conmon looks up nothing. */
  readonly program: string;
  readonly state: string;
}

/** `status` of the runtime specification; `absent` when the runtime knows no such container. */
export type ContainerStatus = 'creating' | 'created' | 'running' | 'stopped' | 'paused' | 'absent';

export interface ContainerState {
  readonly status: ContainerStatus;
  readonly pid: number | null;
}

const timeout = 30_000;

/** Milliseconds within which a container that waits has written into its fifo. */
const fifoPatience = 5000;

/** runc, or crun where there is none; undefined when there is neither. */
export function findRuntime(state: string): Runtime | undefined {
  const program = findProgram('runc') ?? findProgram('crun');
  return program === undefined ? undefined : { program, state };
}

/** The arguments before the verb. */
export function globalArguments(runtime: Runtime): string[] {
  return ['--root', runtime.state];
}

/** Whether the runtime remembers a container, found out without running it. */
export function isKnown(runtime: Runtime, id: string): boolean {
  return existsSync(join(runtime.state, id));
}

/** Ids of all containers that a runtime remembers in its directory. */
export function knownContainers(state: string): string[] {
  return existsSync(state) ? readdirSync(state) : [];
}

export async function containerState(runtime: Runtime, id: string): Promise<ContainerState> {
  const absent = { status: 'absent', pid: null } as const;
  if (!isKnown(runtime, id)) return absent;
  const { code, stdout } = await run(runtime.program, [...globalArguments(runtime), 'state', id], { timeout });
  if (code !== 0) return absent;
  const { status, pid } = JSON.parse(stdout) as { status: ContainerStatus; pid?: number };
  return { status, pid: pid || null };
}

/**
 * Lets the program of a created container begin. A container of runc waits until somebody has read from its fifo (libcontainer, `Exec`); doing
 * that here spares a process, which takes longer than all else that a start does. Whatever is not as expected is left to the runtime.
 */
export async function startContainer(runtime: Runtime, id: string): Promise<Outcome> {
  if (basename(runtime.program) === 'runc' && (await letGo(join(runtime.state, id, 'exec.fifo')))) return { code: 0, stdout: '', stderr: '' };
  return run(runtime.program, [...globalArguments(runtime), 'start', id], { timeout });
}

/** Reads what a container waits to be rid of; false when nothing came. Without a process that waits, opening for reading would block: hence not. */
async function letGo(fifo: string): Promise<boolean> {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(fifo, constants.O_RDONLY | constants.O_NONBLOCK);
    const byte = Buffer.alloc(1);
    for (const deadline = performance.now() + fifoPatience; performance.now() < deadline; await delay(1)) {
      if (readNow(descriptor, byte) === 1) {
        rmSync(fifo, { force: true });
        return true;
      }
    }
  } catch {
    // No fifo, or another runtime's way of doing it.
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
  return false;
}

/** Bytes read; 0 when there is nothing yet. */
function readNow(descriptor: number, into: Buffer): number {
  try {
    return readSync(descriptor, into);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return 0;
    throw error;
  }
}

/** Forgets a container; ends it first if it lives. One that is not there is no failure. */
export function deleteContainer(runtime: Runtime, id: string): Promise<Outcome> {
  return run(runtime.program, [...globalArguments(runtime), 'delete', '--force', id], { timeout });
}

/** The last thing that a runtime said: runc logs as `time="…" level=error msg="…"`, crun as plain lines. */
export function lastMessage(stderr: string): string {
  const line = stderr.trim().split('\n').at(-1) ?? '';
  const quoted = /\bmsg="((?:[^"\\]|\\.)*)"/.exec(line)?.[1];
  return quoted === undefined ? line : quoted.replace(/\\(.)/g, '$1');
}
