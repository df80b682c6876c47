import { chmodSync, existsSync, lstatSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { StratoError, type AgentId } from '../../model/index.ts';
import type { Task } from '../driver.ts';
import { groupWithApp, hostnameOf, hostsFile, insideUser, passwdWithApp } from '../sandbox/identity.ts';
import type { Ground } from './ground.ts';

/** Files of `/etc` that tell an agent who and where it is, by path. Its own address is not known yet. */
export function systemFiles(ground: Ground, agent: AgentId, task: Task): Record<string, string> {
  return {
    '/etc/hostname': `${hostnameOf(agent)}\n`,
    '/etc/hosts': hostsOf(ground, agent, task, '127.0.0.1'),
    '/etc/passwd': passwdWithApp(readFileSync('/etc/passwd', 'utf8'), insideUser),
    '/etc/group': groupWithApp(readFileSync('/etc/group', 'utf8'), insideUser),
    // The host's is often a link into /run, which an agent does not see.
    '/etc/resolv.conf': ground.network?.resolvConf ?? readOr('/etc/resolv.conf', ''),
  };
}

function readOr(path: string, otherwise: string): string {
  return existsSync(path) ? readFileSync(path, 'utf8') : otherwise;
}

export function hostsOf(ground: Ground, agent: AgentId, task: Task, address: string): string {
  return hostsFile(hostnameOf(agent), address, ground.network?.gateway ?? '127.0.0.1', task.hosts);
}

/**
 * Lays files and empty directories, world-readable whatever the umask, into a root file system that is seen from the host. No symbolic
 * link of it is followed: from there, one could lead to a place of the host's.
 *
 * @throws `task.volume` when one is in the way of a directory
 */
export function layInto(root: string, files: Readonly<Record<string, string>>, directories: readonly string[]): void {
  for (const path of directories) layDirectory(root, path);
  for (const [path, content] of Object.entries(files)) {
    layDirectory(root, dirname(path));
    rmSync(join(root, path), { force: true });
    writeFileSync(join(root, path), content);
    chmodSync(join(root, path), 0o644);
  }
}

/** A directory within another, with all between. What has to be made can be entered by everybody, whatever the umask. */
export function layDirectory(root: string, path: string): void {
  let whole = root;
  for (const part of path.split('/').filter(Boolean)) {
    whole = join(whole, part);
    const found = lstatSync(whole, { throwIfNoEntry: false });
    if (found?.isDirectory()) continue;
    if (found) throw new StratoError('task.volume', `no volume can be at ${path}`, { why: `${whole.slice(root.length)} is no directory there`, next: 'put it elsewhere, for example at /data' });
    mkdirSync(whole);
    chmodSync(whole, 0o755);
  }
}
