import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { homeTag } from '../../host/home-tag.ts';
import { readStat } from '../../host/proc.ts';
import { requires } from '../../host/testing.ts';
import { Bench } from '../contract/bench.ts';
import { ociSubject } from './oci.subject.ts';
import { readProcessRecord } from '../shim/records.ts';
import { agentDirectory } from '../agent-directory.ts';
import { containerRecord } from './records.ts';

const mebibyte = 2 ** 20;

/** What this rung promises beyond what the suite asks of all. */
describe.skipIf(!requires('linux', 'root', 'program:runc', 'program:conmon', 'program:python3'))('a container', () => {
  let bench: Bench;
  beforeEach(async () => {
    bench = new Bench(await ociSubject());
  });
  afterEach(() => bench.cleanup());

  test('has no capability in any set, a filter of system calls, and can gain no privileges', async () => {
    const status = await bench.output(['cat', '/proc/self/status']);
    for (const set of ['CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb']) expect(status).toMatch(new RegExp(`^${set}:\\s0+$`, 'm'));
    expect(status).toMatch(/^Seccomp:\s2$/m);
    expect(status).toMatch(/^NoNewPrivs:\s1$/m);
    expect(status).toMatch(/^Uid:\s1000\s1000\s1000\s1000$/m);
  });

  test('a program run beside is confined just as the agent is', async () => {
    const { handle } = await bench.start(['sleep', '1000']);
    const execution = await bench.driver.exec(handle, ['cat', '/proc/self/status']);
    let status = '';
    for await (const piece of execution.stdout) status += String(piece);
    expect(status).toMatch(/^CapBnd:\s0+$/m);
    expect(status).toMatch(/^Seccomp:\s2$/m);
    expect(status).toMatch(/^NoNewPrivs:\s1$/m);
  });

  test('system calls that reach for the kernel are refused', async () => {
    // unshare, mount, keyctl, bpf, perf_event_open, userfaultfd, io_uring_setup, setns, AF_ALG and AF_VSOCK sockets (unistd_64.h, socket.h)
    const code = `
import ctypes, errno, platform, socket
libc = ctypes.CDLL(None, use_errno=True)
numbers = {'x86_64': [272, 165, 250, 321, 298, 323, 425, 308], 'aarch64': [97, 40, 219, 280, 241, 282, 425, 268]}[platform.machine()]
for number in numbers:
    print(number, libc.syscall(number, 0x10000000 if number in (272, 97) else 0, 0, 0, 0, 0), errno.errorcode[ctypes.get_errno()])
for family in (38, 40):
    try:
        socket.socket(family, socket.SOCK_SEQPACKET)
        print('family', family, 'opened')
    except OSError as error:
        print(family, -1, errno.errorcode[error.errno])
`;
    const lines = (await bench.output(['python3', '-c', code])).trim().split('\n');
    expect(lines).toHaveLength(10);
    for (const line of lines) expect(line).toMatch(/ -1 EPERM$/);
  });

  test('ordinary programs do not notice the filter: threads, child processes, sockets, timers', async () => {
    const code = 'const { Worker } = require("worker_threads"); const { execFileSync } = require("child_process"); new Worker("require(\'worker_threads\').parentPort.postMessage(1)", { eval: true }).on("message", () => { const s = require("net").createServer().listen(0, () => { console.log(execFileSync("uname").toString().trim(), s.address().port > 0); s.close(); }); })';
    expect(await bench.output(bench.node(code))).toBe('Linux true\n');
  });

  test('its root user would be nobody on the host', async () => {
    const { report } = await bench.start(['sleep', '1000']);
    const map = readFileSync(`/proc/${report.pid}/uid_map`, 'utf8').trim().split(/\s+/).map(Number);
    expect(map[0]).toBe(0);
    expect(map[1]).toBeGreaterThan(1_000_000);
  });

  test('kernel settings and devices are out of reach', async () => {
    const script = 'for path in /proc/sys/kernel/hostname /proc/sysrq-trigger /sys/kernel/uevent_helper /sys/fs/cgroup/memory/memory.limit_in_bytes /sys/fs/cgroup/memory.max; do (echo 1 >"$path") 2>/dev/null && echo "wrote $path"; done; ls /dev | tr "\\n" " "; head -c1 /proc/kcore | wc -c';
    const [devices, ...rest] = (await bench.output(['sh', '-c', script])).trim().split('\n');
    expect(`${devices} ${rest.join(' ')}`).not.toContain('wrote');
    expect(devices!.split(' ').filter((name) => /^(sd|vd|nvme|mem|kmsg|port|fuse|kvm|loop)/.test(name))).toEqual([]);
  });

  test('it sees its own user, host name and only its own network', async () => {
    const { handle, report } = await bench.start(['sh', '-c', 'id -un; cat /etc/hostname; hostname; getent hosts "$(hostname)"; getent hosts db; ls /sys/class/net | tr "\\n" " "; exec sleep 1000'], { hosts: { db: 'gateway' } });
    const name = handle.agent.slice(-63);
    const log = await bench.logged(handle, 'lo');
    const [user, file, host, own, db, devices] = log.split('\n');
    expect([user, file, host]).toEqual(['app', name, name]);
    expect(own).toContain(report.address);
    expect(db).toMatch(/^10\./);
    expect(devices!.trim().split(' ')).toEqual(['eth0', 'lo']);
  });

  test('when a child runs out of memory that is known, though the agent lives on', async () => {
    const { handle } = await bench.start(['sh', '-c', 'python3 -c "b = bytearray(300 * 2**20); print(len(b))"; echo survived; exec sleep 1000'], { resources: { memory: 96 * mebibyte } });
    await bench.logged(handle, 'survived');
    expect((await bench.driver.stats(handle)).outOfMemoryKills).toBeGreaterThan(0);
    expect((await bench.driver.recover(handle)).status).toBe('running');
  });

  test('a limit of very few processes holds, and does not keep it from starting', async () => {
    const { handle } = await bench.start(['sh', '-c', 'while [ ! -e "$HOME/go" ]; do :; done; for i in 1 2 3 4 5 6; do sleep 1000 & done; wait'], { resources: { pids: 3 } });
    writeFileSync(join(agentDirectory(handle).home, 'go'), '');
    await bench.logged(handle, 'ork');
    expect((await bench.driver.stats(handle)).pids).toBeLessThanOrEqual(3);
  });

  test('without conmon it runs on; then nobody knows how it ended, only that it did', async () => {
    const { handle, report } = await bench.start(['sleep', '1000']);
    const first = readProcessRecord(containerRecord(agentDirectory(handle)))!;
    process.kill(readStat(first.pid)!.parent, 'SIGKILL');
    expect(await bench.driver.recover(handle)).toMatchObject({ status: 'running', pid: report.pid });
    await bench.driver.signal(handle, 'SIGTERM');
    expect(await bench.ended(handle)).toMatchObject({ exit: { detail: expect.stringMatching(/conmon/) } });
  });

  test('a strict umask and a private home do not keep it from starting', async () => {
    const before = process.umask(0o077);
    try {
      const artefact = bench.artefact({ 'a.txt': 'readable' });
      const directory = bench.directory('private');
      chmodSync(directory, 0o700);
      expect(await bench.output(['sh', '-c', 'cat a.txt; echo x >new && echo y >/data/new && umask'], { artefact, volumes: [{ source: `${directory}/made`, path: '/data' }] })).toBe('readable0022\n');
    } finally {
      process.umask(before);
    }
  });

  test.each(['/', 'data', '/proc/x', '/dev', '/bin/data'])('a volume at %j is refused', async (path) => {
    const handle = bench.handle();
    const source = bench.directory('volume');
    await expect(bench.driver.prepare(handle, bench.task(['true'], { volumes: [{ source, path }] }))).rejects.toMatchObject({ code: 'task.volume' });
    expect(existsSync('/bin/data')).toBe(false);
  });

  test('volumes may lie in the app, in another volume, and where the system keeps data', async () => {
    const artefact = bench.artefact({ 'sub/a.txt': 'app' });
    const [one, two, three] = ['one', 'two', 'three'].map((name) => bench.directory(name));
    const volumes = [{ source: two!, path: '/app/sub/data/inner' }, { source: one!, path: '/app/sub/data' }, { source: three!, path: '/var/lib/postgresql' }];
    const log = await bench.output(['sh', '-c', 'echo 1 >/app/sub/data/x && echo 2 >/app/sub/data/inner/x && echo 3 >/var/lib/postgresql/x && cat sub/a.txt'], { artefact, volumes });
    expect(log).toBe('app');
    expect([one, two, three].map((path) => readFileSync(`${path}/x`, 'utf8'))).toEqual(['1\n', '2\n', '3\n']);
  });

  test('a probe that was killed half-way is cleared up by the next one', async () => {
    const run = join('/run', `stratoswarm-${homeTag(dirname(dirname(dirname(bench.handle().directory))))}-probe`);
    const dead = join(run, 'probe-oci-4999999-1');
    mkdirSync(join(dead, 'rootfs'), { recursive: true });
    execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', join(dead, 'rootfs')]);
    expect(await bench.driver.probe()).toMatchObject({ works: true });
    expect(existsSync(run)).toBe(false);
    expect(readFileSync('/proc/self/mountinfo', 'utf8')).not.toContain(run);
  });

  test('without root the probe says so, and what to do', async () => {
    vi.spyOn(process, 'getuid').mockReturnValue(1000);
    try {
      expect(await bench.subject.again().probe()).toMatchObject({ works: false, reason: expect.stringContaining('root'), remedy: expect.stringContaining('root') });
    } finally {
      vi.restoreAllMocks();
    }
  });
});
