import { resolve } from 'node:path';
import type { ComplianceView } from '../../api/compliance-views.ts';
import { StratoError } from '../../model/errors.ts';
import { agreementOf } from '../agreement.ts';
import type { Invocation } from '../command.ts';
import { show } from '../usage.ts';
import { table } from '../render/table.ts';
import { startAudit } from '../start-audit.ts';

export async function run(invocation: Invocation): Promise<number | void> {
  const { command, values, screen, connect } = invocation;
  const { json } = values;
  const needed = (option: string) => {
    const value = values.option(option);
    if (value === undefined) throw new StratoError('usage.missing', `--${option} is missing`, { next: 'see --help' });
    return value;
  };
  switch (command.name) {
    case 'approvers key':
      return startAudit(invocation, { verb: 'approver-key', json, file: resolve(values.argument('file')), name: name(values.option('name') ?? 'approver') });
    case 'approvers sign':
      return startAudit(invocation, { verb: 'approver-sign', json, file: resolve(values.argument('file')), as: resolve(needed('as')) });
    case 'approvers list': {
      const { approvers } = await (await connect()).get<ComplianceView>('/v1/compliance');
      if (json) return screen.json({ approvers });
      return screen.line(approvers.length === 0 ? 'No approvers: add the first with `swarmctl approvers add`' : table(screen, ['PERSON', 'ALSO', 'KEY'], approvers.map(({ person, also, key }) => [person, also.join(', '), key])));
    }
    default: {
      await connect();
      const isAdding = command.name === 'approvers add';
      return startAudit(invocation, { verb: 'approver-change', json, person: `user:${name(values.argument('name'))}`, key: isAdding ? needed('key') : null, also: isAdding ? values.options('also') : [], by: agreementOf(invocation) });
    }
  }
}

function name(text: string): string {
  if (!/^[\w.@-]{1,60}$/.test(text)) throw new StratoError('name.invalid', `${show(text)} cannot be the name of a person`, { next: 'write it with letters, digits, dots, dashes and @' });
  return text;
}
