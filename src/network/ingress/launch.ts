import { execFile, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Paths } from '../../host/paths.ts';
import type { Limits } from '../proxy/limits.ts';

export interface LaunchOptions {
  readonly paths: Paths;
  readonly port: number;
  readonly addresses: readonly string[];
  readonly limits: Partial<Limits>;
  /** Milliseconds for which a replaced ingress lets WebSockets and event streams run on. */
  readonly linger: number;
}

/** The young heap is kept small: the ingress holds nothing for long. */
const flags = ['--max-semi-space-size=4'];

const program = fileURLToPath(new URL('../ingress.ts', import.meta.url));

/** The command line of an ingress of this version. */
export function ingressCommand(options: LaunchOptions): string[] {
  return [
    process.execPath, ...flags, program, '--home', options.paths.home, '--port', String(options.port),
    ...options.addresses.flatMap((address) => ['--listen', address]),
    '--limits', JSON.stringify(options.limits), '--linger', String(options.linger),
  ];
}

/** The log to which the ingress writes what should not happen. */
export function ingressLog(paths: Paths): string {
  return join(paths.logs, 'ingress.log');
}

/**
 * Runs the program once for its version, so that its compiled form is in the cache when it is started to stay: a process that
 * strips types itself is 18 MB larger for as long as it lives. The cache depends on the flags too. Returns the version.
 */
export async function warmUp(paths: Paths): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, program, '--version'], { env: environment(paths), timeout: 30_000 });
  return stdout.trim();
}

/** Starts an ingress that outlives this process; returns its pid. `onExit` is called when it ends while this process still runs. */
export function launch(options: LaunchOptions, onExit: (status: number | null) => void): number | undefined {
  mkdirSync(options.paths.logs, { recursive: true });
  const log = openSync(ingressLog(options.paths), 'a', 0o640);
  const [file, ...args] = ingressCommand(options) as [string, ...string[]];
  const child = spawn(file, args, { detached: true, stdio: ['ignore', log, log], env: environment(options.paths), cwd: '/' });
  closeSync(log);
  child.on('exit', onExit);
  child.on('error', () => onExit(null));
  child.unref();
  return child.pid;
}

/** The last lines of the ingress's log, for an error that says why it did not start. */
export function lastWords(paths: Paths): string {
  try {
    return readFileSync(ingressLog(paths), 'utf8').trimEnd().split('\n').slice(-5).join('\n');
  } catch {
    return 'its log is empty';
  }
}

/** Nothing of the daemon's own environment, which may hold secrets, belongs into the process that faces the clients. */
function environment(paths: Paths): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'], HOME: process.env['HOME'], TZ: process.env['TZ'], NODE_COMPILE_CACHE: join(paths.cache, 'node') };
}
