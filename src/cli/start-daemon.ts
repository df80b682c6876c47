import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { answers } from '../api/socket.ts';
import type { Paths } from '../host/paths.ts';
import { StratoError } from '../model/errors.ts';
import { lastLines } from './log-file.ts';
import type { Screen } from './render/screen.ts';

type Place = Pick<Paths, 'home' | 'logs' | 'apiSocket'>;

/** Milliseconds for which a daemon that is coming up may say nothing: one that has a large ledger to read first tells in its log how far it is. */
const silence = 60_000;
const logLimit = 10 * 1024 * 1024;

/**
 * The daemon holds little for long and computes little: small young heaps, few helper threads and no optimiser beyond Maglev spare a quarter of its memory. What idles is
 * not worth being optimised, what works runs 1,200 times within a moment. `gc` is there for `daemon/slack.ts`.
 */
export const daemonFlags: readonly string[] = ['--max-semi-space-size=1', '--v8-pool-size=1', '--no-turbofan', '--invocation-count-for-maglev=1200', '--expose-gc', '--disable-warning=ExperimentalWarning'];

export const daemonEntry: string = fileURLToPath(new URL('../daemon/main.ts', import.meta.url));

export function daemonLog(paths: Pick<Paths, 'logs'>): string {
  return join(paths.logs, 'daemon.log');
}

/**
 * Starts a daemon, detached, and waits until it answers on its socket. Of several callers at the same time one starts it and
 * the others wait. Throws `daemon.start-failed` with the last lines of its log.
 */
export async function startDaemon(paths: Place, env: NodeJS.ProcessEnv, screen: Pick<Screen, 'err'>, entry: string = daemonEntry, patience = silence): Promise<void> {
  prepareHome(paths);
  const lock = join(paths.home, 'daemon.starting');
  const isSilent = silenceOf(daemonLog(paths), patience);
  while (!takeLock(lock)) {
    if (await answers(paths.apiSocket)) return;
    if (isSilent()) throw new StratoError('daemon.start-failed', 'The daemon is being started by another command and does not come up', { next: 'see `stratoswarm daemon logs`' });
    await pause(25);
  }
  try {
    if (await answers(paths.apiSocket)) return;
    if (screen.err.isTTY) screen.err.write('Starting the daemon ...\n');
    await start(paths, env, entry, patience);
  } finally {
    rmSync(lock, { force: true });
  }
}

function prepareHome({ home, logs }: Place): void {
  try {
    mkdirSync(home, { recursive: true, mode: 0o700 });
    mkdirSync(logs, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new StratoError('daemon.home', `The home ${home} cannot be made`, { why: (error as Error).message, next: 'set STRATOSWARM_HOME to a directory that you may write' });
  }
}

/** Creates the lock file, or takes it from somebody who died while starting. */
function takeLock(lock: string): boolean {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
      throw new StratoError('daemon.home', `The home ${dirname(lock)} cannot be written`, { why: (error as Error).message, next: 'set STRATOSWARM_HOME to a directory that you may write' });
    }
  }
  const holder = holderOf(lock);
  if (holder !== undefined && !isAlive(holder)) rmSync(lock, { force: true });
  return false;
}

/** Undefined while the file is being written, or when it is gone. */
function holderOf(lock: string): number | undefined {
  try {
    const pid = Number(readFileSync(lock, 'utf8'));
    return Number.isInteger(pid) && pid > 0 ? pid : undefined;
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function start(paths: Place, env: NodeJS.ProcessEnv, entry: string, patience: number): Promise<void> {
  const file = daemonLog(paths);
  rotate(file);
  const log = openSync(file, 'a', 0o600);
  const begin = statSync(file).size;
  const child = spawn(process.execPath, [...daemonFlags, entry], { cwd: paths.home, detached: true, stdio: ['ignore', log, log], env: { ...env, STRATOSWARM_HOME: paths.home } });
  closeSync(log);
  let ended: string | undefined;
  child.on('error', (error) => (ended = error.message));
  child.on('exit', (code, signal) => (ended = signal === null ? `it ended with code ${code}` : `it was ended by ${signal}`));
  child.unref();
  const isSilent = silenceOf(file, patience);
  while (!(await answers(paths.apiSocket))) {
    if (ended !== undefined || isSilent()) {
      const lines = lastLines(file, 15, begin);
      throw new StratoError('daemon.start-failed', 'The daemon did not come up', {
        why: [ended ?? `nothing answers on ${paths.apiSocket}`, ...lines].join('\n'), next: 'see `stratoswarm daemon logs` and `stratoswarm doctor`',
      });
    }
    await pause(15);
  }
}

/** Tells whether nothing was written to a log for too long. */
function silenceOf(file: string, patience: number): () => boolean {
  const sizeNow = () => statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  let [size, heard] = [sizeNow(), performance.now()];
  return () => {
    const now = sizeNow();
    if (now !== size) [size, heard] = [now, performance.now()];
    return performance.now() - heard > patience;
  };
}

function rotate(file: string): void {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size > logLimit) renameSync(file, `${file}.1`);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
