import type { DecisionView, NodeView } from '../../api/views.ts';
import { StratoError } from '../../model/errors.ts';
import type { Invocation } from '../command.ts';
import { show } from '../usage.ts';

const availabilities: Record<string, string> = { 'node drain': 'drained', 'node cordon': 'cordoned', 'node activate': 'active' };

export async function run({ command, values, screen, connect }: Invocation): Promise<void> {
  const client = await connect();
  const { nodes } = await client.get<{ nodes: NodeView[] }>('/v1/nodes');
  const name = values.optional('node') ?? (nodes.length === 1 ? nodes[0]!.name : undefined);
  if (name === undefined || !nodes.some((node) => node.name === name)) {
    throw new StratoError(name === undefined ? 'usage.argument' : 'node.unknown', name === undefined ? 'NODE is missing' : `There is no node ${show(name)}`, { next: `choose one of ${nodes.map((node) => node.name).join(', ')}` });
  }
  const availability = availabilities[command.name]!;
  const decision = await client.post<DecisionView>(`/v1/nodes/${encodeURIComponent(name)}/availability`, { availability });
  if (values.json) return screen.json({ decision, node: name, availability });
  screen.line(`${name} is ${availability}`);
}
