import type { EventView } from '../../api/views.ts';
import type { Invocation } from '../command.ts';
import { untilInterrupted } from '../interrupt.ts';
import { toned } from '../render/table.ts';
import { plain } from '../render/text.ts';
import { clockTime } from '../render/units.ts';
import { checkName } from '../target.ts';
import { lineCount } from './logs.ts';

export async function run({ command, values, screen, connect }: Invocation): Promise<void> {
  const given = values.option('app');
  const app = given === undefined ? undefined : checkName(given);
  const limit = Math.min(1000, lineCount(values.option('lines'), 30, command));
  const client = await connect();
  const follow = values.flag('follow');
  const { head } = await client.get<{ head: number }>('/v1/status');
  const { events } = await client.get<{ events: EventView[] }>('/v1/events', { app, limit, before: head + 1 });
  if (values.json && !follow) return screen.json({ events });
  const print = (event: EventView) => {
    if (values.json) return void screen.out.write(`${JSON.stringify(event)}\n`);
    screen.line(`${screen.paint.dim(clockTime(event.time))}  ${(event.app ?? '').padEnd(12)}  ${toned(screen, event.tone, plain(event.text))}  ${screen.paint.dim(plain(event.actor))}`);
  };
  events.toReversed().forEach(print);
  if (!follow) return;
  await untilInterrupted(async (signal) => {
    for await (const { data } of client.stream('/v1/events/stream', { app }, { signal, after: String(head) })) print(data as EventView);
  });
}
