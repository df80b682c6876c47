import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { findProgram } from '../programs.ts';
import { kernelImage } from '../testing.ts';

const project = join(import.meta.dirname, '../../..');

/** What an emulated machine is to have beside Debian's kernel, Node, and what mounts its file systems. */
export interface Guest {
  /** Run by Node; below the project. */
  readonly main: string;
  /** Files and directories of the project. */
  readonly parts: readonly string[];
  readonly programs: readonly string[];
  /** Run before it. */
  readonly commands?: readonly string[];
  /** Directories below those of the kernel's modules; none without `modprobe` among the programs. */
  readonly modules?: readonly string[];
  /** Further files, at the same place. */
  readonly files?: readonly string[];
  /** Milliseconds after which it is given up. */
  readonly patience: number;
}

/** What the kernel starts. All controllers are in version 2, because nothing is mounted in version 1. V8 has one thread: with several it has lost track of pages of code on emulated processors (`it->second.Size() > offset`). */
const init = (main: string, commands: readonly string[]) => `#!/bin/sh
export PATH=/bin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs dev /dev
mount -t tmpfs tmpfs /tmp
mount -t tmpfs tmpfs /run
mount -t cgroup2 cgroup2 /sys/fs/cgroup
${commands.join('\n')}
node --single-threaded /project/${main}
echo b > /proc/sysrq-trigger
`;

/**
 * What a program of the project tells, as a line of JSON, on a machine of its own, emulated by QEMU: Debian's kernel for clouds, which has what it needs to start from
 * a disk, and on that Node and as much of the project as it takes. Half a minute on a machine that does little else.
 */
export async function askGuest(guest: Guest): Promise<unknown> {
  const place = mkdtempSync(join(tmpdir(), 'stratoswarm-guest-'));
  try {
    const kernel = kernelImage('cloud-amd64')!;
    const disk = makeDisk(place, guest, kernel);
    let output = '';
    const machine = spawn('qemu-system-x86_64', [
      '-machine', 'q35', '-accel', 'tcg,thread=multi', '-cpu', 'max,pku=off', '-smp', '2', '-m', '1024', '-nodefaults', '-no-reboot', '-display', 'none', '-serial', 'stdio',
      '-kernel', kernel, '-append', 'console=ttyS0 quiet panic=-1 mitigations=off root=/dev/nvme0n1 rw init=/init',
      '-drive', `file=${disk},if=none,id=disk,format=raw,cache=unsafe`, '-device', 'nvme,drive=disk,serial=disk',
    ], { stdio: ['ignore', 'pipe', 'pipe'], timeout: guest.patience, killSignal: 'SIGKILL' });
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
function makeDisk(place: string, { main, parts, programs, commands = [], modules = [], files = [] }: Guest, kernel: string): string {
  const root = join(place, 'root');
  for (const directory of ['bin', 'sbin', 'dev', 'proc', 'sys', 'tmp', 'run', 'project']) mkdirSync(join(root, directory), { recursive: true });
  for (const [name, program] of [...['sh', 'mount', ...programs].map((name) => [name, findProgram(name)!] as const), ['node', process.execPath] as const]) {
    cpSync(realpathSync(program), join(root, 'bin', name));
    addLibraries(root, program);
  }
  for (const part of parts) cpSync(join(project, part), join(root, 'project', part), { recursive: true, verbatimSymlinks: true });
  for (const file of files) cpSync(file, join(root, file), { recursive: true });
  if (modules.length > 0) addModules(root, modules, basename(kernel).replace('vmlinuz-', ''));
  writeFileSync(join(root, 'init'), init(main, commands));
  chmodSync(join(root, 'init'), 0o755);
  const disk = join(place, 'disk');
  writeFileSync(disk, '');
  truncateSync(disk, 2 ** 29);
  const made = spawnSync('mke2fs', ['-q', '-t', 'ext4', '-O', '^has_journal', '-d', root, disk], { encoding: 'utf8' });
  if (made.status !== 0) throw new Error(`no disk could be made: ${made.stderr}`);
  return disk;
}

/** Modules that the kernel asks for by itself, through the program at the path that it knows. */
function addModules(root: string, modules: readonly string[], release: string): void {
  const directory = join('/lib/modules', release);
  const indexes = readdirSync(directory).filter((name) => name.startsWith('modules.'));
  for (const path of [...indexes, ...modules]) cpSync(join(directory, path), join(root, directory, path), { recursive: true });
  symlinkSync('../bin/modprobe', join(root, 'sbin/modprobe'));
}

/** What a program is linked with, where the loader looks for it. */
function addLibraries(root: string, binary: string): void {
  const { stdout } = spawnSync('ldd', [binary], { encoding: 'utf8' });
  for (const [, library] of stdout.matchAll(/(\/\S+) \(0x/g)) {
    mkdirSync(join(root, dirname(library!)), { recursive: true });
    cpSync(realpathSync(library!), join(root, library!));
  }
}
