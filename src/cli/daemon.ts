import { answers } from '../api/socket.ts';
import type { Paths } from '../host/paths.ts';
import type { Screen } from './render/screen.ts';

/**
 * Makes sure that a daemon answers: returns at once when one does, otherwise starts one. What is needed to start it is only
 * loaded then. Throws `daemon.start-failed`, `daemon.home`.
 */
export async function ensureDaemon(paths: Pick<Paths, 'home' | 'logs' | 'apiSocket'>, env: NodeJS.ProcessEnv, screen: Pick<Screen, 'err'>): Promise<void> {
  if (await answers(paths.apiSocket)) return;
  const { startDaemon } = await import('./start-daemon.ts');
  await startDaemon(paths, env, screen);
}
