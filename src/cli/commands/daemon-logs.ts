import type { Invocation } from '../command.ts';
import { daemonLog } from '../start-daemon.ts';
import { lastLines } from '../log-file.ts';
import { lineCount } from './logs.ts';

export async function run({ command, values, screen, paths }: Invocation): Promise<void> {
  const lines = lastLines(daemonLog(paths), lineCount(values.option('lines'), 50, command));
  if (values.json) return screen.json({ file: daemonLog(paths), lines });
  for (const line of lines) screen.line(line);
}
