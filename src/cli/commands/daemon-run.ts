import type { Invocation } from '../command.ts';
import { daemonEntry, daemonFlags } from '../start-daemon.ts';

/** Becomes the daemon: same pid, so that a service manager watches the right process and none is left in between. */
export async function run({ paths, env }: Invocation): Promise<void> {
  process.removeAllListeners('warning');
  process.execve!(process.execPath, [process.execPath, ...daemonFlags, daemonEntry], { ...env, STRATOSWARM_HOME: paths.home } as Record<string, string>);
}
