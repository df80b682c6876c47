import type { ReplayView } from '../../api/memory-views.ts';
import type { Invocation } from '../command.ts';
import { toned } from '../render/table.ts';
import { duration } from '../render/units.ts';

export async function run({ values, screen, connect }: Invocation): Promise<number> {
  const replay = await (await connect()).post<ReplayView>('/v1/audit/replay');
  if (values.json) screen.json(replay);
  else {
    const { events, from, milliseconds, replayed, live, snapshots, uncaused, judged, differing, agrees } = replay;
    const wrong = snapshots.filter((snapshot) => !snapshot.agrees);
    screen.line(`${events} events folded from ${from === 0 ? 'the first one' : `#${from + 1}`} in ${duration(milliseconds)}, asking nothing outside`);
    if (from > 0) screen.line(`archived  those up to #${from}; \`audit verify --archive FILE\` folds them`);
    screen.line(`replayed  ${replayed}`);
    screen.line(`in use    ${live}`);
    screen.line(`snapshots ${snapshots.length - wrong.length} of ${snapshots.length} agree${wrong.length > 0 ? `; not those at ${wrong.map(({ position }) => position).join(', ')}` : ''}`);
    screen.line(`causes    ${uncaused.length === 0 ? 'every event follows from an intent or an observation' : `${uncaused.length} events do not say what they follow from, first at ${uncaused[0]}`}`);
    screen.line(`judgments ${judged - differing.length} of ${judged} come out the same when they are judged again`);
    for (const { position, why } of differing) screen.line(`          not #${position}: ${why}`);
    screen.line(agrees ? toned(screen, 'good', 'The state is what follows from the ledger.') : toned(screen, 'bad', 'The state is NOT what follows from the ledger.'));
  }
  return replay.agrees ? 0 : 1;
}
