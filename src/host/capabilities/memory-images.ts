import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { findProgram } from '../programs.ts';
import { readText } from '../read-text.ts';
import { run } from '../run.ts';
import type { Probe } from './probe.ts';

type Lack = { readonly detail: string; readonly remedy: string | null };

/** Counts on, into a file: who is brought back goes on where it was. */
const counting = 'n=0; while :; do n=$((n+1)); echo $n > "$0.next"; mv "$0.next" "$0"; sleep 0.05; done';

/** Milliseconds for a program to count some steps. */
const patience = 5_000;

/** Writing down a running process with its memory, and bringing it back. */
export const memoryImages: readonly Probe[] = [
  { area: 'runtime', name: 'memory images (CRIU)', look: () => inDirectory(criu) },
  { area: 'runtime', name: 'memory images (gVisor)', look: () => inDirectory(gvisor) },
];

async function inDirectory(look: (directory: string) => Promise<string | Lack>): Promise<string | Lack> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return { detail: 'it needs Linux and root', remedy: 'run as root' };
  const directory = mkdtempSync(join(tmpdir(), 'stratoswarm-image-'));
  try {
    return await look(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Dumps a process of its own session, which ends it, and restores it (criu(8)). */
async function criu(directory: string): Promise<string | Lack> {
  const [program, setsid] = [findProgram('criu'), findProgram('setsid')];
  if (!program || !setsid) return { detail: 'criu is not installed', remedy: 'apt install criu' };
  const [count, images] = [join(directory, 'count'), join(directory, 'images')];
  mkdirSync(images);
  const started = await run('/bin/sh', ['-c', '"$1" /bin/sh -c "$2" "$3" </dev/null >/dev/null 2>&1 & echo $!', 'sh', setsid, counting, count]);
  const pid = started.stdout.trim();
  try {
    const before = await beyond(count, 2);
    const dump = await run(program, ['dump', '-t', pid, '-D', images, '-o', 'dump.log', '--shell-job'], { timeout: 10_000 });
    if (dump.code !== 0) return { detail: `a process could not be written down: ${lastError(join(images, 'dump.log'), dump.stderr)}`, remedy: 'a later CRIU may know this kernel' };
    const restore = await run(program, ['restore', '-D', images, '-o', 'restore.log', '--shell-job', '-d'], { timeout: 10_000 });
    if (restore.code !== 0) return { detail: `a process could not be brought back: ${lastError(join(images, 'restore.log'), restore.stderr)}`, remedy: 'a later CRIU may know this kernel' };
    await beyond(count, before);
    return 'a process was written down and brought back';
  } finally {
    if (/^\d+$/.test(pid)) await run('/bin/kill', ['-9', pid]);
  }
}

/** Checkpoints a sandbox, which ends it, and restores it under another name (gvisor.dev/docs/user_guide/checkpoint_restore). */
async function gvisor(directory: string): Promise<string | Lack> {
  const program = findProgram('runsc');
  if (!program) return { detail: 'runsc is not installed', remedy: 'apt install runsc' };
  const [bundle, images, shared] = [join(directory, 'bundle'), join(directory, 'images'), join(directory, 'shared')];
  for (const path of [join(bundle, 'rootfs'), images, shared]) mkdirSync(path, { recursive: true });
  writeFileSync(join(bundle, 'config.json'), JSON.stringify({
    ociVersion: '1.0.2', hostname: 'probe', root: { path: '/', readonly: true },
    process: { terminal: false, user: { uid: 0, gid: 0 }, args: ['/bin/sh', '-c', counting, join(shared, 'count')], env: ['PATH=/usr/bin:/bin'], cwd: '/' },
    mounts: [{ destination: '/proc', type: 'proc', source: 'proc' }, { destination: shared, type: 'bind', source: shared, options: ['rbind', 'rw'] }],
    linux: { namespaces: [{ type: 'pid' }, { type: 'ipc' }, { type: 'uts' }, { type: 'mount' }] },
  }));
  const count = join(shared, 'count');
  const common = [`--root=${join(directory, 'state')}`, '--platform=ptrace', '--network=none', '--ignore-cgroups'];
  const ask = (...args: string[]) => run(program, [...common, ...args], { timeout: 20_000, cwd: bundle });
  // What is started in the background keeps the pipes of whoever started it: it gets none.
  const start = (...args: string[]) => run('/bin/sh', ['-c', 'exec "$@" </dev/null >/dev/null 2>"$0"', join(directory, 'log'), program, ...common, ...args], { timeout: 20_000, cwd: bundle });
  const failed = (what: string) => ({ detail: `${what}: ${readText(join(directory, 'log')).trim().split('\n').at(-1) ?? ''}`, remedy: 'see whether `runsc --platform=ptrace do true` works' });
  try {
    if ((await start('run', '--detach', 'before')).code !== 0) return failed('a sandbox could not be started');
    const before = await beyond(count, 2);
    const checkpoint = await ask('checkpoint', `--image-path=${images}`, 'before');
    if (checkpoint.code !== 0) return { detail: `a sandbox could not be written down: ${checkpoint.stderr.trim().split('\n').at(-1)}`, remedy: 'apt install a later runsc' };
    await ask('delete', '--force', 'before');
    if ((await start('restore', `--image-path=${images}`, '--detach', 'after')).code !== 0) return failed('a sandbox could not be brought back');
    await beyond(count, before);
    return 'a sandbox was written down and brought back; agents are not, since it ends the sandbox, also when it fails';
  } finally {
    for (const id of ['before', 'after']) await ask('delete', '--force', id);
  }
}

/** Waits until more than `least` was counted; what was. A restored program that began anew would show fewer. */
async function beyond(file: string, least: number): Promise<number> {
  for (const deadline = performance.now() + patience; performance.now() < deadline; await delay(20)) {
    const count = Number(readText(file));
    if (count > least) return count;
  }
  throw new Error('what was started did not go on');
}

function lastError(log: string, stderr: string): string {
  const lines = `${stderr}\n${readText(log)}`.split('\n').filter((line) => line.includes('Error'));
  return lines.at(0)?.replace(/^\([\d.]+\)\s*/, '').replace(/^Error \(([^)]*)\):\s*/, '$1: ') ?? 'it did not say why';
}
