import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
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

/** Lets the program of a created container begin. */
export function startContainer(runtime: Runtime, id: string): Promise<Outcome> {
  return run(runtime.program, [...globalArguments(runtime), 'start', id], { timeout });
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
