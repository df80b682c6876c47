import { existsSync, mkdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiClient } from '../api/client.ts';
import { answers } from '../api/socket.ts';
import { pathsOf, type Paths } from '../host/paths.ts';
import { emptyDirectory, runCli } from './cli.fake.ts';
import { daemonLog, startDaemon } from './start-daemon.ts';

const entry = fileURLToPath(new URL('./daemon.fake.ts', import.meta.url));
let paths: Paths;
beforeEach(() => void (paths = pathsOf({ STRATOSWARM_HOME: emptyDirectory() })));
afterEach(async () => {
  await runCli(paths.home, ['daemon', 'stop']);
  rmSync(paths.home, { recursive: true });
});

const start = (what = entry, env: NodeJS.ProcessEnv = process.env) => startDaemon(paths, env, { err: process.stderr }, what);
const starts = () => readFileSync(join(paths.home, 'starts'), 'utf8').trim().split('\n');
const script = (text: string) => {
  const file = join(paths.home, 'entry.mjs');
  writeFileSync(file, text);
  return file;
};

describe('starting the daemon', () => {
  it('returns once it answers, and leaves no lock', async () => {
    await start();
    const { pid } = await new ApiClient(paths.apiSocket).get<{ pid: number }>('/v1/status');
    expect(starts()).toEqual([String(pid)]);
    expect(existsSync(join(paths.home, 'daemon.starting'))).toBe(false);
    expect(readFileSync(daemonLog(paths), 'utf8')).toContain('starting');
    expect(statSync(paths.logs).mode & 0o777).toBe(0o700);
  });

  it('happens once, however many ask at the same time', async () => {
    await Promise.all([start(), start(), start(), start()]);
    expect(starts()).toHaveLength(1);
  });

  it('is not hindered by somebody who died while starting it', async () => {
    writeFileSync(join(paths.home, 'daemon.starting'), '999999999');
    await start();
    expect(starts()).toHaveLength(1);
  });

  it('fails with the last lines that it wrote, and only those of this start', async () => {
    mkdirSync(paths.logs, { recursive: true });
    writeFileSync(daemonLog(paths), 'of yesterday\n');
    const failed = start(script('console.error("the ledger is locked"); process.exit(9);'));
    await expect(failed).rejects.toMatchObject({ code: 'daemon.start-failed', why: 'it ended with code 9\nthe ledger is locked' });
    expect(existsSync(join(paths.home, 'daemon.starting'))).toBe(false);
  });

  it('waits for one that tells how far it is, for as long as it does', async () => {
    const slow = script(`import { createServer } from 'node:net';
let told = 0;
const telling = setInterval(() => {
  console.log('reading the ledger: ' + ++told);
  if (told === 12) clearInterval(telling), createServer((socket) => socket.destroy()).listen(${JSON.stringify(paths.apiSocket)}, () => setTimeout(() => process.exit(), 2000));
}, 100);`);
    await startDaemon(paths, process.env, { err: process.stderr }, slow, 900);
    expect(readFileSync(daemonLog(paths), 'utf8')).toContain('reading the ledger: 12');
    await vi.waitFor(async () => expect(await answers(paths.apiSocket)).toBe(false), { timeout: 20_000, interval: 50 });
    const silent = script('setTimeout(() => process.exit(), 1500);');
    await expect(startDaemon(paths, process.env, { err: process.stderr }, silent, 200)).rejects.toMatchObject({ code: 'daemon.start-failed', why: expect.stringContaining('nothing answers') as string });
  });

  it('puts a log aside that has grown large', async () => {
    mkdirSync(paths.logs, { recursive: true });
    writeFileSync(daemonLog(paths), '');
    truncateSync(daemonLog(paths), 11 * 1024 * 1024);
    await start();
    expect(statSync(`${daemonLog(paths)}.1`).size).toBe(11 * 1024 * 1024);
    expect(statSync(daemonLog(paths)).size).toBeLessThan(1024);
  });

  it('is told its home, even when that was given relative to another directory', async () => {
    await startDaemon(paths, { ...process.env, STRATOSWARM_HOME: 'elsewhere' }, { err: process.stderr }, entry);
    expect(starts()).toHaveLength(1);
  });

  it('is stopped with its own signal, and waited for', async () => {
    await start();
    const { json } = await runCli(paths.home, ['daemon', 'stop', '--json']);
    expect(json).toEqual({ stopped: true, pid: Number(starts()[0]) });
    expect(() => process.kill(json.pid, 0)).toThrow();
  });

  it('says that a home cannot be made', async () => {
    writeFileSync(join(paths.home, 'file'), '');
    const wrong = pathsOf({ STRATOSWARM_HOME: join(paths.home, 'file', 'home') });
    await expect(startDaemon(wrong, process.env, { err: process.stderr }, entry)).rejects.toMatchObject({ code: 'daemon.home', next: expect.stringContaining('STRATOSWARM_HOME') });
  });
});
