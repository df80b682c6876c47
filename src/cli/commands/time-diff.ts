import type { TimeDiffView } from '../../api/memory-views.ts';
import type { Invocation } from '../command.ts';
import { describeChange } from '../render/change.ts';
import { clockTime } from '../render/units.ts';

export async function run({ values, screen, connect }: Invocation): Promise<void> {
  const diff = await (await connect()).get<TimeDiffView>('/v1/time/diff', { from: values.argument('from'), to: values.optional('to') ?? 'now' });
  if (values.json) return screen.json(diff);
  const name = ({ position, time }: TimeDiffView['from']) => `${time === null ? 'the beginning' : clockTime(time)} (#${position})`;
  screen.line(`from ${name(diff.from)} to ${name(diff.to)}`);
  for (const change of diff.changes) screen.line(describeChange(change));
  if (diff.changes.length === 0) screen.line('nothing is different');
}
