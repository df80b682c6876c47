import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { AgentId } from '../../model/index.ts';
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
    ...(ground.network ? { '/etc/resolv.conf': ground.network.resolvConf } : {}),
  };
}

export function hostsOf(ground: Ground, agent: AgentId, task: Task, address: string): string {
  return hostsFile(hostnameOf(agent), address, ground.network?.gateway ?? '127.0.0.1', task.hosts);
}

/** Lays files and empty directories, world-readable whatever the umask, into the upper layer of a root file system. */
export function layInto(layer: string, files: Readonly<Record<string, string>>, directories: readonly string[]): void {
  for (const path of directories) layDirectory(layer, path);
  for (const [path, content] of Object.entries(files)) {
    layDirectory(layer, dirname(path));
    // The host's may be a symbolic link, to a place that is not there within.
    writeFileSync(join(layer, path), content);
    chmodSync(join(layer, path), 0o644);
  }
}

/** A directory within another, with all between: enterable by everybody, whatever the umask. */
export function layDirectory(layer: string, path: string): void {
  let whole = layer;
  for (const part of ['', ...path.split('/').filter(Boolean)]) {
    whole = join(whole, part);
    mkdirSync(whole, { recursive: true });
    chmodSync(whole, 0o755);
  }
}
