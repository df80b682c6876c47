import type { DecisionView } from '../../api/views.ts';
import { StratoError } from '../../model/errors.ts';
import type { Invocation } from '../command.ts';
import { show } from '../parse.ts';

export async function run({ command, values, screen, connect }: Invocation): Promise<void> {
  const id = values.argument('proposal');
  if (!/^[0-9a-f]{32}$/.test(id)) throw new StratoError('name.invalid', `${show(id)} is no id of a proposal`, { next: 'see `stratoswarm compliance status`' });
  const client = await connect();
  if (command.name === 'reject') {
    await client.post(`/v1/proposals/${id}/reject`, { reason: values.option('reason') ?? '' });
    return values.json ? screen.json({ id }) : screen.line('It was turned down.');
  }
  const decision = await client.post<DecisionView>(`/v1/proposals/${id}/approve`);
  if (values.json) return screen.json({ decision });
  screen.line(`To ${decision.kind} ${decision.app ?? ''} was decided.`);
}
