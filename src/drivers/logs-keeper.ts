import type { ChildProcess } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Paths } from '../host/paths.ts';
import { spawn } from '../host/spawn.ts';
import { rotationLimits } from './logs-rotation.ts';
import { shell } from './shim/launch.ts';

const script = join(import.meta.dirname, 'logs-keeper.sh');
const program = fileURLToPath(new URL('./logs-rotate.ts', import.meta.url));

/**
 * Starts what keeps the logs of agents small from the moment when this process has ended, however it does, until another one has called this or no
 * agent is left. Until then it is a shell that waits. The keeper of an earlier daemon goes.
 *
 * @param pause - Seconds between two looks.
 */
export function startLogKeeper({ home, agents }: Pick<Paths, 'home' | 'agents'>, cap = rotationLimits.cap, pause = 5): ChildProcess {
  const file = join(home, 'log-keeper.pid');
  const keeper = spawn(shell, [script, agents, file, String(Math.floor(cap / 1024)), String(pause), process.execPath, program], {
    cwd: '/', detached: true, stdio: ['pipe', 'ignore', 'ignore'], env: { PATH: process.env['PATH'] ?? '/usr/bin:/bin', STRATOSWARM_HOME: home },
  });
  keeper.on('error', () => undefined);
  keeper.stdin!.on('error', () => undefined);
  keeper.unref();
  (keeper.stdin as unknown as { unref(): void }).unref();
  if (keeper.pid !== undefined) writeFileSync(file, `${keeper.pid}\n`, { mode: 0o600 });
  return keeper;
}
