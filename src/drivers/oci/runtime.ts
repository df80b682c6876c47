import { closeSync, constants, existsSync, openSync, readdirSync, readSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { findProgram } from '../../host/programs.ts';
import { run, type Outcome } from '../../host/run.ts';

/** A runtime with the command line of runc, and the directory in which it remembers its containers. */
export interface Runtime {
  /** Absolute path: conmon looks up nothing. */
  readonly program: string;
  readonly state: string;
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
  return knownContainers(runtime.state).includes(id);
}

/** Ids of all containers that a runtime remembers in its directory. */
export function knownContainers(state: string): string[] {
  return existsSync(state) ? [...new Set(readdirSync(state).map(idOf))] : [];
}

/** Entries of that directory are called as the container; runsc has files, `<id>_sandbox:<id>.state` and `.lock`. */
function idOf(entry: string): string {
  return entry.replace(/_sandbox:.*$/, '');
}

/** Runs a verb of the runtime to its end. */
export function ask(runtime: Runtime, ...args: readonly string[]): Promise<Outcome> {
  return run(runtime.program, [...globalArguments(runtime), ...args], { timeout });
}

/**
 * Lets the program of a created container begin. A container of runc waits until somebody has read from its fifo (libcontainer, `Exec`); doing
 * that here spares a process, which takes longer than all else that a start does. Whatever is not as expected is left to the runtime.
 */
export async function startContainer(runtime: Runtime, id: string): Promise<Outcome> {
  if (basename(runtime.program) === 'runc' && (await letGo(join(runtime.state, id, 'exec.fifo')))) return { code: 0, stdout: '', stderr: '' };
  return ask(runtime, 'start', id);
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

/** Forgets a container; ends it first if it lives. One that is not there is no failure. What a runsc has left that was killed, a lock without a container, goes too. */
export async function deleteContainer(runtime: Runtime, id: string): Promise<Outcome> {
  const outcome = await ask(runtime, 'delete', '--force', id);
  if (outcome.code === 0 && existsSync(runtime.state)) for (const name of readdirSync(runtime.state)) if (idOf(name) === id) rmSync(join(runtime.state, name), { recursive: true, force: true });
  return outcome;
}

/** The last thing that a runtime said: runc logs as `time="…" level=error msg="…"`, crun as plain lines. */
export function lastMessage(stderr: string): string {
  const line = stderr.trim().split('\n').at(-1) ?? '';
  const quoted = /\bmsg="((?:[^"\\]|\\.)*)"/.exec(line)?.[1];
  return quoted === undefined ? line : quoted.replace(/\\(.)/g, '$1');
}
