import type { DiffView } from '../../api/views.ts';
import type { Invocation } from '../command.ts';
import { sourceRequest } from '../request.ts';
import { toned } from '../render/table.ts';
import { clip, plain } from '../render/text.ts';
import { bytes } from '../render/units.ts';

export async function run({ values, screen, connect }: Invocation): Promise<void> {
  const request = sourceRequest(values);
  const diff = await (await connect()).post<DiffView>('/v1/diffs', request);
  if (values.json) return screen.json(diff);
  screen.line(diff.revision === null ? `${diff.app} is new` : `${diff.app}, against revision ${diff.revision}`);
  if (diff.changes.length === 0) return screen.line('Nothing would change but the code itself.');
  for (const { kind, path, before, after } of diff.changes) {
    if (kind === 'added') screen.line(toned(screen, 'good', `+ ${plain(path)}: ${brief(path, after)}`));
    else if (kind === 'removed') screen.line(toned(screen, 'bad', `- ${plain(path)}: ${brief(path, before)}`));
    else screen.line(toned(screen, 'warning', `~ ${plain(path)}: ${brief(path, before)} -> ${brief(path, after)}`));
  }
}

/** A value of a plan for people: amounts of memory with their unit, a service by what starts it. */
function brief(path: string, value: unknown): string {
  if (/\.memory(Range)?$/.test(path)) {
    const amounts = [value].flat().filter((amount) => typeof amount === 'number');
    if (amounts.length > 0) return amounts.map((amount) => bytes(amount)).join(' to ');
  }
  const { name, start, kind } = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  return clip(plain(typeof start === 'string' ? start : typeof name === 'string' && typeof kind === 'string' ? `${kind} ${name}` : JSON.stringify(value)), 100);
}
