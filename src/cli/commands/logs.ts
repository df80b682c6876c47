import type { LogLine } from '../../api/views.ts';
import type { Invocation } from '../command.ts';
import { usage } from '../usage.ts';
import { coloured } from '../render/text.ts';
import { untilInterrupted } from '../interrupt.ts';
import { targetFrom } from '../target.ts';

export async function run({ command, values, screen, connect }: Invocation): Promise<void> {
  const { app, service, slot } = targetFrom(values.argument('app'));
  const lines = lineCount(values.option('lines'), 100, command);
  if (values.flag('follow') && values.flag('previous')) throw usage('usage.option', 'agents that are gone say nothing more: --follow does not go with --previous', command);
  const client = await connect();
  const follow = values.flag('follow');
  const query = { service, slot, tail: lines, follow: follow || undefined, previous: values.flag('previous') || undefined };
  const path = `/v1/apps/${app}/logs`;
  const several = slot === undefined;
  const paints = [screen.paint.cyan, screen.paint.magenta, screen.paint.blue, screen.paint.yellow, screen.paint.green];
  const seen = new Map<string, (text: string) => string>();
  const print = (line: LogLine) => {
    if (values.json) return void screen.out.write(`${JSON.stringify(line)}\n`);
    const name = `${line.service}/${line.slot}`;
    if (!seen.has(name)) seen.set(name, paints[seen.size % paints.length]!);
    screen.line(`${several ? `${seen.get(name)!(name)} | ` : ''}${screen.out.isTTY ? coloured(line.line) : line.line}`);
  };
  if (!follow) {
    for await (const line of client.lines<LogLine>(path, query)) print(line);
    return;
  }
  await untilInterrupted(async (signal) => {
    for await (const { data } of client.stream(path, query, { signal })) print(data as LogLine);
  });
}

/** A number of lines that an option gives. */
export function lineCount(text: string | undefined, fallback: number, command: Invocation['command']): number {
  if (text === undefined) return fallback;
  if (!/^\d{1,6}$/.test(text) || Number(text) > 100_000) throw usage('usage.option', `--lines needs a number from 0 to 100000`, command);
  return Number(text);
}
