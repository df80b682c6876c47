import type { StatusView } from '../../api/views.ts';
import { answers } from '../../api/socket.ts';
import type { Invocation } from '../command.ts';

export async function run({ values, screen, paths, env, connect }: Invocation): Promise<void> {
  // Given to the daemon that this starts.
  if (values.flag('read-only')) env['STRATOSWARM_READ_ONLY'] = '1';
  const ran = await answers(paths.apiSocket);
  const status = await (await connect()).get<StatusView>('/v1/status');
  if (values.json) return screen.json({ running: true, started: !ran, ...status });
  screen.line(`The daemon ${ran ? 'runs already' : 'was started'} (pid ${status.pid})`);
}
