import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Invocation } from './command.ts';

const program = fileURLToPath(new URL('../daemon/audit/main.ts', import.meta.url));

/** Has the program `audit` do something, in a process of its own; its exit code. */
export async function startAudit({ env, paths }: Pick<Invocation, 'env' | 'paths'>, request: object): Promise<number> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', program, JSON.stringify(request)], { stdio: 'inherit', env: { ...env, STRATOSWARM_HOME: paths.home } });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => child.kill(signal));
  return new Promise((resolve, reject) => child.once('error', reject).once('exit', (code) => resolve(code ?? 1)));
}
