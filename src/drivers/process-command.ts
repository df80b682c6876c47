import { dirname, join } from 'node:path';
import type { Paths } from '../host/paths.ts';
import { findProgram } from '../host/programs.ts';
import type { AgentDirectory } from './agent-directory.ts';
import type { Task } from './driver.ts';
import type { Beside } from './exec-beside.ts';
import { processArgv, processEnvironment } from './process-task.ts';
import { asUser, barrier, unprivilegedUser, type User } from './process-user.ts';
import { launchEnvironment, launchScript, shell } from './shim/launch.ts';

/** The account that agents run under: none when the daemon is not root, or that account could not enter the agents’ directories, or the one of this program. */
export function agentUser({ agents }: Pick<Paths, 'agents'>): User | undefined {
  if (process.getuid?.() !== 0 || !findProgram('setpriv')) return undefined;
  const user = unprivilegedUser();
  return user && [agents, dirname(launchScript)].every((path) => barrier(path, user) === undefined) ? user : undefined;
}

/** How a program, the agent's own or one beside it, is run with the task's environment, directory and rights. */
export function commandOf(directory: AgentDirectory, task: Task, argv: readonly string[], user: User | undefined, hold: string | null = null): Beside {
  return {
    command: [...asUser(user), shell, launchScript],
    environment: launchEnvironment(processArgv(argv, task), processEnvironment(directory, task), hold),
    cwd: join(directory.root, task.cwd),
  };
}

/** Gives a command a session of its own, keeping its pid. Empty where there is no setsid (macOS). */
export function inOwnSession(): string[] {
  const setsid = findProgram('setsid');
  return setsid ? [setsid] : [];
}
