import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { processTable } from '../../host/proc.ts';
import { freePort } from '../../host/testing.ts';
import { Bench, type Subject } from './bench.ts';
import { promised } from './promised.ts';
import type { Traits } from './traits.ts';

/** All that an agent starts belongs to it and ends with it. Processes are told by a number of seconds that only they sleep. */
export function processesContract(make: () => Promise<Subject>, { hostKernel }: Traits): void {
  describe('processes of an agent', () => {
    let bench: Bench;
    beforeEach(async () => {
      bench = new Bench(await make());
    });
    afterEach(() => bench.cleanup());

    test.each(['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGSEGV', 'SIGKILL'] as const)('death by %s is told from an exit code', async (signal) => {
      const { handle } = await bench.start(['sh', '-c', 'echo up; exec sleep 1000']);
      await bench.logged(handle, 'up');
      await bench.driver.signal(handle, signal);
      expect(await bench.ended(handle)).toMatchObject({ exit: { signal, code: null } });
    });

    test('a signal reaches the program, which may handle it', async () => {
      const { handle } = await bench.start(bench.node('process.on("SIGTERM", () => { console.log("bye"); process.exit(7); }); setInterval(() => {}, 1000); console.log("up")'));
      await bench.logged(handle, 'up');
      await bench.driver.signal(handle, 'SIGTERM');
      expect(await bench.ended(handle)).toMatchObject({ exit: { code: 7, signal: null } });
      expect(await bench.log(handle)).toBe('up\nbye\n');
    });

    test('stop ends one that ignores signals', async () => {
      const { handle } = await bench.start(['sh', '-c', 'trap "" TERM INT HUP QUIT; echo up; while :; do sleep 1; done']);
      await bench.logged(handle, 'up');
      await bench.driver.signal(handle, 'SIGTERM');
      await bench.driver.stop(handle);
      expect(await bench.driver.recover(handle)).toMatchObject({ status: 'exited', exit: { signal: 'SIGKILL' } });
    });

    promised(hostKernel)('stop ends children, daemons with a session of their own, and those without our environment', async () => {
      const seconds = uniqueSeconds();
      const script = `sleep ${seconds} & (setsid sleep ${seconds} </dev/null >/dev/null 2>&1 &) ; (env -i setsid sleep ${seconds} &); (env -i PATH=/usr/bin:/bin setsid sh -c "sleep ${seconds}; :" &) ; echo up; wait`;
      const { handle } = await bench.start(['sh', '-c', script]);
      await bench.logged(handle, 'up');
      await bench.until('all four sleep', () => sleeping(seconds) >= 4 || undefined);
      await bench.driver.stop(handle);
      expect(sleeping(seconds)).toBe(0);
    });

    promised(hostKernel)('what the main process leaves behind in its group does not outlive it', async () => {
      const seconds = uniqueSeconds();
      const { handle } = await bench.start(['sh', '-c', `sleep ${seconds} & echo up; exit 0`]);
      await bench.ended(handle);
      await bench.until('its child is gone', () => sleeping(seconds) === 0 || undefined);
    });

    promised(hostKernel)('stop catches up with processes that fork and flee', async () => {
      const seconds = uniqueSeconds();
      const script = `flee() { setsid sh -c 'sleep ${seconds} & sleep 0.02; exec setsid sh -c "$0" "$0"' "$1" & }; flee 'sleep ${seconds} & sleep 0.02; exec setsid sh -c "$0" "$0"'; echo up; sleep 1000`;
      const { handle } = await bench.start(['sh', '-c', script]);
      await bench.until('some fled', () => sleeping(seconds) >= 5 || undefined);
      await bench.driver.stop(handle);
      expect(sleeping(seconds)).toBe(0);
    });

    test('the program leads a process group of its own: killing its group does not kill who watches it', async () => {
      const { handle } = await bench.start(['sh', '-c', 'kill -s KILL 0']);
      expect(await bench.ended(handle)).toMatchObject({ exit: { signal: 'SIGKILL' } });
    });

    test('listeners are reported, and reached at the address from the host', async () => {
      const port = await freePort();
      const { handle } = await bench.start(bench.node('require("http").createServer((q, s) => s.end("served")).listen(process.env.PORT)'), { port, env: { PORT: String(port) } });
      const report = await bench.until('it listens', async () => {
        const report = await bench.driver.recover(handle);
        return report.listeners.length > 0 ? report : undefined;
      });
      expect(report.listeners.map((listener) => listener.port)).toEqual([port]);
      expect(await (await fetch(`http://${report.address}:${port}/`)).text()).toBe('served');
      await bench.driver.stop(handle);
      expect((await bench.driver.recover(handle)).listeners).toEqual([]);
    });

    test('stats tell CPU, memory and number of processes', async () => {
      const { handle } = await bench.start(bench.node('const kept = Buffer.alloc(50e6, 1); const end = Date.now() + 300; while (Date.now() < end); require("child_process").spawn("sleep", ["1000"]); console.log("done" + kept.length); setInterval(() => {}, 1000)'));
      await bench.logged(handle, 'done');
      const stats = await bench.until('there are two processes', async () => {
        const stats = await bench.driver.stats(handle);
        return (stats.pids ?? 0) >= 2 ? stats : undefined;
      });
      expect(stats.cpu).toBeGreaterThanOrEqual(100);
      expect(stats.memory).toBeGreaterThan(50e6);
      expect(stats.memory).toBeLessThan(500e6);
      await bench.driver.stop(handle);
      // The kernel counts the dead of a cgroup out a moment later.
      await bench.until('no process is counted any more', async () => ((await bench.driver.stats(handle)).pids ?? 0) === 0 || undefined);
    });
  });
}

let counter = 0;

/** Sleeping time that no other process of this machine has: it names a test's processes in their command lines. */
export function uniqueSeconds(): string {
  counter += 1;
  return `9${process.pid}.${counter}`;
}

/** Number of living `sleep` processes of that time. */
export function sleeping(seconds: string): number {
  return processTable().filter((stat) => stat.state !== 'Z' && commandOf(stat.pid).join(' ') === `sleep ${seconds}`).length;
}

function commandOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1);
  } catch {
    return [];
  }
}
