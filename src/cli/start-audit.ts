import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { errorFrom, type ErrorReport } from '../model/errors.ts';
import type { Invocation } from './command.ts';

const program = fileURLToPath(new URL('../daemon/audit/main.ts', import.meta.url));

/**
 * Has the program `audit` do something, in a process of its own; its exit code. What it fails with comes back by descriptor 3 and is thrown here, so that it is told, and
 * ends, as with any other command.
 */
export async function startAudit({ env, paths }: Pick<Invocation, 'env' | 'paths'>, request: object): Promise<number> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', program, JSON.stringify(request)], { stdio: ['inherit', 'inherit', 'inherit', 'pipe'], env: { ...env, STRATOSWARM_HOME: paths.home } });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => child.kill(signal));
  const [[code], failure] = await Promise.all([once(child, 'exit') as Promise<[number | null]>, text(child.stdio[3] as Readable)]);
  if (failure !== '') throw errorFrom(JSON.parse(failure) as ErrorReport);
  return code ?? 1;
}
