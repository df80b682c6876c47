import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statfsSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { AgentId, AppName, ServiceName } from '../../model/index.ts';
import { isAlive, readStat } from '../../host/proc.ts';
import { findProgram } from '../../host/programs.ts';
import { requires } from '../../host/testing.ts';
import { agentHandle, createAgentDirectory, hintsDirectory, type AgentDirectory } from '../agent-directory.ts';
import { Hints } from './hints.ts';
import { launchEnvironment, launchScript, shell, shimScript } from './launch.ts';
import { readProcessRecord, readShim, type ShimState } from './records.ts';
import { startShim } from './start.ts';

const task = { app: AppName.parse('a'), service: ServiceName.parse('b'), slot: 0, env: {}, artefact: null, cwd: '', volumes: [], resources: {}, addressKey: 'k', hosts: {}, toolchain: [] };
let base: string;
const started: AgentDirectory[] = [];

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'stratoswarm-shim-'));
});
afterEach(async () => {
  for (const directory of started.splice(0)) {
    for (const record of [readProcessRecord(directory.pid), readProcessRecord(directory.started)]) if (record && isAlive(record.pid, record.start)) process.kill(record.pid, 'SIGKILL');
  }
  rmSync(base, { recursive: true, force: true });
});

function prepare(argv: string[], agents = base): { directory: AgentDirectory; start(over?: { cgroups?: string[] }): Promise<ShimState> } {
  const directory = createAgentDirectory(agentHandle({ agents }, 'process', AgentId.parse(`a-b-0-aaaaaaa${'abcdefgh'[started.length]}`), null), { ...task, argv });
  started.push(directory);
  const command = [...['setsid'].flatMap((name) => findProgram(name) ?? []), shell, launchScript];
  return { directory, start: (over = {}) => startShim({ directory, hints: new Hints(hintsDirectory({ agents }, 'process')), command, environment: launchEnvironment(argv, { PATH: '/usr/bin:/bin' }), cwd: agents, ...over }) };
}

const ended = (directory: AgentDirectory) => vi.waitUntil(() => (readShim(directory).status === 'exited' ? readShim(directory) : undefined), { timeout: 20_000, interval: 5 });
const shimOf = (directory: AgentDirectory) => readProcessRecord(directory.started)!;

describe.skipIf(!requires('linux'))('the shim', () => {
  test('has a session of its own, and so has the agent', async () => {
    const { directory, start } = prepare(['sleep', '1000']);
    const { main } = await start();
    const shim = shimOf(directory).pid;
    await expect.poll(() => readStat(main!.pid)).toMatchObject({ session: main!.pid, group: main!.pid, parent: shim });
    expect(readStat(shim)).toMatchObject({ session: shim, group: shim });
  });

  test.each(['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGPIPE', 'SIGUSR1'] as const)('lives on after %s, and still knows how the agent ended', async (signal) => {
    const { directory, start } = prepare(['sleep', '1000']);
    const { main } = await start();
    process.kill(shimOf(directory).pid, signal);
    expect(isAlive(main!.pid, main!.start)).toBe(true);
    process.kill(main!.pid, 'SIGTERM');
    expect(await ended(directory)).toMatchObject({ exit: { signal: 'SIGTERM' } });
  });

  test('when it is killed itself, the agent runs on, and its end is known without its status', async () => {
    const { directory, start } = prepare(['sleep', '1000']);
    const { main } = await start();
    process.kill(shimOf(directory).pid, 'SIGKILL');
    await vi.waitUntil(() => !isAlive(shimOf(directory).pid, shimOf(directory).start));
    expect(readShim(directory)).toMatchObject({ status: 'running', main });
    process.kill(main!.pid, 'SIGKILL');
    expect(await ended(directory)).toMatchObject({ exit: { code: null, signal: null, detail: 'its shim was killed, so nobody saw how it ended' } });
  });

  test('tells exit codes from signals', async () => {
    for (const [script, exit] of [['exit 137', { code: 137, signal: null }], ['kill -s KILL $$', { code: null, signal: 'SIGKILL' }], ['exit 143', { code: 143, signal: null }], ['kill -s ABRT $$', { code: null, signal: 'SIGABRT' }]] as const) {
      const { directory, start } = prepare(['sh', '-c', script]);
      await start();
      expect(await ended(directory)).toMatchObject({ exit });
    }
  });

  test('runs an agent once, however often it is called', async () => {
    const { directory, start } = prepare(['sh', '-c', 'echo ran; exec sleep 1000']);
    const states = await Promise.all([start(), start(), start()]);
    expect(new Set(states.map(({ main }) => main?.pid)).size).toBe(1);
    await vi.waitUntil(() => statSync(directory.log).size > 0);
    await setTimeout(50);
    expect(readFileSync(directory.log, 'utf8')).toBe('ran\n');
  });

  test('does not start an agent that it cannot put into its cgroup', async () => {
    const { directory, start } = prepare(['sh', '-c', 'echo ran']);
    const state = await start({ cgroups: [join(base, 'none', 'cgroup.procs')] }).catch((error: unknown) => error);
    expect(state).toMatchObject({ status: 'exited', exit: { code: 125 } });
    expect(readFileSync(directory.log, 'utf8')).not.toContain('ran');
  });

  test('says in the error what is wrong when it cannot work at all', async () => {
    const { directory, start } = prepare(['true']);
    rmSync(directory.path, { recursive: true });
    await expect(start()).rejects.toMatchObject({ code: 'agent.start-failed' });
  });

  test('keeps arguments and environment out of its command line', async () => {
    const { directory, start } = prepare(['sh', '-c', 'sleep 1000; : secret-word']);
    await start();
    expect(readFileSync(`/proc/${shimOf(directory).pid}/cmdline`, 'utf8')).not.toContain('secret-word');
    expect(readFileSync(`/proc/${shimOf(directory).pid}/cmdline`, 'utf8')).toContain(shimScript);
  });
});

describe.skipIf(!requires('linux', 'root'))('the shim on a full disk', () => {
  test('still writes down how an agent ended', async () => {
    const disk = join(base, 'disk');
    mkdirSync(disk);
    expect(spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', disk]).status).toBe(0);
    try {
      const { directory, start } = prepare(['sh', '-c', 'sleep 1000; exit 3'], disk);
      const { main } = await start();
      const free = statfsSync(disk);
      writeFileSync(join(disk, 'filler'), Buffer.alloc(free.bavail * free.bsize));
      expect(() => writeFileSync(join(disk, 'more'), 'x')).toThrow(/ENOSPC/);
      process.kill(main!.pid, 'SIGKILL');
      expect(await ended(directory)).toMatchObject({ exit: { signal: 'SIGKILL' } });
      await vi.waitUntil(() => !isAlive(shimOf(directory).pid, shimOf(directory).start));
    } finally {
      expect(spawnSync('umount', ['-l', disk]).status).toBe(0);
    }
  });
});
