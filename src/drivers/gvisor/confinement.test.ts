import { readFileSync, writeFileSync } from 'node:fs';
import { release } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { environmentOf, processTable } from '../../host/proc.ts';
import { agentVariable } from '../../host/proc-tree.ts';
import { homeTag } from '../../host/home-tag.ts';
import { pathsOf } from '../../host/paths.ts';
import { requires } from '../../host/testing.ts';
import { AppName } from '../../model/index.ts';
import { Bench } from '../contract/bench.ts';
import { containerDriver } from '../oci/driver.ts';
import { ask } from '../oci/runtime.ts';
import { gvisorSubject } from './gvisor.subject.ts';
import { gvisorKind } from './kind.ts';

/** What this rung promises beyond what the suite asks of all, and what its agents do not have. */
describe.skipIf(!requires('linux', 'root', 'program:runsc', 'program:conmon', 'program:unshare', 'program:nft', 'program:python3'))('an agent under gVisor', () => {
  let bench: Bench;
  beforeEach(async () => {
    bench = new Bench(await gvisorSubject());
  });
  afterEach(() => bench.cleanup());

  test('runs on a kernel of its own, without capabilities, and can gain no privileges', async () => {
    const code = 'import ctypes, os; print(os.uname().release, ctypes.CDLL(None).prctl(39, 0, 0, 0, 0), os.getuid())';
    const log = await bench.output(['sh', '-c', `python3 -c "${code}"; grep -h ^Cap /proc/self/status`]);
    const [kernel, noNewPrivileges, user] = log.split('\n')[0]!.split(' ');
    expect(kernel).not.toBe(release());
    // PR_GET_NO_NEW_PRIVS (prctl(2))
    expect([noNewPrivileges, user]).toEqual(['1', '1000']);
    for (const set of ['CapInh', 'CapPrm', 'CapEff', 'CapBnd']) expect(log).toMatch(new RegExp(`^${set}:\\s0+$`, 'm'));
  });

  test('none of its processes is one of the machine, and the kernel that runs them is nobody there', async () => {
    const { handle, report } = await bench.start(['sh', '-c', 'sleep 1000 & echo up; exec sleep 1000']);
    await bench.logged(handle, 'up');
    expect(processTable().filter(({ pid }) => environmentOf(pid, agentVariable) === handle.agent)).toEqual([]);
    const status = readFileSync(`/proc/${report.pid}/status`, 'utf8');
    expect(Number(/^Uid:\s(\d+)/m.exec(status)![1])).toBeGreaterThan(0);
    expect(status).toMatch(/^Seccomp:\s2$/m);
  });

  test('a program beside it is confined as it is, and ends when its caller wants', async () => {
    const { handle } = await bench.start(['sleep', '1000']);
    const abort = new AbortController();
    const execution = await bench.driver.exec(handle, ['sh', '-c', 'uname -r; id -u; exec sleep 1000'], { signal: abort.signal });
    let said = '';
    execution.stdout.on('data', (data) => (said += String(data)));
    await bench.until('it has begun', () => said.split('\n').length > 2 || undefined);
    expect(said.split('\n')).toEqual([expect.not.stringContaining(release()), '1000', '']);
    await expect.poll(async () => (await bench.driver.stats(handle)).pids).toBe(2);
    abort.abort();
    expect(await execution.exit).toBe(137);
    await expect.poll(async () => (await bench.driver.stats(handle)).pids).toBe(1);
  });

  test('it knows its address and who else is there, and has only its own network', async () => {
    const { handle, report } = await bench.start(['sh', '-c', 'getent hosts "$(hostname)"; getent hosts db; tail -n +3 /proc/net/dev | cut -d: -f1 | tr -d " \\n"; exec sleep 1000'], { hosts: { db: 'gateway' } });
    const [own, db, devices] = (await bench.logged(handle, 'eth0')).split('\n');
    expect(own).toContain(report.address);
    expect(db).toMatch(/^10\./);
    expect(['loeth0', 'eth0lo']).toContain(devices);
  });

  test('it reaches the host and its own app, and no other; when it is contained, its own app alone', async () => {
    const serve = bench.node('require("net").createServer((s) => s.end()).listen(3000)');
    const addresses = await Promise.all(['contract', 'other'].map(async (app) => {
      const { handle } = await bench.start(serve, { app: AppName.parse(app) });
      return (await bench.until('it listens', async () => {
        const report = await bench.driver.recover(handle);
        return report.listeners.length > 0 ? report : undefined;
      })).address!;
    }));
    // Nothing listens on the host's port 1: that it is refused shows that it is reached.
    const ask = bench.node('for (const [name, host, port] of [["own", process.argv[1], 3000], ["other", process.argv[2], 3000], ["host", "gateway", 1]]) { const s = require("net").connect({ host, port, timeout: 3000 }); s.on("connect", () => { console.log(name, "reached"); s.destroy(); }).on("timeout", () => s.destroy()).on("error", (error) => error.code === "ECONNREFUSED" && console.log(name, "reached")); }', ...addresses);
    const reached = async (contained: boolean) => (await bench.output(ask, { contained, hosts: { gateway: 'gateway' } })).trim().split('\n').toSorted();
    expect(await reached(false)).toEqual(['host reached', 'own reached']);
    expect(await reached(true)).toEqual(['own reached']);
  });

  test('a fork bomb ends the agent at its limit, and nothing of it is left', async () => {
    const { handle } = await bench.start(['sh', '-c', 'echo up; bomb() { sleep 1000 & bomb & bomb & wait; }; bomb 2>/dev/null & exec sleep 1000'], { resources: { pids: 40 } });
    // A kernel that gets no more threads gives up.
    expect(await bench.ended(handle)).toMatchObject({ status: 'exited' });
    expect(bench.subject.mains!(handle)).toEqual([]);
  });

  test('what listens on the loopback only is seen, and not reached from outside', async () => {
    const { handle } = await bench.start(bench.node('require("net").createServer().listen(3000, "127.0.0.1")'));
    const report = await bench.until('it listens', async () => {
      const seen = await bench.driver.recover(handle);
      return seen.listeners.length > 0 ? seen : undefined;
    });
    expect(report).toMatchObject({ listeners: [{ address: '127.0.0.1', port: 3000 }], address6: null });
    await expect(fetch(`http://${report.address}:3000/`)).rejects.toThrow();
  });

  test('what a runsc leaves that was killed goes with the agent', async () => {
    const { handle } = await bench.start(['true']);
    await bench.ended(handle);
    const state = join('/run', `stratoswarm-${homeTag(dirname(dirname(dirname(handle.directory))))}-gvisor`, 'runtime');
    await ask({ program: 'runsc', state }, 'delete', '--force', handle.agent);
    writeFileSync(join(state, `${handle.agent}_sandbox:${handle.agent}.lock`), '');
    await bench.driver.remove(handle);
    expect(await bench.subject.traces!(handle)).toEqual([]);
  });

  test('without root, or without runsc, the probe says so, and what to do', async () => {
    vi.spyOn(process, 'getuid').mockReturnValue(1000);
    try {
      expect(await bench.subject.again().probe()).toMatchObject({ works: false, reason: expect.stringContaining('root'), remedy: expect.stringContaining('root') });
    } finally {
      vi.restoreAllMocks();
    }
    const without = containerDriver({ ...gvisorKind, find: () => undefined }, { paths: pathsOf({ STRATOSWARM_HOME: bench.directory('home') }) });
    for (const capability of [await without.probe(), await without.onRequest!.look()]) expect(capability).toMatchObject({ works: false, reason: expect.stringContaining('runsc is not installed'), remedy: 'apt install runsc conmon' });
  });
});
