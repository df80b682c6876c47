import type { ApiClient } from '../api/client.ts';
import type { AppView } from '../api/views.ts';
import { StratoError } from '../model/errors.ts';
import type { Invocation } from './command.ts';
import { usage } from './usage.ts';

const interval = 100;

/**
 * Waits until `done` says so of an app (undefined: it is gone), which also throws when it will never be. Throws
 * `wait.timeout`; what was admitted goes on.
 */
export async function settle(client: ApiClient, app: string, { command, values }: Pick<Invocation, 'command' | 'values'>, done: (app: AppView | undefined) => boolean | Promise<boolean>): Promise<AppView | undefined> {
  const seconds = waitSeconds(values.option('timeout'), command);
  const deadline = performance.now() + seconds * 1000;
  for (;;) {
    const view = await lookUp(client, app);
    if (await done(view)) return view;
    if (performance.now() > deadline) {
      throw new StratoError('wait.timeout', `Not done after ${seconds} s`, { why: `${app} is ${view?.status ?? 'gone'}`, next: `it goes on: see \`stratoswarm status ${app}\`` });
    }
    await new Promise((resolve) => setTimeout(resolve, interval));
  }
}

function waitSeconds(text: string | undefined, command: Invocation['command']): number {
  const seconds = Number(text ?? 120);
  if (!(seconds > 0 && seconds <= 86_400)) throw usage('usage.option', '--timeout needs seconds between 1 and 86400', command);
  return seconds;
}

async function lookUp(client: ApiClient, app: string): Promise<AppView | undefined> {
  try {
    return await client.get<AppView>(`/v1/apps/${app}`);
  } catch (error) {
    if (error instanceof StratoError && error.code === 'app.unknown') return undefined;
    throw error;
  }
}

/** True once the target revision answers; throws when its rollout failed. */
export function rolledOut(app: AppView | undefined): boolean {
  if (app === undefined) throw new StratoError('app.unknown', 'The app was removed meanwhile');
  const { rollout } = app;
  if (rollout?.state === 'failed') {
    throw new StratoError('rollout.failed', `Revision ${rollout.revision} of ${app.name} did not become healthy`, {
      why: [rollout.reason ?? 'no reason is known', ...rollout.tail].join('\n'), next: `see \`stratoswarm logs ${app.name}\``,
    });
  }
  return app.status === 'running' && (rollout === null || rollout.readyAt !== null);
}
