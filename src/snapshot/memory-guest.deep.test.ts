import { describe, expect, it } from 'vitest';
import { requires } from '../host/testing.ts';
import { askGuest, type Guest } from '../host/testing/guest.ts';
import { expected } from './testing/memory-tried.ts';

const programs = [
  'runc', 'conmon', 'criu', 'ip', 'nft', 'modprobe', 'tar', 'gzip', 'unshare', 'nsenter',
  'cat', 'chmod', 'chown', 'cp', 'env', 'mkdir', 'mkfifo', 'mknod', 'sleep', 'true', 'umount',
];

/** Debian's own kernel, for which its CRIU was made. */
const guest: Guest = {
  main: 'src/snapshot/testing/memory-main.ts', programs, patience: 400_000,
  parts: ['package.json', 'node_modules/zod', 'node_modules/immutable', 'src/host', 'src/model', 'src/drivers', 'src/ledger', 'src/snapshot'],
  modules: ['kernel/fs/overlayfs', 'kernel/net', 'kernel/drivers/net', 'kernel/lib', 'kernel/crypto', 'kernel/arch'],
  files: ['/etc/passwd', '/etc/group'], commands: ['ip link set lo up', 'mkdir /dev/pts', 'mount -t devpts devpts /dev/pts'],
};

describe.skipIf(!requires('linux', 'program:qemu-system-x86_64', 'program:mke2fs', 'program:ldd', 'kernel:cloud-amd64', ...programs.map((program) => `program:${program}` as const)))('memory of agents on a machine with a kernel that CRIU knows', () => {
  it('an agent in a container is written down while it runs, and another one goes on from that', { timeout: 420_000 }, async () => {
    expect(await askGuest(guest)).toEqual(expected);
  });
});
