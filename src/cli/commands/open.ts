import { spawn } from 'node:child_process';
import type { AppView } from '../../api/views.ts';
import { StratoError } from '../../model/errors.ts';
import type { Invocation } from '../command.ts';
import { checkName } from '../target.ts';

export async function run(invocation: Invocation): Promise<void> {
  const name = invocation.values.optional('app');
  if (name === undefined) return openConsole(invocation, '/');
  checkName(name);
  const { url } = await (await invocation.connect()).get<AppView>(`/v1/apps/${name}`);
  if (url === null) throw new StratoError('app.no-address', `${name} has no address`, { why: 'none of its services answers HTTP' });
  show(invocation, url);
}

/** Leads to a place of the console. The address logs one browser in, once. */
export async function openConsole(invocation: Invocation, place: '/' | '/time' | '/audit'): Promise<void> {
  const { url } = await (await invocation.connect()).post<{ url: string }>('/v1/console-sessions');
  show(invocation, place === '/' ? url : `${url}&to=${encodeURIComponent(place)}`);
}

function show({ values, screen, env }: Invocation, url: string): void {
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
