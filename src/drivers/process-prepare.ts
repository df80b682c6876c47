import { execFile } from 'node:child_process';
import { chownSync, mkdirSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { promisify } from 'node:util';
import { StratoError } from '../model/index.ts';
import type { AgentDirectory } from './agent-directory.ts';
import type { Task } from './driver.ts';
import { copyTree } from './process-copy.ts';
import { barrier, type User } from './process-user.ts';

const run = promisify(execFile);

/** Makes the agent's files: its copy of the artefact, HOME, TMPDIR; and hands them and its volumes to its user. */
export async function prepareFiles(directory: AgentDirectory, task: Task, user: User | undefined): Promise<void> {
  await rm(directory.root, { recursive: true, force: true });
  if (task.artefact === null) makeOwned(directory.root, user);
  else await copyTree(task.artefact, directory.root, user);
  makeOwned(directory.home, user);
  makeOwned(directory.temporary, user);
  for (const { source } of task.volumes) await handOver(source, user);
}

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
