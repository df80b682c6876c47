import type { AuditRecord } from '../../api/memory-views.ts';
import type { StatusView } from '../../api/views.ts';
import { csv, formats, jsonLines, otlp, type Format } from '../audit-formats.ts';
import type { Invocation } from '../command.ts';
import { usage, show } from '../usage.ts';
import { table, type Tone } from '../render/table.ts';
import { clockTime } from '../render/units.ts';
import { checkName } from '../target.ts';

const page = 1000;

export async function run({ command, values, screen, connect }: Invocation): Promise<void> {
  const format = (values.option('format') ?? 'table') as Format;
  if (!formats.includes(format)) throw usage('usage.option', `There is no format ${show(format)}`, command, `choose one of ${formats.join(', ')}`);
  const lines = values.option('lines');
  if (lines !== undefined && !/^\d{1,7}$/.test(lines)) throw usage('usage.option', '--lines needs a number', command);
  const wanted = lines === undefined ? (format === 'table' && !values.json ? 50 : Infinity) : Number(lines);
  const app = values.option('app');
  const query = { from: values.option('from'), to: values.option('to'), actor: values.option('actor'), app: app === undefined ? undefined : checkName(app), kind: values.option('kind'), outcome: values.option('outcome') };
  const client = await connect();
  const records: AuditRecord[] = [];
  for (let before: number | undefined; records.length < wanted;) {
    const answer = await client.get<{ records: AuditRecord[]; next: number | null }>('/v1/audit', { ...query, before, limit: Math.min(page, wanted - records.length) });
    records.push(...answer.records);
    if (answer.next === null) break;
    before = answer.next;
  }
  records.reverse();
  if (values.json) return screen.json({ records });
  if (format === 'jsonl') screen.out.write(jsonLines(records));
  else if (format === 'csv') screen.out.write(csv(records));
  else if (format === 'otlp') screen.out.write(otlp(records, (await client.get<StatusView>('/v1/status')).version));
  else if (records.length === 0) screen.line('Nothing like that happened.');
  else {
    screen.line(table(screen, ['POSITION', 'TIME', 'ACTOR', 'APP', 'KIND', 'OUTCOME', 'WHAT'], records.map((record) => [
      String(record.position), clockTime(record.time), record.actor, record.app ?? '-', record.kind, { text: record.outcome, tone: toneOf(record.outcome) }, record.text,
    ])));
  }
}

function toneOf(outcome: string): Tone {
  if (outcome === 'held' || outcome === 'good') return 'good';
  if (outcome === 'bad' || outcome === 'failed') return 'bad';
  return outcome === 'refused' || outcome === 'warning' ? 'warning' : 'dim';
}
