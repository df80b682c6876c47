import { resolve } from 'node:path';
import { StratoError } from '../model/errors.ts';
import type { Invocation, OptionSpec } from './command.ts';

/** How an approver's agreement comes in: signed here, signed elsewhere, or yet to be signed. */
export const agreement: readonly OptionSpec[] = [
  { name: 'as', value: 'FILE', summary: 'the key of the approver who agrees' },
  { name: 'signed', value: 'FILE', summary: 'in place of it, what `approvers sign` printed where their key is' },
  { name: 'statement', summary: 'only print what an approver has to sign' },
];

/** Throws `usage.value` when more than one of them is given. */
export function agreementOf({ values }: Pick<Invocation, 'values'>): { as: string | undefined; signed: string | undefined; statement: boolean } {
  const [as, signed] = ['as', 'signed'].map((name) => values.option(name)).map((file) => (file === undefined ? undefined : resolve(file)));
  const statement = values.flag('statement');
  if ([as !== undefined, signed !== undefined, statement].filter(Boolean).length > 1) throw new StratoError('usage.value', '--as, --signed and --statement exclude one another', { next: 'give one of them' });
  return { as, signed, statement };
}
