import type { DecisionView } from '../../api/views.ts';
import type { Invocation } from '../command.ts';
import { rolledOut, settle } from '../settle.ts';
import { checkName } from '../target.ts';

export async function run(invocation: Invocation): Promise<void> {
  const { values, screen, connect } = invocation;
  const app = checkName(values.argument('app'));
  const client = await connect();
  const decision = await client.post<DecisionView>(`/v1/apps/${app}/start`);
  const view = values.flag('detach') ? undefined : await settle(client, app, invocation, rolledOut);
  if (values.json) return screen.json({ decision, url: view?.url ?? null });
  screen.line(view === undefined ? `${app} is being started` : `${app} runs${view.url === null ? '' : ` at ${view.url}`}`);
}
