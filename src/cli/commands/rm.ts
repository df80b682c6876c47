import type { AppView, DecisionView } from '../../api/views.ts';
import { StratoError } from '../../model/errors.ts';
import { confirm } from '../ask.ts';
import type { Invocation } from '../command.ts';
import { settle } from '../settle.ts';
import { checkName } from '../target.ts';

export async function run(invocation: Invocation): Promise<void> {
  const { values, screen, connect } = invocation;
  const app = checkName(values.argument('app'));
  const volumes = values.flag('volumes');
  const client = await connect();
  await client.get<AppView>(`/v1/apps/${app}`);
  if (!values.flag('yes')) {
    if (!screen.interactive) throw new StratoError('usage.confirm', `Removing ${app} needs a yes`, { why: 'this is no terminal to ask on', next: `write \`stratoswarm rm ${app}${volumes ? ' --volumes' : ''} --yes\`` });
    if (!(await confirm(screen, `Remove ${app}${volumes ? ' and all its data, for ever' : ' and keep its data'}?`))) throw new StratoError('interrupted', `${app} was not removed`);
  }
  const decision = await client.delete<DecisionView>(`/v1/apps/${app}`, { volumes: volumes || undefined });
  if (!values.flag('detach')) await settle(client, app, invocation, (view) => view === undefined);
  if (values.json) return screen.json({ decision });
  screen.line(`${app} ${values.flag('detach') ? 'is being removed' : 'was removed'}${volumes ? ' with its data' : '; its data is kept'}`);
}
