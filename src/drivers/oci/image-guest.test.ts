import { describe, expect, it } from 'vitest';
import { requires } from '../../host/testing.ts';
import { askGuest, type Guest } from '../../host/testing/guest.ts';
import { expected } from './testing/images-tried.ts';

const programs = [
  'runc', 'conmon', 'criu', 'ip', 'nft', 'iptables-restore', 'ip6tables-restore', 'modprobe', 'tar', 'gzip', 'unshare', 'nsenter',
  'cat', 'chmod', 'chown', 'cp', 'env', 'mkdir', 'mkfifo', 'mknod', 'sleep', 'umount',
];

/** Debian's own kernel, for which its CRIU was made. */
const guest: Guest = {
  main: 'src/drivers/oci/testing/images-main.ts', programs, patience: 400_000,
  parts: ['package.json', 'node_modules/zod', 'node_modules/immutable', 'src/host', 'src/model', 'src/drivers'],
  modules: ['kernel/fs/overlayfs', 'kernel/net', 'kernel/drivers/net', 'kernel/lib', 'kernel/crypto', 'kernel/arch'],
  files: ['/etc/passwd', '/etc/group', '/usr/lib/x86_64-linux-gnu/xtables'], commands: ['ip link set lo up', 'mkdir /dev/pts', 'mount -t devpts devpts /dev/pts'],
};

describe.skipIf(!requires('linux', 'program:qemu-system-x86_64', 'program:mke2fs', 'program:ldd', 'kernel:cloud-amd64', ...programs.map((program) => `program:${program}` as const)))('memory images on a machine with a kernel that CRIU knows', () => {
  it('an agent in a container is written down while it runs, and another one goes on from that', { timeout: 420_000 }, async () => {
    expect(await askGuest(guest)).toEqual({ probe: { works: true }, left: [], ...expected });
  });
});
