import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { requires } from '../testing.ts';
import type { Cgroups } from './cgroups.ts';
import { cgroupMounts, ownV2Path } from './mounts.ts';
import { openCgroups } from './open.ts';
import { expected, inGroup, tryMemory, tryProcesses, tryProcessor } from './testing/tried.ts';
import { cgroupsV2 } from './v2.ts';

describe.skipIf(!requires('linux', 'root'))('the control groups of this machine', () => {
  const home = mkdtempSync(join(tmpdir(), 'stratoswarm-cgroups-'));
  let cgroups: Cgroups;
  const children: ChildProcess[] = [];

  beforeAll(async () => {
    const probe = await openCgroups(home);
    if (!probe.works) throw new Error(`${probe.reason} (${probe.remedy})`);
    cgroups = probe.cgroups;
  });
  afterEach(async () => {
    for (const id of cgroups.list()) {
      await cgroups.kill(id);
      await cgroups.remove(id);
    }
    for (const child of children.splice(0)) child.kill('SIGKILL');
  });
  afterAll(() => {
    cgroups.cleanup();
    expect(cgroups.directories('x').some((path) => existsSync(join(path, '..')))).toBe(false);
    rmSync(home, { recursive: true });
  });

  it('is listed until it is removed, and making it again changes its limits', async () => {
    cgroups.create('one', { memory: 64 * 2 ** 20, pids: 50 });
    cgroups.create('one', { memory: 96 * 2 ** 20, pids: 60, cpu: 250 });
    cgroups.create('one', { memory: 32 * 2 ** 20 });
    expect(cgroups.list()).toEqual(['one']);
    await cgroups.remove('one');
    await cgroups.remove('one');
    expect(cgroups.list()).toEqual([]);
    expect(cgroups.read('one')).toBeNull();
    await cgroups.kill('one');
  });

  it('counts an out-of-memory kill', async () => expect(await tryMemory(cgroups)).toEqual(expected.memory));
  it('kills a fork bomb that has reached its limit of processes', async () => expect(await tryProcesses(cgroups)).toEqual(expected.processes));
  it('tells CPU, memory and processes, and holds CPU back at the limit', async () => expect(await tryProcessor(cgroups)).toEqual(expected.processor));

  it('freezes and thaws', async () => {
    cgroups.create('cold', {});
    const child = inGroup(cgroups, 'cold', 'exec cat /dev/zero > /dev/null');
    children.push(child);
    await expect.poll(() => cgroups.processes('cold')).toEqual([child.pid]);
    expect(cgroups.freeze('cold', true)).toBe(true);
    await cgroups.kill('cold');
    expect(cgroups.processes('cold')).toEqual([]);
  });

  it('keeps apart what belongs to another home', async () => {
    const other = mkdtempSync(join(tmpdir(), 'stratoswarm-cgroups-'));
    const probe = await openCgroups(other);
    rmSync(other, { recursive: true });
    if (!probe.works) throw new Error(probe.reason);
    cgroups.create('mine', {});
    expect(probe.cgroups.list()).toEqual([]);
    probe.cgroups.cleanup();
  });
});

describe.skipIf(!requires('linux', 'root') || cgroupMounts().v2.length === 0)('version 2 for real, without controllers', () => {
  it('kills with cgroup.kill and tells CPU', async () => {
    const groups = cgroupsV2(cgroupMounts().v2[0]!, `stratoswarm-test-${process.pid}`, new Set());
    groups.create('one', {});
    const child = spawn('cat', { stdio: ['pipe', 'ignore', 'ignore'] });
    const gone = new Promise((resolve) => child.once('exit', (_, signal) => resolve(signal)));
    groups.add('one', child.pid!);
    expect(groups.processes('one')).toEqual([child.pid]);
    expect(groups.read('one')).toMatchObject({ cpu: expect.any(Number), oomKills: null });
    expect(groups.freeze('one', true)).toBe(true);
    await groups.kill('one');
    expect(await gone).toBe('SIGKILL');
    await groups.remove('one');
    expect(groups.list()).toEqual([]);
    groups.cleanup();
  });
});

describe('version 2, its file formats', () => {
  const mount = mkdtempSync(join(tmpdir(), 'stratoswarm-v2-'));
  const groups = cgroupsV2(mount, 'user.slice/stratoswarm-x', new Set(['memory', 'cpu', 'pids']));
  const path = join(mount, 'user.slice/stratoswarm-x/one');
  afterAll(() => rmSync(mount, { recursive: true }));

  it('writes limits', () => {
    mkdirSync(path, { recursive: true });
    writeFileSync(join(path, 'memory.swap.max'), 'max\n');
    groups.create('one', { memory: 1048576, cpu: 1500, pids: 7 });
    const read = (file: string) => readFileSync(join(path, file), 'utf8');
    expect(['memory.max', 'memory.swap.max', 'cpu.max', 'pids.max'].map(read)).toEqual(['1048576', '0', '150000 100000', '7']);
    expect(groups.ociPath('one')).toBe('/user.slice/stratoswarm-x/one');
  });

  it('reads usage', () => {
    const files = {
      'cpu.stat': 'usage_usec 1500500\nuser_usec 1\nnr_periods 9\nnr_throttled 4\n', 'memory.current': '5000\n',
      'memory.stat': 'anon 1\ninactive_file 1000\n', 'pids.current': '3\n', 'memory.events': 'low 0\noom 2\noom_kill 1\n', 'pids.events': 'max 6\n',
    };
    for (const [file, text] of Object.entries(files)) writeFileSync(join(path, file), text);
    expect(groups.read('one')).toEqual({ cpu: 1500.5, memory: 4000, pids: 3, oomKills: 1, throttled: 4, pidsMaxHits: 6 });
  });

  it('refuses a limit that nothing would enforce', () => {
    const some = cgroupsV2(mount, 'user.slice/stratoswarm-x', new Set(['pids']));
    expect(() => some.create('one', { memory: 1 })).toThrow(expect.objectContaining({ code: 'cgroup.limit-unenforceable' }));
  });
});

describe('where control groups are', () => {
  it('reads mount tables of both versions, with odd names', () => {
    const mounts = cgroupMounts([
      '30 23 0:26 / /sys/fs/cgroup/cpu,cpuacct rw,nosuid - cgroup cgroup rw,cpu,cpuacct',
      '31 23 0:27 /docker/x /odd\\040place rw - cgroup cgroup rw,memory',
      '32 23 0:28 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw,nsdelegate',
    ].join('\n'));
    expect([mounts.v1.get('cpu'), mounts.v1.get('cpuacct'), mounts.v1.get('memory')]).toEqual(['/sys/fs/cgroup/cpu,cpuacct', '/sys/fs/cgroup/cpu,cpuacct', '/odd place']);
    expect(mounts.v2).toEqual(['/sys/fs/cgroup/unified']);
    expect(ownV2Path('4:memory:/x\n0::/user.slice/user-1000.slice\n')).toBe('/user.slice/user-1000.slice');
  });
});
