import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { findProgram } from '../../programs.ts';
import { kernelImage } from '../../testing.ts';

const project = join(import.meta.dirname, '../../../..');
const parts = ['package.json', 'node_modules/zod', 'node_modules/immutable', 'src/host', 'src/model'];
const programs = ['sh', 'cat', 'mount', 'tail'];

/** What the kernel starts. All controllers are in version 2, because nothing is mounted in version 1. */
const init = `#!/bin/sh
export PATH=/bin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs dev /dev
mount -t tmpfs tmpfs /tmp
mount -t cgroup2 cgroup2 /sys/fs/cgroup
node /project/src/host/cgroups/testing/guest-main.ts
echo b > /proc/sysrq-trigger
`;

/**
 * What guest-main.ts tells on a machine of its own, emulated by QEMU: Debian's kernel for clouds, which has what it needs to start from a disk, and
 * on that Node and as much of the project as it takes. Half a minute on a machine that does little else.
 */
export async function askGuest(): Promise<unknown> {
  const place = mkdtempSync(join(tmpdir(), 'stratoswarm-guest-'));
  try {
    const disk = makeDisk(place);
    let output = '';
    const machine = spawn('qemu-system-x86_64', [
      '-machine', 'q35', '-accel', 'tcg,thread=multi', '-cpu', 'max', '-smp', '2', '-m', '1024', '-nodefaults', '-no-reboot', '-display', 'none', '-serial', 'stdio',
      '-kernel', kernelImage('cloud-amd64')!, '-append', 'console=ttyS0 quiet panic=-1 mitigations=off root=/dev/nvme0n1 rw init=/init',
      '-drive', `file=${disk},if=none,id=disk,format=raw,cache=unsafe`, '-device', 'nvme,drive=disk,serial=disk',
    ], { stdio: ['ignore', 'pipe', 'pipe'], timeout: 500_000, killSignal: 'SIGKILL' });
    for (const stream of [machine.stdout, machine.stderr]) stream.on('data', (data: Buffer) => (output += data.toString()));
    await new Promise((resolve, reject) => machine.once('close', resolve).once('error', reject));
    const told = /^\{.*\}/m.exec(output)?.[0];
    if (told === undefined) throw new Error(`the emulated machine told nothing: ${output.slice(-4000)}`);
    return JSON.parse(told);
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

/** A file system with everything in it, as a file. */
function makeDisk(place: string): string {
  const root = join(place, 'root');
  for (const directory of ['bin', 'dev', 'proc', 'sys', 'tmp', 'project']) mkdirSync(join(root, directory), { recursive: true });
  for (const [name, program] of [...programs.map((name) => [name, findProgram(name)!] as const), ['node', process.execPath] as const]) {
    cpSync(realpathSync(program), join(root, 'bin', name));
    addLibraries(root, program);
  }
  for (const part of parts) cpSync(join(project, part), join(root, 'project', part), { recursive: true, verbatimSymlinks: true });
  writeFileSync(join(root, 'init'), init);
  chmodSync(join(root, 'init'), 0o755);
  const disk = join(place, 'disk');
  writeFileSync(disk, '');
  truncateSync(disk, 2 ** 29);
  const made = spawnSync('mke2fs', ['-q', '-t', 'ext4', '-O', '^has_journal', '-d', root, disk], { encoding: 'utf8' });
  if (made.status !== 0) throw new Error(`no disk could be made: ${made.stderr}`);
  return disk;
}

/** What a program is linked with, where the loader looks for it. */
function addLibraries(root: string, binary: string): void {
  const { stdout } = spawnSync('ldd', [binary], { encoding: 'utf8' });
  for (const [, library] of stdout.matchAll(/(\/\S+) \(0x/g)) {
    mkdirSync(join(root, dirname(library!)), { recursive: true });
    cpSync(realpathSync(library!), join(root, library!));
  }
}
