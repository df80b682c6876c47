import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../model/index.ts';
import { findProgram } from './programs.ts';

/** What a test may need of the machine beyond Node and npm. */
export type Requirement = 'linux' | 'root' | 'unprivileged-namespaces' | 'ipv6' | `program:${string}` | `kernel:${string}`;

/**
 * True when the machine has all of it. Otherwise the reason is printed and false returned, for `describe.skipIf(!requires(…))`;
 * with `STRATOSWARM_NO_SKIP=1` a missing requirement throws instead, so that nothing is skipped unseen.
 */
export function requires(...requirements: Requirement[]): boolean {
  const missing = requirements.filter((requirement) => !has(requirement));
  if (missing.length === 0) return true;
  const reason = `needs ${missing.join(', ')}, which this machine lacks`;
  if (process.env['STRATOSWARM_NO_SKIP'] === '1') throw new Error(`a test ${reason}, and skipping is forbidden`);
  console.info(`skipped: ${reason}`);
  return false;
}

function has(requirement: Requirement): boolean {
  if (requirement === 'linux') return process.platform === 'linux';
  if (requirement === 'root') return process.getuid?.() === 0;
  if (requirement === 'ipv6') return Object.values(networkInterfaces()).some((addresses) => addresses?.some(({ address }) => address === '::1'));
  if (requirement === 'unprivileged-namespaces') return spawnSync('unshare', ['-Ur', 'true'], { stdio: 'ignore' }).status === 0;
  const [kind, name] = requirement.split(':') as [string, string];
  return (kind === 'kernel' ? kernelImage(name) : findProgram(name)) !== undefined;
}

/** A kernel of a flavour (`cloud-amd64`) that this machine could boot. */
export function kernelImage(flavour: string): string | undefined {
  const name = existsSync('/boot') ? readdirSync('/boot').findLast((entry) => entry.startsWith('vmlinuz-') && entry.endsWith(`-${flavour}`)) : undefined;
  return name && join('/boot', name);
}

/** Binds /dev/null, which nobody can execute and in which nothing is to be read, over every file named before `--`. */
const hideScript = 'while [ "$1" != -- ]; do mount --bind /dev/null "$1" || exit; shift; done; shift; exec "$@"';

/**
 * Runs a test file once more, as it were on a machine without some files: in a mount namespace of its own, where they are empty and programs among them cannot be
 * executed. Nothing may be skipped there. Needs root and unshare.
 *
 * @param only a pattern of the names of tests
 */
export async function testWithout(hidden: readonly string[], file: string, only?: string): Promise<{ code: number | null; output: string }> {
  const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--configLoader', 'runner', '--config', './vitest.config.ts', '--reporter', 'verbose', file, ...(only === undefined ? [] : ['-t', only])];
  const child = spawn('unshare', ['--mount', '--propagation', 'slave', '/bin/sh', '-c', hideScript, 'sh', ...hidden, '--', process.execPath, ...vitest], {
    cwd: join(import.meta.dirname, '../..'), stdio: ['ignore', 'pipe', 'pipe'], timeout: 280_000, killSignal: 'SIGKILL', env: { ...process.env, STRATOSWARM_NO_SKIP: '1', NO_COLOR: '1' },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (output += data.toString()));
  const code = await new Promise<number | null>((resolve) => child.once('exit', resolve));
  return { code, output };
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** The system's time, with its timers. */
export const systemTime: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after: (ms, action) => {
    const timer = setTimeout(action, ms);
    return () => clearTimeout(timer);
  },
};
