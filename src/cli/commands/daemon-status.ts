import { ApiClient } from '../../api/client.ts';
import { answers } from '../../api/socket.ts';
import type { StatusView } from '../../api/views.ts';
import type { Invocation } from '../command.ts';
import { duration } from '../render/units.ts';

export async function run({ values, screen, paths }: Invocation): Promise<number> {
  if (!(await answers(paths.apiSocket))) {
    if (values.json) screen.json({ running: false, pid: null, home: paths.home });
    else screen.line('The daemon does not run; `stratoswarm daemon start` starts it');
    return 3;
  }
  const status = await new ApiClient(paths.apiSocket).get<StatusView>('/v1/status');
  if (values.json) screen.json({ running: true, ...status, home: paths.home });
  else screen.line(`The daemon runs (pid ${status.pid}, version ${status.version}, up ${duration(status.uptime)}, home ${paths.home})`);
  return 0;
}
