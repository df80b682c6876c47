import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { descendantsOf } from '../../host/proc-tree.ts';
import { processTable, type ProcessStat } from '../../host/proc.ts';
import { findProgram } from '../../host/programs.ts';
import { readText } from '../../host/read-text.ts';
import { mustRun, run } from '../../host/run.ts';
import type { AgentDirectory } from '../agent-directory.ts';
import type { ImageOrder } from '../driver.ts';
import { hostUser } from '../sandbox/identity.ts';
import { createUnderConmon, type ConmonResult, type ConmonStart } from './conmon.ts';
import type { Ground } from './ground.ts';
import { runDirectory } from './layout.ts';
import type { ContainerDirectory } from './mounts.ts';
import { globalArguments, lastMessage } from './runtime.ts';
import { agentUser } from './user.ts';

/** Milliseconds; far beyond what it takes, because CRIU that is killed in between leaves its code in the processes that it writes down. */
const patience = 600_000;

/** Milliseconds after which CRIU has frozen, attached to and thawed the control group of a container, or given up (criu(8), `--timeout`). */
const freezing = 12_000;

/** Beside CRIU's own files: under which name it knows the output. */
const outputName = 'output';

/**
 * Connections are not kept: whoever was at their other end has gone on, so they are found closed. Control groups are those of the container
 * that goes on. These options win over what runc asks of CRIU (criu(8), configuration files).
 */
const common = 'tcp-close\nmanage-cgroups ignore\n';

export function imageOrder({ runtime }: Ground, agent: AgentDirectory, container: ContainerDirectory, first: number): ImageOrder {
  return { ...runtime, id: agent.agent, options: container.imageOptions, log: agent.log, first, files: ownFiles(agent) };
}

function ownFiles(agent: AgentDirectory) {
  return [
    { name: 'app', path: agent.upper }, { name: 'home', path: agent.home }, { name: 'tmp', path: agent.temporary }, { name: 'run', path: runDirectory(agent) },
  ] as const;
}

/**
 * Writes the processes of a container with all of their memory into `directory`, which is made. After that they run on, as they do when it fails, or are stopped (SIGSTOP):
 * an image goes with the files of its agent as they were at that moment. Null, or why it cannot be done.
 */
export async function writeImage(order: ImageOrder, directory: string, after: 'running' | 'stopped'): Promise<string | null> {
  const stopped = processesOf(order.first).find(({ state }) => 'Tt'.includes(state));
  if (stopped) return `process ${stopped.pid} is stopped, or is being looked at by a debugger`;
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const output = nameOfOutput(order);
  writeFileSync(order.options, `external ${output}\n${common}${after === 'stopped' ? 'leave-stopped\n' : ''}`, { mode: 0o600 });
  const args = ['checkpoint', '--leave-running', '--image-path', directory, '--work-path', directory, '--empty-ns', 'network', order.id];
  // To who is stopped and then frozen CRIU cannot attach: both would wait for ever. Somebody may have stopped since we looked.
  const thaw = setTimeout(() => void run(order.program, [...globalArguments(order), 'resume', order.id]), freezing);
  const { code, stderr } = await run(order.program, [...globalArguments(order), ...args], { timeout: patience, env: { ...process.env, ...withoutLock(dirname(order.options)) } });
  clearTimeout(thaw);
  if (code !== 0) return reasonIn(join(directory, 'dump.log')) ?? lastMessage(stderr);
  writeFileSync(join(directory, outputName), output);
  return null;
}

/**
 * CRIU locks an agent's network by these programs, so that no connection changes meanwhile, and leaves it locked behind who stays
 * stopped. No connection is kept: so there is nothing to lock. The environment in which it finds others in their place.
 */
function withoutLock(place: string): { PATH: string } {
  const directory = join(place, '.criu', 'bin');
  mkdirSync(directory, { recursive: true });
  for (const name of ['iptables-restore', 'ip6tables-restore']) if (!existsSync(join(directory, name))) symlinkSync(findProgram('true')!, join(directory, name));
  return { PATH: `${directory}:${process.env['PATH'] ?? ''}` };
}

/** All processes of a container, by its process 1. */
export function processesOf(first: number): ProcessStat[] {
  const table = processTable();
  return [...table.filter(({ pid }) => pid === first), ...descendantsOf(new Set([first]), table)];
}

/** As CRIU calls a file that is none of the container's: by mount and inode (criu(8), `--external file[mnt_id:inode]`). */
function nameOfOutput({ first, log }: ImageOrder): string {
  const mount = Number(/^mnt_id:\s+(\d+)$/m.exec(readFileSync(`/proc/${first}/fdinfo/1`, 'utf8'))?.[1]);
  return `file[${mount.toString(16)}:${statSync(log, { bigint: true }).ino.toString(16)}]`;
}

/** Gives a new agent the files that the one in the image had for itself. */
export async function layOwnFiles(image: string, agent: AgentDirectory): Promise<void> {
  for (const { name, path } of ownFiles(agent)) {
    if (!existsSync(join(image, name))) continue;
    await mustRun('agent.prepare-failed', 'cp', ['--archive', '--no-target-directory', join(image, name), path], { timeout: 120_000 });
  }
}

/** Like `createUnderConmon`, but the container is that of an image and runs at once. */
export async function restoreUnderConmon(ground: Ground, container: ContainerDirectory, start: ConmonStart, image: string): Promise<ConmonResult> {
  const memory = join(image, 'memory');
  writeFileSync(container.imageOptions, common, { mode: 0o600 });
  // The other file of options is read twice, and CRIU 3.17 then takes the descriptor for two.
  mkdirSync(join(container.path, '.criu'), { recursive: true });
  writeFileSync(join(container.path, '.criu/default.conf'), `inherit-fd fd[1]:${readText(join(memory, outputName))}\n`);
  // Read by the container's own root, and by who has not become that yet, for whom the machine's root is the owner.
  const root = hostUser(ground.paths.home) - agentUser.uid;
  for (const path of [memory, ...readdirSync(memory).map((name) => join(memory, name))]) {
    chownSync(path, 0, root);
    chmodSync(path, path === memory ? 0o750 : 0o640);
  }
  // Opened once more by the container's own root, with the mode that it had.
  chownSync(start.log, root, root);
  try {
    const restored = await createUnderConmon({ ...start, image: { directory: memory, env: { HOME: container.path, ...withoutLock(container.path) } } });
    if ('pid' in restored) return restored;
    return { failure: reasonIn(join(container.path, 'restore.log')) ?? restored.failure };
  } finally {
    chownSync(start.log, 0, 0);
  }
}

/** What CRIU can do without. */
const harmless = /Can't setup RLIMIT_NOFILE|exited, status=|Unable to create tun/;

/** The first thing that CRIU could not do. */
function reasonIn(log: string): string | null {
  const line = readText(log).split('\n').find((line) => line.includes('Error (') && !harmless.test(line));
  return line?.replace(/^\([\d.]+\)\s*(\d+:\s*)?Error \([^)]*\):\s*/, '') ?? null;
}
