import type { NewRow } from './writer.ts';

/**
 * A row on its way to the store, as a line of text: that crosses between threads faster than anything else. It is
 * `app ⇥ agent ⇥ remaining ⇥ canonical JSON`; no part of it can contain a tab or the end of a line.
 */
export function lineOf({ remaining, event, subject: { app, agent } }: NewRow): string {
  return `${app}\t${agent}\t${remaining}\t${event}`;
}

/** The rows of lines. */
export function* rowsOf(lines: string): Generator<NewRow> {
  for (let from = 0; from < lines.length;) {
    const app = lines.indexOf('\t', from);
    const agent = lines.indexOf('\t', app + 1);
    const remaining = lines.indexOf('\t', agent + 1);
    const next = lines.indexOf('\n', remaining);
    const end = next < 0 ? lines.length : next;
    yield { subject: { app: lines.slice(from, app), agent: lines.slice(app + 1, agent) }, remaining: Number(lines.slice(agent + 1, remaining)), event: lines.slice(remaining + 1, end) };
    from = end + 1;
  }
}
