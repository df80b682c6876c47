import { ApiClient } from '../../api/client.ts';
import { answers } from '../../api/socket.ts';
import type { AppView } from '../../api/views.ts';
import type { Command, Invocation } from '../command.ts';
import { completionScript, shells, type Shell } from '../completion.ts';
import { show, usage } from '../usage.ts';

/** `commands` are those that are completed. */
export async function run({ command, values, screen, paths }: Invocation, commands: readonly Command[]): Promise<void> {
  const shell = values.argument('shell');
  if (shell === 'apps') {
    // What the scripts call to complete the name of an app: silent, and it starts no daemon.
    if (!(await answers(paths.apiSocket))) return;
    const { apps } = await new ApiClient(paths.apiSocket).get<{ apps: AppView[] }>('/v1/apps');
    for (const { name } of apps) screen.line(name);
    return;
  }
  if (!shells.includes(shell as Shell)) throw usage('usage.argument', `There is no completion for ${show(shell)}`, command, `choose one of ${shells.join(', ')}`);
  screen.out.write(completionScript(shell as Shell, commands));
}
