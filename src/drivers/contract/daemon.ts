import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { truncateSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readText } from '../../host/read-text.ts';
import type { Handle } from '../../model/index.ts';
import { bootId, environmentOf, processTable, readStat } from '../../host/proc.ts';
import { agentDirectory } from '../agent-directory.ts';
import type { Report, Task } from '../driver.ts';
import { Bench, type Subject } from './bench.ts';

const counting = ['sh', '-c', 'i=0; while :; do i=$((i+1)); echo "line $i"; sleep 0.01; done'];

/** Agents and the knowledge of them outlive the daemon; after an agent nothing is left. */
export function daemonContract(make: () => Promise<Subject>): void {
  describe('agents and the daemon', () => {
    let bench: Bench;
    beforeEach(async () => {
      bench = new Bench(await make());
    });
    afterEach(() => bench.cleanup());

    test('a killed daemon takes no agent with it: same pid, every line, exit known', async () => {
      const daemon = await startDaemon(bench, counting);
      await bench.logged(daemon.handle, 'line 10\n', bench.subject.again());
      await daemon.kill();
      const driver = bench.subject.again();
      expect(await driver.recover(daemon.handle)).toMatchObject({ status: 'running', pid: daemon.report.pid, pidStart: daemon.report.pidStart });
      const before = (await bench.log(daemon.handle, driver)).length;
      await bench.until('it printed on', async () => (await bench.log(daemon.handle, driver)).length > before + 100 || undefined);
      await driver.signal(daemon.handle, 'SIGTERM');
      expect(await bench.ended(daemon.handle, driver)).toMatchObject({ exit: { signal: 'SIGTERM' } });
      const lines = (await bench.log(daemon.handle, driver)).trimEnd().split('\n');
      expect(lines).toEqual(lines.map((_, index) => `line ${index + 1}`));
    });

    test('an exit while no daemon is there is known to the next one', async () => {
      const daemon = await startDaemon(bench, ['sh', '-c', 'echo up; sleep 1; exit 9']);
      await bench.logged(daemon.handle, 'up', bench.subject.again());
      await daemon.kill();
      const driver = bench.subject.again();
      expect(await bench.ended(daemon.handle, driver)).toMatchObject({ exit: { code: 9, signal: null } });
      expect((await driver.observe()).map((report) => [report.agent, report.status])).toEqual([[daemon.handle.agent, 'exited']]);
    });

    test('a daemon that was killed at any moment of a start leaves an agent that runs once or not at all', async () => {
      for (let delay = 0; delay < 60; delay += 6) {
        const daemon = await startDaemon(bench, ['sleep', '1000'], { killAfter: delay });
        const driver = bench.subject.again();
        const { status } = await driver.recover(daemon.handle);
        if (status === 'absent') continue;
        const report = status === 'exited' ? await driver.recover(daemon.handle) : await driver.start(daemon.handle);
        // It has its pid before it is the program.
        if (report.status === 'running') expect(await bench.until('its program runs', () => (mainsOf(bench, daemon.handle).length > 0 ? mainsOf(bench, daemon.handle) : undefined))).toEqual([report.pid]);
        await driver.stop(daemon.handle);
        expect(mainsOf(bench, daemon.handle)).toEqual([]);
        await driver.remove(daemon.handle);
      }
    });

    test('a pid that was given to another process is never taken for the agent, nor killed', async () => {
      const { handle } = await bench.start(['sleep', '1000']);
      const stranger = spawn('sleep', ['1000'], { detached: true });
      try {
        await bench.driver.stop(handle);
        const forge = bench.subject.forgeMain ?? forgeShimRecord;
        forge(handle, stranger.pid!, readStat(stranger.pid!)!.start - 1);
        const driver = bench.subject.again();
        // A shim that is still about to write how it ended may take a moment.
        await expect.poll(async () => (await driver.recover(handle)).status, { timeout: 20_000 }).toBe('exited');
        await driver.signal(handle, 'SIGKILL');
        await driver.stop(handle);
        await driver.remove(handle);
        expect(readStat(stranger.pid!)?.state).toMatch(/[SR]/);
      } finally {
        stranger.kill('SIGKILL');
      }
    });

    test('damaged files are as good as none, and can be removed', async () => {
      const { handle } = await bench.start(['sleep', '1000']);
      const directory = agentDirectory(handle);
      for (const damage of [(path: string) => truncateSync(path, 3), (path: string) => writeFileSync(path, Buffer.from([0, 255, 254, 10])), (path: string) => writeFileSync(path, '')]) {
        for (const path of [directory.task, directory.exit]) damage(path);
        const driver = bench.subject.again();
        expect((await driver.observe()).map((report) => report.agent)).toEqual([handle.agent]);
        expect((await driver.recover(handle)).status).toBe('running');
        await driver.stats(handle);
      }
      await bench.subject.again().stop(handle);
      await bench.subject.again().remove(handle);
      expect(mainsOf(bench, handle)).toEqual([]);
      expect((await bench.driver.recover(handle)).status).toBe('absent');
    });

    test('remove leaves nothing of a running agent, be it files, mounts, namespaces, cgroups or processes', async () => {
      const volume = bench.directory('volume');
      const script = 'mkdir -p "$HOME/locked/in" && chmod 0 "$HOME/locked"; (setsid sleep 1000 &); echo up; sleep 1000';
      const { handle } = await bench.start(['sh', '-c', script], { artefact: bench.artefact({ 'a/b': 'x' }), volumes: [{ source: volume, path: '/srv/data' }], resources: { memory: 2 ** 28, pids: 50, cpu: 500 } });
      await bench.logged(handle, 'up');
      expect(await tracesOf(bench, handle)).not.toEqual([]);
      await bench.driver.stop(handle);
      await bench.driver.remove(handle);
      expect(await tracesOf(bench, handle)).toEqual([]);
    });
  });
}

