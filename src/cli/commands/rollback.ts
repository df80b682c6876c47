import type { DecisionView } from '../../api/views.ts';
import type { Invocation } from '../command.ts';
import { usage } from '../usage.ts';
import { rolledOut, settle } from '../settle.ts';
import { checkName } from '../target.ts';

export async function run(invocation: Invocation): Promise<void> {
  const { command, values, screen, connect } = invocation;
  const app = checkName(values.argument('app'));
  const text = values.optional('revision');
  if (text !== undefined && !/^[1-9]\d{0,8}$/.test(text)) throw usage('usage.argument', 'REVISION is a number', command, `see \`stratoswarm history ${app}\``);
  const client = await connect();
  const decision = await client.post<DecisionView>(`/v1/apps/${app}/rollback`, text === undefined ? {} : { revision: Number(text) });
  const view = values.flag('detach') ? undefined : await settle(client, app, invocation, rolledOut);
  if (values.json) return screen.json({ decision, revision: view?.revision ?? null });
  screen.line(view === undefined ? `${app} is being rolled back` : `${app} runs revision ${view.revision} again${view.url === null ? '' : ` at ${view.url}`}`);
}
