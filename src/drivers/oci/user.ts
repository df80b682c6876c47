import { readFileSync } from 'node:fs';
import type { AgentId } from '../../model/index.ts';
import { agentVariable } from '../../host/proc-tree.ts';
import type { Task } from '../driver.ts';
import { hostnameOf, insideUser } from '../sandbox/identity.ts';

/** The unprivileged user that every agent runs as, within its container. */
export const agentUser = { uid: insideUser, gid: insideUser, home: '/home/app' } as const;

/** The environment of an agent's program: what the driver adds, and the task's, which wins. */
export function agentEnvironment(agent: AgentId, task: Pick<Task, 'env'>): Record<string, string> {
  return {
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    HOME: agentUser.home, TMPDIR: '/tmp', HOSTNAME: hostnameOf(agent), ...task.env, [agentVariable]: agent,
  };
}

/** Files that an agent may have open: as many as we may, up to a bound; limits are lowered, never raised. */
export function openFiles(limits: string = readFileSync('/proc/self/limits', 'utf8')): number {
  const hard = Number(/^Max open files\s+\S+\s+(\d+)/m.exec(limits)?.[1] ?? Infinity);
  return Math.min(hard, 65_536);
}