interface DeadDaemon { handle: Handle; report: Report; kill(): Promise<void> }

/** Starts an agent in another process that uses the same driver; with `killAfter` that is killed so many milliseconds after the start began. */
async function startDaemon(bench: Bench, argv: string[], options: { killAfter?: number } = {}): Promise<DeadDaemon> {
  const handle = bench.handle();
  const task: Task = bench.task(argv);
  const child = spawn(process.execPath, [new URL('./daemon-process.ts', import.meta.url).pathname], { stdio: ['pipe', 'pipe', 'inherit'], detached: true });
  child.stdin.end(JSON.stringify({ source: bench.subject.source, handle, task }));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const line = async () => JSON.parse((await lines.next()).value ?? 'null') as Report | 'prepared' | null;
  const kill = async () => {
    const exit = once(child, 'exit');
    // The whole group: what is tied to the daemon by its process group would die too.
    process.kill(-child.pid!, 'SIGKILL');
    await exit;
  };
  if ((await line()) !== 'prepared') throw new Error('the other daemon could not prepare the agent');
  if (options.killAfter !== undefined) {
    await new Promise((resolve) => setTimeout(resolve, options.killAfter));
    await kill();
    return { handle, report: { agent: handle.agent } as Report, kill: async () => {} };
  }
  const report = (await line()) as Report;
  return { handle, report, kill };
}

/** Pids of processes that run the agent's program. */
function mainsOf({ subject }: Bench, handle: Handle): number[] {
  return subject.mains?.(handle) ?? processTable().filter((stat) => stat.name === 'sleep' && stat.state !== 'Z' && environmentOf(stat.pid, 'STRATOSWARM_AGENT') === handle.agent).map((stat) => stat.pid);
}

function forgeShimRecord(handle: Handle, pid: number, start: number): void {
  const directory = agentDirectory(handle);
  writeFileSync(directory.pid, `${pid} ${start} ${bootId()} .\n`);
  writeFileSync(directory.started, `${pid} ${start} ${bootId()} .\n`);
  writeFileSync(directory.exit, '');
}

/** All that can be seen of an agent on this machine. */
async function tracesOf(bench: Bench, handle: Handle): Promise<string[]> {
  const processes = processTable().filter((stat) => environmentOf(stat.pid, 'STRATOSWARM_AGENT') === handle.agent || readText(`/proc/${stat.pid}/cmdline`).includes(handle.agent));
  const mounts = readText('/proc/self/mountinfo').split('\n').filter((line) => line.includes(handle.agent));
  const report = await bench.driver.recover(handle);
  return [
    ...processes.map((stat) => `process ${stat.pid} ${stat.name}`), ...mounts.map((line) => `mount ${line}`),
    ...(report.status === 'absent' ? [] : [`report ${report.status}`]), ...((await bench.subject.traces?.(handle)) ?? []),
  ];
}
