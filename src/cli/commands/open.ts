import { spawn } from 'node:child_process';
import type { AppView } from '../../api/views.ts';
import { StratoError } from '../../model/errors.ts';
import type { Invocation } from '../command.ts';
import { checkName } from '../target.ts';

export async function run({ values, screen, env, connect }: Invocation): Promise<void> {
  const name = values.optional('app');
  if (name !== undefined) checkName(name);
  const client = await connect();
  const url = name === undefined ? (await client.post<{ url: string }>('/v1/console-sessions')).url : (await client.get<AppView>(`/v1/apps/${name}`)).url;
  if (url === null) throw new StratoError('app.no-address', `${name} has no address`, { why: 'none of its services answers HTTP' });
  if (values.json) screen.json({ url });
  else screen.line(url);
  if (!values.flag('print') && screen.interactive && hasDisplay(env)) openInBrowser(url);
}

function hasDisplay(env: NodeJS.ProcessEnv): boolean {
  return process.platform === 'darwin' || Boolean(env['DISPLAY']) || Boolean(env['WAYLAND_DISPLAY']);
}

/** The address was printed: that nothing opens it is no failure. */
function openInBrowser(url: string): void {
  const child = spawn(process.platform === 'darwin' ? 'open' : 'xdg-open', [url], { detached: true, stdio: 'ignore' });
  child.on('error', () => undefined);
  child.unref();
}
