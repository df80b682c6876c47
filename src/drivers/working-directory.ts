import { realpathSync, statSync } from 'node:fs';
import { isAbsolute, join, relative, sep } from 'node:path';
import { StratoError } from '../model/index.ts';
import type { Task } from './driver.ts';

/**
 * The directory, relative to the artefact, in which an agent is to run.
 *
 * @throws `task.cwd` when it does not exist, or leads out of the artefact
 */
export function workingDirectory(task: Pick<Task, 'artefact' | 'cwd'>): string {
  const { artefact, cwd } = task;
  if (cwd === '' || cwd === '.') return '';
  if (artefact === null) throw refused(cwd, 'the agent has no artefact');
  if (isAbsolute(cwd)) throw refused(cwd, 'it must be relative to the artefact');
  const root = realpathSync(artefact);
  const path = realOrUndefined(join(root, cwd));
  if (path === undefined || !statSync(path).isDirectory()) throw refused(cwd, 'there is no such directory in the artefact');
  const within = relative(root, path);
  if (within === '..' || within.startsWith(`..${sep}`)) throw refused(cwd, 'it leads out of the artefact');
  return relative(root, join(root, cwd));
}

function realOrUndefined(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

function refused(cwd: string, why: string): StratoError {
  return new StratoError('task.cwd', `cannot run in the directory ${JSON.stringify(cwd)}`, { why, next: 'correct the directory of the service' });
}
