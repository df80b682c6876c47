import { reportOf } from '../../model/errors.ts';
import type { Screen } from './screen.ts';
import { plain } from './text.ts';

/** An error as one block: what, why, next. The stack only for who asks for it with STRATOSWARM_DEBUG=1. */
export function failure(screen: Screen, error: unknown, env: NodeJS.ProcessEnv): string {
  const { code, message, why, next } = reportOf(error);
  const { red, bold, dim } = screen.paintErr;
  const lines = [`${red(bold('Error'))} ${plain(message)}`];
  if (why) lines.push(...why.split('\n').map((line, i) => `${i === 0 ? '  why   ' : '        '}${plain(line)}`));
  if (next) lines.push(`  next  ${plain(next)}`);
  if (code !== 'internal') lines.push(dim(`  code  ${code}`));
  if (env['STRATOSWARM_DEBUG'] === '1' && error instanceof Error) lines.push(dim(String(error.stack)), ...(error.cause === undefined ? [] : [dim(String((error.cause as Error).stack ?? error.cause))]));
  else if (code === 'internal') lines.push('  next  set STRATOSWARM_DEBUG=1 to see where it came from');
  return lines.join('\n');
}
