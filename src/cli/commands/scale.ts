import type { DecisionView } from '../../api/views.ts';
import type { Invocation } from '../command.ts';
import { usage } from '../usage.ts';
import { plain } from '../render/text.ts';
import { counts } from '../request.ts';
import { settle } from '../settle.ts';
import { checkName } from '../target.ts';
import { StratoError } from '../../model/errors.ts';

export async function run(invocation: Invocation): Promise<void> {
  const { command, values, screen, connect } = invocation;
  const app = checkName(values.argument('app'));
  const wanted = Object.entries(counts(values.many('service=n'), command));
  if (wanted.length !== values.many('service=n').length) throw usage('usage.argument', 'A service is there twice', command);
  const client = await connect();
  const decisions: DecisionView[] = [];
  for (const [service, replicas] of wanted) decisions.push(await client.post<DecisionView>(`/v1/apps/${app}/scale`, { service, replicas }));
  if (!values.flag('detach')) {
    await settle(client, app, invocation, (view) => {
      if (view === undefined) throw new StratoError('app.unknown', `${app} was removed meanwhile`);
      return view.desired === 'stopped' || wanted.every(([name, replicas]) => view.services.some((service) => service.name === name && service.replicas === replicas && service.ready === replicas));
    });
  }
  if (values.json) return screen.json({ decisions });
  screen.line(`${app} ${values.flag('detach') ? 'is being scaled to' : 'has'} ${wanted.map(([service, replicas]) => `${replicas} × ${service}`).join(', ')}`);
  for (const warning of decisions.flatMap(({ warnings = [] }) => warnings)) screen.line(`${screen.paint.yellow('Warning')} ${plain(warning)}`);
}
