import { readFileSync, readdirSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Paths } from '../../host/paths.ts';
import type { AgentDirectory } from '../agent-directory.ts';
import type { Task } from '../driver.ts';
import type { Bind } from './bundle.ts';
import { agentUser } from './user.ts';

/** Where an agent sees its artefact. */
export const appPath = '/app';

/** Top-level directories that make up the system. Whatever else the host has there is none of an agent's business. */
const systemDirectories = new Set(['bin', 'dev', 'etc', 'lib', 'lib32', 'lib64', 'libx32', 'opt', 'proc', 'sbin', 'sys', 'tmp', 'usr', 'var', 'app']);

/** Within the system: other people's data, and what tells about the machine. */
const privateDirectories = ['/var/backups', '/var/log', '/var/mail', '/var/spool', '/var/tmp', '/var/www', '/var/lib/docker', '/var/lib/containers', '/var/lib/stratoswarm'];

/** Directories that an agent finds empty: other people's homes, this swarm's own, and what does not belong to the system. */
export function hiddenDirectories(paths: Pick<Paths, 'home'>): string[] {
  const topLevel = readdirSync('/', { withFileTypes: true }).filter((entry) => entry.isDirectory() && !systemDirectories.has(entry.name)).map((entry) => `/${entry.name}`);
  const hidden = [...topLevel, ...privateDirectories.filter(isDirectory)];
  return hidden.some((path) => isWithin(paths.home, path)) || isWithin(paths.home, '/tmp') ? hidden : [...hidden, resolve(paths.home)];
}

/**
 * What an agent sees beside the read-only system: its artefact, its own home and temporary directory, its volumes, and the language runtimes that it needs.
 *
 * @param app directory on the host that becomes `/app`
 */
export function bindsOf(task: Task, directory: AgentDirectory, app: string): Bind[] {
  return [
    ...separateMounts().map((path) => ({ source: path, path, writable: false })),
    { source: directory.temporary, path: '/tmp', writable: true },
    { source: directory.home, path: agentUser.home, writable: true },
    ...task.toolchain.map((path) => ({ source: path, path, writable: false })),
    { source: app, path: appPath, writable: true },
    ...task.volumes.map(({ source, path }) => ({ source, path, writable: true })),
  ];
}

/** Parts of the system that lie on a file system of their own: an overlay of `/` has only empty directories there. */
export function separateMounts(mountinfo: string = readFileSync('/proc/self/mountinfo', 'utf8')): string[] {
  const mountPoints = mountinfo.split('\n').map((line) => line.split(' ')[4] ?? '');
  return [...new Set(mountPoints.filter((path) => /^\/(usr|opt|etc|lib|lib64|bin|sbin)(\/|$)/.test(path) && !path.includes('\\')))].sort();
}

export function isWithin(path: string, directory: string): boolean {
  return `${resolve(path)}/`.startsWith(directory === '/' ? '/' : `${resolve(directory)}/`);
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
