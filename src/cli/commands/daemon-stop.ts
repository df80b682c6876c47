import { ApiClient } from '../../api/client.ts';
import { answers } from '../../api/socket.ts';
import type { StatusView } from '../../api/views.ts';
import { StratoError } from '../../model/errors.ts';
import type { Invocation } from '../command.ts';

/** Milliseconds that the daemon has to write down what it must. */
const patience = 30_000;

export async function run({ values, screen, paths }: Invocation): Promise<void> {
  if (!(await answers(paths.apiSocket))) {
    if (values.json) return screen.json({ stopped: false, pid: null });
    return screen.line('The daemon does not run');
  }
  const { pid } = await new ApiClient(paths.apiSocket).get<StatusView>('/v1/status');
  try {
    process.kill(pid, 'SIGTERM');
  } catch (error) {
    throw new StratoError('stop.failed', `The daemon (pid ${pid}) cannot be stopped`, { why: (error as Error).message, next: 'stop it as the user who started it' });
  }
  const deadline = performance.now() + patience;
  while (isAlive(pid)) {
    if (performance.now() > deadline) throw new StratoError('wait.timeout', `The daemon (pid ${pid}) has not ended after ${patience / 1000} s`, { next: 'see `stratoswarm daemon logs`' });
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  if (values.json) return screen.json({ stopped: true, pid });
  screen.line('The daemon was stopped; apps run on and are served');
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
