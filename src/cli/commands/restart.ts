import type { AgentView, DecisionView } from '../../api/views.ts';
import type { Invocation } from '../command.ts';
import { settle } from '../settle.ts';
import { targetFrom } from '../target.ts';

export async function run(invocation: Invocation): Promise<void> {
  const { values, screen, connect } = invocation;
  const given = values.argument('app');
  const { app, service, slot } = targetFrom(given);
  const client = await connect();
  const agents = async () => (await client.get<{ agents: AgentView[] }>('/v1/agents')).agents;
  const before = await agents();
  const { decisions } = await client.post<{ decisions: DecisionView[] }>(`/v1/apps/${app}/restart`, { service, slot });
  if (!values.flag('detach')) {
    const view = await client.get<{ services: { name: string; kind: string }[] }>(`/v1/apps/${app}`);
    const services = new Set(view.services.filter(({ name, kind }) => (service === undefined ? kind !== 'store' : name === service)).map(({ name }) => name));
    const old = new Set(before.filter((agent) => agent.app === app && services.has(agent.service) && (slot ?? agent.slot) === agent.slot).map(({ id }) => id));
    await settle(client, app, invocation, async (current) => {
      const ready = current?.services.every((each) => !services.has(each.name) || each.ready === each.replicas || each.status === 'completed') ?? false;
      return ready && !(await agents()).some(({ id }) => old.has(id));
    });
  }
  if (values.json) return screen.json({ decisions });
  screen.line(values.flag('detach') ? `${given} is being restarted` : `${given} was restarted`);
}
