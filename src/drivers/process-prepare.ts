import { execFile } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { StratoError } from '../model/index.ts';
import { requireTask, type AgentDirectory } from './agent-directory.ts';
import type { Task } from './driver.ts';
import { copyTree } from './process-copy.ts';
import { barrier, type User } from './process-user.ts';
import { workingDirectory } from './working-directory.ts';

const run = promisify(execFile);

/** Makes the agent's HOME and TMPDIR, and hands them and its volumes to its user. */
export async function prepareFiles(directory: AgentDirectory, task: Task, user: User | undefined): Promise<void> {
  makeOwned(directory.home, user);
  makeOwned(directory.temporary, user);
  for (const { source } of task.volumes) await handOver(source, user);
}

/** Makes an empty working directory for a program that may wait in it until its app is there. */
export function awaitApp(directory: AgentDirectory, task: Task, user: User | undefined): void {
  let path = directory.root;
  for (const name of ['', ...workingDirectory(task).split('/')]) makeOwned((path = join(path, name)), user);
  writeFileSync(awaited(directory), '', { mode: 0o600 });
}

/** Whether an agent has no app yet. */
export function awaitsApp(directory: AgentDirectory): boolean {
  return existsSync(awaited(directory));
}

/** Makes the copy of the artefact that an agent waits for. One that was begun is completed; one that is there may be in use, and is left alone. */
export async function layApp(directory: AgentDirectory, user: User | undefined): Promise<void> {
  if (!awaitsApp(directory)) return;
  const { artefact } = requireTask(directory);
  if (artefact !== null) await copyTree(artefact, directory.root, user);
  rmSync(awaited(directory));
}

const awaited = (directory: AgentDirectory) => join(directory.path, 'app-awaited');

/** @throws `task.unreadable` when the agent's user could not come to its artefact or toolchain */
export function requireReadable(task: Task, user: User | undefined): void {
  if (!user) return;
  for (const path of [...task.toolchain, ...(task.artefact === null ? [] : [task.artefact])]) {
    const closed = barrier(path, user);
    if (closed !== undefined) {
      throw new StratoError('task.unreadable', `the agent could not read ${path}`, {
        why: `it runs as ${user.name}, who may not enter ${closed}`, next: `let everybody enter it (chmod o+x ${closed}), or install the runtime for all users`,
      });
    }
  }
}

function makeOwned(path: string, user: User | undefined): void {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  if (user) chownSync(path, user.uid, user.gid);
}

async function handOver(volume: string, user: User | undefined): Promise<void> {
  mkdirSync(volume, { recursive: true });
  if (user && statSync(volume).uid !== user.uid) await run('chown', ['-hR', `${user.uid}:${user.gid}`, volume]);
}
