import { describe, expect, test } from 'vitest';
import { bundleOf, type BundleInput } from './bundle.ts';
import { allowedSyscalls, seccompProfile } from './seccomp.ts';

const input: BundleInput = {
  argv: ['/bin/true'], env: { A: 'x=y' }, cwd: '/app', user: { uid: 1000, gid: 1000 }, hostUser: 2_000_000, hostname: 'shop-web-0', rootfs: '/run/x/rootfs',
  binds: [{ source: '/data', path: '/srv/data', writable: true }, { source: '/opt/node', path: '/home/node', writable: false }],
  network: 'new', cgroupsPath: '/parent/agent', resources: { memory: 2 ** 28, cpu: 500, pids: 64 }, imageOptions: '/run/s/a/criu.conf', maxOpenFiles: 1024,
};

describe('an OCI bundle', () => {
  test('leaves the program nothing to gain: no capability in any set, no new privileges, an unprivileged user', () => {
    const { process } = bundleOf(input);
    expect(Object.values(process.capabilities).flat()).toEqual([]);
    expect(process).toMatchObject({ noNewPrivileges: true, user: { uid: 1000, gid: 1000 }, env: ['A=x=y'] });
  });

  test('maps every id to an unprivileged one of the host, and the user to the one that owns the files', () => {
    const [mapping] = bundleOf(input).linux.uidMappings;
    expect(mapping).toEqual({ containerID: 0, hostID: 1_999_000, size: 65_536 });
    expect(bundleOf(input).linux.gidMappings).toEqual(bundleOf(input).linux.uidMappings);
  });

  test('has every namespace, but the host\'s network when it is to share that', () => {
    const types = (network: 'host' | 'new') => bundleOf({ ...input, network }).linux.namespaces.map(({ type }) => type).toSorted();
    expect(types('new')).toEqual(['cgroup', 'ipc', 'mount', 'network', 'pid', 'user', 'uts']);
    expect(types('host')).not.toContain('network');
  });

  test('turns limits into the units of the specification, and lets swap get round none', () => {
    expect(bundleOf(input).linux.resources).toMatchObject({ memory: { limit: 2 ** 28, swap: 2 ** 28 }, cpu: { quota: 50_000, period: 100_000 }, pids: { limit: 64 } });
    expect(bundleOf({ ...input, resources: { cpu: 1 } }).linux.resources.cpu).toEqual({ quota: 1_000, period: 100_000 });
    expect(bundleOf({ ...input, resources: {} }).linux.resources).toEqual({ devices: [{ allow: false, access: 'rwm' }] });
  });
});

describe('the filter of system calls', () => {
  const allowed = new Set(Object.values(allowedSyscalls).flat());

  test('names each call once', () => {
    expect(allowed.size).toBe(Object.values(allowedSyscalls).flat().length);
  });

  test.each(['mount', 'umount2', 'pivot_root', 'unshare', 'setns', 'bpf', 'keyctl', 'add_key', 'request_key', 'kexec_load', 'init_module', 'finit_module', 'perf_event_open', 'userfaultfd', 'io_uring_setup', 'open_by_handle_at', 'reboot', 'swapon', 'settimeofday', 'quotactl', 'clone3', 'clone', 'chroot', 'fsopen', 'move_mount'])('does not simply allow %s', (name) => {
    expect(allowed).not.toContain(name);
  });

  test('narrowed down allows that and what starts a program, and answers for the rest as a kernel that has not got it', () => {
    const [kept, absent, ...others] = seccompProfile('x64', ['accept4', 'mount']).syscalls;
    expect(kept!.names).toEqual(expect.arrayContaining(['accept4', 'execve', 'wait4']));
    expect(kept!.names).not.toContain('mount');
    expect(absent).toMatchObject({ action: 'SCMP_ACT_ERRNO', errnoRet: 38, names: expect.arrayContaining(['listen', 'memfd_create', 'ptrace']) as unknown });
    expect(new Set([...kept!.names, ...absent!.names])).toEqual(allowed);
    expect(others.some(({ names }) => names.includes('socket'))).toBe(false);
    expect(seccompProfile('x64', ['socket']).syscalls.some(({ names }) => names.includes('socket'))).toBe(true);
  });

  test('denies what it does not name', () => {
    expect(seccompProfile('x64')).toMatchObject({ defaultAction: 'SCMP_ACT_ERRNO', architectures: ['SCMP_ARCH_X86_64'] });
    expect(seccompProfile('arm64').architectures).toContain('SCMP_ARCH_AARCH64');
  });
});
