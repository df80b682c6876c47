import { resolve } from 'node:path';
import type { DecisionView } from '../../api/views.ts';
import { StratoError } from '../../model/errors.ts';
import type { Invocation } from '../command.ts';
import { show } from '../parse.ts';
import { startAudit } from '../start-audit.ts';

export async function run(invocation: Invocation): Promise<number | void> {
  const { command, values, screen, connect } = invocation;
  const id = values.argument('proposal');
  if (!/^[0-9a-f]{32}$/.test(id)) throw new StratoError('name.invalid', `${show(id)} is no id of a proposal`, { next: 'see `stratoswarm compliance status`' });
  const as = values.option('as');
  if (command.name === 'approve' && as !== undefined) {
    await connect();
    return startAudit(invocation, { verb: 'approve', json: values.json, proposal: id, as: resolve(as) });
  }
  const client = await connect();
  if (command.name === 'reject') {
    await client.post(`/v1/proposals/${id}/reject`, { reason: values.option('reason') ?? '' });
    return values.json ? screen.json({ id }) : screen.line('It was turned down.');
  }
  const decision = await client.post<DecisionView>(`/v1/proposals/${id}/approve`);
  if (values.json) return screen.json({ decision });
  screen.line(`To ${decision.kind} ${decision.app ?? ''} was decided.`);
}
