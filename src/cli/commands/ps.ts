import type { AgentView, AppView } from '../../api/views.ts';
import { StratoError } from '../../model/errors.ts';
import type { Invocation } from '../command.ts';
import { table, toneOf } from '../render/table.ts';
import { bytes, cores, duration } from '../render/units.ts';
import { targetFrom } from '../target.ts';

export async function run({ values, screen, connect }: Invocation): Promise<void> {
  const given = values.optional('app');
  const target = given === undefined ? undefined : targetFrom(given);
  const client = await connect();
  const { agents: all } = await client.get<{ agents: AgentView[] }>('/v1/agents');
  const agents = all.filter((agent) => target === undefined || (agent.app === target.app && (target.service ?? agent.service) === agent.service && (target.slot ?? agent.slot) === agent.slot));
  if (target !== undefined && agents.length === 0) await client.get<AppView>(`/v1/apps/${target.app}`);
  if (values.json) return screen.json({ agents });
  if (agents.length === 0) return screen.line(target === undefined ? nothing((await client.get<{ apps: AppView[] }>('/v1/apps')).apps) : `No agent of ${given} runs.`);
  const now = Date.now();
  screen.line(table(screen, ['APP', 'SERVICE', 'SLOT', 'STATE', 'REV', 'ISOLATION', 'PID', 'CPU', 'MEMORY', 'AGE'], agents.map((agent) => [
    agent.app, agent.service, String(agent.slot), { text: agent.reason === null ? agent.state : `${agent.state} (${agent.reason})`, tone: toneOf(agent.state) }, String(agent.revision), agent.isolation,
    String(agent.pid ?? '-'), cores(agent.usage?.cpu), bytes(agent.usage?.memory), duration(now - (agent.startedAt ?? agent.createdAt)),
  ])));
}

function nothing(apps: readonly AppView[]): string {
  if (apps.length === 0) return 'Nothing runs. Deploy something: `stratoswarm deploy PATH`';
  const isDone = ({ desired, services }: AppView) => desired === 'running' && services.every(({ status }) => status === 'completed');
  const all = apps.map((app) => `${app.name} ${isDone(app) ? 'has done its work' : `is ${app.status}`}`).join(', ');
  return `Nothing runs: ${all}.${apps.some(({ desired }) => desired === 'stopped') ? ' `stratoswarm start APP` starts one again.' : ''}`;
}

/** The agents that a target names, those that answer first. Throws `agent.missing`. */
export function choose(agents: readonly AgentView[], given: string): AgentView[] {
  const { app, service, slot } = targetFrom(given);
  const found = agents.filter((agent) => agent.app === app && (service ?? agent.service) === agent.service && (slot ?? agent.slot) === agent.slot && agent.pid !== null);
  if (found.length === 0) throw new StratoError('agent.missing', `No agent of ${given} runs`, { next: 'see `stratoswarm ps`' });
  return found.toSorted((a, b) => Number(b.state === 'ready') - Number(a.state === 'ready'));
}
