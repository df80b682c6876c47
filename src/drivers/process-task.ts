import { hostname } from 'node:os';
import { basename } from 'node:path';
import { agentVariable } from '../host/proc-tree.ts';
import type { AgentDirectory } from './agent-directory.ts';
import type { Task } from './driver.ts';

type Volumes = Task['volumes'];

/**
 * Without a mount namespace a volume cannot be at its path. So wherever that path stands in an argument or a variable, as
 * the whole of it, with more path behind it, or after an option's `=`, the volume's real place is put in.
 */
export function withRealVolumes(text: string, volumes: Volumes): string {
  const option = /^--?[A-Za-z0-9][\w.-]*=/.exec(text)?.[0] ?? '';
  const value = text.slice(option.length);
  const byLength = volumes.toSorted((a, b) => b.path.length - a.path.length);
  const volume = byLength.find(({ path }) => value === path || value.startsWith(`${path.replace(/\/$/, '')}/`));
  return volume ? option + volume.source + value.slice(volume.path.replace(/\/$/, '').length) : text;
}

/** Arguments as the agent gets them. */
export function processArgv(argv: readonly string[], task: Task): string[] {
  return argv.map((argument) => withRealVolumes(argument, task.volumes));
}

/**
 * Environment as the agent gets it: the task's, with volumes at their real place, and each volume's real place also in
 * `STRATOSWARM_VOLUME_<NAME>`.
 */
export function processEnvironment(directory: AgentDirectory, task: Task): Record<string, string> {
  return {
    HOME: directory.home,
    TMPDIR: directory.temporary,
    HOSTNAME: hostname(),
    ...Object.fromEntries(Object.entries(task.env).map(([name, value]) => [name, withRealVolumes(value, task.volumes)])),
    ...Object.fromEntries(task.volumes.map(({ source }) => [volumeVariable(source), source])),
    [agentVariable]: directory.agent,
  };
}

/** `…/shop/order-data` → `STRATOSWARM_VOLUME_ORDER_DATA`. */
function volumeVariable(source: string): string {
  return `STRATOSWARM_VOLUME_${basename(source).toUpperCase().replace(/[^A-Z0-9]/g, '_')}`;
}
