import type { DecisionView } from '../../api/views.ts';
import { StratoError } from '../../model/errors.ts';
import { agreementOf } from '../agreement.ts';
import type { Invocation } from '../command.ts';
import { show } from '../usage.ts';
import { startAudit } from '../start-audit.ts';

export async function run(invocation: Invocation): Promise<number | void> {
  const { command, values, screen, connect } = invocation;
  const id = values.argument('proposal');
  if (!/^[0-9a-f]{32}$/.test(id)) throw new StratoError('name.invalid', `${show(id)} is no id of a proposal`, { next: 'see `stratoswarm compliance status`' });
  const client = await connect();
  if (command.name === 'reject') {
    await client.post(`/v1/proposals/${id}/reject`, { reason: values.option('reason') ?? '' });
    return values.json ? screen.json({ id }) : screen.line('It was turned down.');
  }
  const by = agreementOf(invocation);
  if (by.as !== undefined || by.signed !== undefined || by.statement) return startAudit(invocation, { verb: 'approve', json: values.json, proposal: id, by });
  const decision = await client.post<DecisionView>(`/v1/proposals/${id}/approve`);
  if (values.json) return screen.json({ decision });
  screen.line(`To ${decision.kind} ${decision.app ?? ''} was decided.`);
}
