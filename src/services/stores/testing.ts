import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chownSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect } from 'vitest';
import { temporary } from '../../build/testing.ts';
import { freePort, systemTime } from '../../host/testing.ts';
import type { ProvideOptions, StoreProgram } from './store.ts';

/** Runs real stores as their agents would; what is left of them is ended after each test. */
export function storeBench() {
  const home = temporary();
  const provide: ProvideOptions = { paths: { cache: join(home, 'cache'), programs: join(home, 'programs') }, clock: systemTime };
  const user = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
  let count = 0;
  const running = new Set<ChildProcess>();
  afterEach(async () => {
    for (const child of running) await stop(child, 'SIGKILL');
  });

  function volume(): string {
    const directory = join(home, `volume-${count++}`);
    mkdirSync(directory);
    if (user.uid !== undefined) chownSync(directory, user.uid, user.gid);
    return directory;
  }

  /** Environment of a store's agent, as `specify` and `resolveEnv` make it. */
  async function environment(directory: string, password = 'p"a\'s$s\\w'): Promise<Record<string, string>> {
    return { PATH: '/usr/bin:/bin', DATA_DIRECTORY: directory, LISTEN: '127.0.0.1', PORT: String(await freePort()), STORE_USER: 'app', STORE_PASSWORD: password, STORE_DATABASE: 'my_shop' };
  }

  /** Starts a store as its agent would, and resolves once it is ready: once `answers`, where it has no program that tells. */
  async function start(program: StoreProgram, env: Record<string, string>, answers: () => boolean | Promise<boolean> = () => runs(program.ready!, env)): Promise<ChildProcess> {
    const child = spawn(program.argv[0]!, program.argv.slice(1), { env, ...user, cwd: '/', detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    running.add(child);
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (output += data.toString()));
    await expect.poll(() => {
      if (child.exitCode !== null) throw new Error(output);
      return answers();
    }, { timeout: 60_000, interval: 100 }).toBe(true);
    return child;
  }

  function runs(argv: readonly string[], env: Record<string, string>): boolean {
    return spawnSync(argv[0]!, argv.slice(1), { env, ...user, cwd: '/' }).status === 0;
  }

  async function stop(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
    running.delete(child);
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
    if (signal === 'SIGKILL') process.kill(-child.pid!, signal);
    else child.kill(signal);
    return await ended;
  }

  return { provide, user, volume, environment, start, stop };
}
