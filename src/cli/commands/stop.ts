import type { DecisionView } from '../../api/views.ts';
import type { Invocation } from '../command.ts';
import { settle } from '../settle.ts';
import { checkName } from '../target.ts';

export async function run(invocation: Invocation): Promise<void> {
  const { values, screen, connect } = invocation;
  const app = checkName(values.argument('app'));
  const client = await connect();
  const decision = await client.post<DecisionView>(`/v1/apps/${app}/stop`);
  if (!values.flag('detach')) {
    await settle(client, app, invocation, async () => !(await client.get<{ agents: { app: string }[] }>('/v1/agents')).agents.some((agent) => agent.app === app));
  }
  if (values.json) return screen.json({ decision });
  screen.line(`${app} ${values.flag('detach') ? 'is being stopped' : 'is stopped'}; \`stratoswarm start ${app}\` starts it again`);
}
