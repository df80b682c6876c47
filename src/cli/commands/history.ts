import type { RevisionView } from '../../api/views.ts';
import type { Invocation } from '../command.ts';
import { table } from '../render/table.ts';
import { clockTime } from '../render/units.ts';
import { checkName } from '../target.ts';

export async function run({ values, screen, connect }: Invocation): Promise<void> {
  const app = checkName(values.argument('app'));
  const { revisions } = await (await connect()).get<{ revisions: RevisionView[] }>(`/v1/apps/${app}/revisions`);
  if (values.json) return screen.json({ revisions });
  screen.line(table(screen, ['REV', 'DEPLOYED', 'BY', '', 'SERVICES', 'SOURCE'], revisions.map((revision) => [
    String(revision.number), clockTime(revision.admittedAt), revision.actor,
    { text: [revision.current ? 'current' : '', revision.stable ? 'good' : ''].filter(Boolean).join(', '), tone: 'good' },
    revision.services.join(', '), `${revision.source.location}${revision.source.version === null ? '' : ` @ ${revision.source.version.slice(0, 12)}`}`,
  ])));
}
