import { existsSync, readFileSync, readdirSync, statSync, symlinkSync } from 'node:fs';
import { join, normalize } from 'node:path';
import { StratoError } from '../../model/index.ts';
import type { Paths } from '../../host/paths.ts';
import type { AgentDirectory } from '../agent-directory.ts';
import type { Task } from '../driver.ts';
import { isWithin } from '../sandbox/system.ts';
import type { Bind } from './bundle.ts';
import { notesPath } from './init.ts';
import { layDirectory } from './system-files.ts';
import { agentUser } from './user.ts';

/** Where an agent sees its artefact. */
export const appPath = '/app';

/** Top-level directories that make up the system. Whatever else the host has there is none of an agent's business. */
const systemDirectories = new Set(['bin', 'dev', 'etc', 'gnu', 'lib', 'lib32', 'lib64', 'libx32', 'nix', 'opt', 'proc', 'sbin', 'sys', 'usr', 'app', 'run', 'tmp', 'var']);
/** Within the system: keys and rules of the host. */
const privateDirectories = ['/etc/ssh', '/etc/sudoers.d', '/etc/ssl/private'];
/** Of `/var`, which is otherwise the host's business, too. */
const sharedData = ['/var/cache/fontconfig', '/var/lib/ca-certificates'];

/** Directories of the host that are not there for an agent: people's homes, this swarm's own, and what does not belong to the system. */
export function hiddenDirectories(paths: Pick<Paths, 'home'>): string[] {
  const topLevel = readdirSync('/', { withFileTypes: true }).filter((entry) => entry.isDirectory() && !systemDirectories.has(entry.name)).map((entry) => `/${entry.name}`);
  const within = [...privateDirectories, paths.home].filter((path) => existsSync(path) && /^\/(etc|opt|usr|nix|gnu)\//.test(path));
  return [...topLevel, ...within];
}

/** Empty directories that programs expect even so. */
export const expectedDirectories = ['/home', '/root', '/srv', '/mnt', '/media'] as const;

export interface Sources {
  /** Directories on the host that become `/app` and `/var`. */
  readonly app: string;
  readonly variable: string;
}

/** What an agent sees beside the read-only system: its artefact, places to write to, its volumes, the language runtimes that it needs. */
export function bindsOf(task: Task, directory: AgentDirectory, { app, variable }: Sources): Bind[] {
  const readOnly = (path: string): Bind => ({ source: path, path, writable: false });
  return [
    ...separateMounts().filter((path) => statSync(path, { throwIfNoEntry: false })?.isDirectory()).map(readOnly),
    { source: directory.temporary, path: '/tmp', writable: true },
    { source: runDirectory(directory), path: '/run', writable: true },
    { source: variable, path: '/var', writable: false },
    ...sharedData.filter((path) => existsSync(path)).map(readOnly),
    { source: directory.home, path: agentUser.home, writable: true },
    ...task.toolchain.map((path) => normalize(path)).filter((path) => path !== '/' && existsSync(path) && !isShown(path)).map(readOnly),
    { source: app, path: appPath, writable: true },
    ...task.volumes.map(({ source, path }) => ({ source, path: volumePath(path), writable: true })).toSorted((a, b) => a.path.length - b.path.length),
    { source: directory.notes, path: notesPath, writable: true },
  ];
}

/** Part of the system that every agent sees. */
function isShown(path: string): boolean {
  return /^\/(usr|opt|nix|gnu|lib|lib32|lib64|libx32|bin|sbin)(\/|$)/.test(path);
}

export function runDirectory(directory: AgentDirectory): string {
  return join(directory.path, 'run');
}

/** The usual places of a `/var` in which there is nothing. */
export function makeVariable(variable: string, binds: readonly Bind[]): void {
  for (const path of ['lib', 'log', 'cache']) layDirectory(variable, path);
  for (const { path } of binds) if (path.startsWith('/var/')) layDirectory(variable, path.slice('/var'.length));
  for (const [path, target] of [['tmp', '/tmp'], ['run', '/run'], ['lock', '/run/lock']] as const) {
    if (!existsSync(join(variable, path))) symlinkSync(target, join(variable, path));
  }
}

/** @throws `task.volume` */
function volumePath(given: string): string {
  const path = normalize(given).replace(/(.)\/$/, '$1');
  const taken = ['/proc', '/sys', '/dev', '/.stratoswarm'].find((system) => isWithin(path, system));
  const why = !path.startsWith('/') || path === '/' ? 'a volume is at an absolute path below the root' : taken && 'the system needs that place itself';
  if (!why) return path;
  throw new StratoError('task.volume', `no volume can be at ${path}`, { why, next: 'put it elsewhere, for example at /data' });
}

/**
 * Parts of the system that lie on a file system of their own: an overlay of `/` has only empty directories there. Single files may, too, as `/etc/hosts` does where
 * this machine is a container itself; what is below them is shown then.
 */
export function separateMounts(mountinfo: string = readFileSync('/proc/self/mountinfo', 'utf8')): string[] {
  const mountPoints = mountinfo.split('\n').map((line) => line.split(' ')[4] ?? '');
  return [...new Set(mountPoints.filter((path) => /^\/(usr|opt|etc|nix|gnu|lib|lib64|bin|sbin)(\/|$)/.test(path) && !path.includes('\\')))].toSorted();
}
