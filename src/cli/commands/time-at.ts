import type { MomentView } from '../../api/memory-views.ts';
import type { Invocation } from '../command.ts';
import { table, toneOf } from '../render/table.ts';
import { clockTime } from '../render/units.ts';

export async function run({ values, screen, connect }: Invocation): Promise<void> {
  const moment = await (await connect()).get<MomentView>('/v1/time/at', { at: values.many('when').join(' ') });
  if (values.json) return screen.json(moment);
  const { position, time, head, apps, agents } = moment;
  screen.line(`${screen.paint.bold(time === null ? 'before the first event' : clockTime(time))}  ${screen.paint.dim(`after event ${position} of ${head}`)}\n`);
  if (apps.length === 0) return screen.line('There was no app.');
  screen.line(table(screen, ['APP', 'STATUS', 'REV', 'READY'], apps.map((app) => [
    app.name, { text: app.status, tone: toneOf(app.status) }, String(app.revision),
    `${app.services.reduce((sum, { ready }) => sum + ready, 0)}/${app.services.reduce((sum, { replicas }) => sum + replicas, 0)}`,
  ])));
  if (agents.length === 0) return;
  screen.line();
  screen.line(table(screen, ['APP', 'SERVICE', 'SLOT', 'STATE', 'REV', 'AGENT', 'REASON'], agents.map((agent) => [
    agent.app, agent.service, String(agent.slot), { text: agent.state, tone: toneOf(agent.state) }, String(agent.revision), agent.id, agent.reason ?? '',
  ])));
}
