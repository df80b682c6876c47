import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readText } from '../../host/read-text.ts';
import { StratoError, type Handle, type Resources } from '../../model/index.ts';
import type { Controller } from '../../host/cgroups/cgroups.ts';
import type { Paths } from '../../host/paths.ts';
import { createAgentDirectory, writeAtomically, type AgentDirectory } from '../agent-directory.ts';
import type { Task } from '../driver.ts';
import { workingDirectory } from '../working-directory.ts';
import { handOver, makeAppLayer } from './app-layer.ts';
import type { Ground } from './ground.ts';
import { groupWithApp, hostnameOf, hostsFile, insideUser, passwdWithApp } from './identity.ts';
import { fstab } from './mounts.ts';
import { writePlace, type Place } from './place.ts';
import { buildRoot } from './root.ts';
import { endedFile } from './state.ts';

/** Process 1 of a sandbox and its parent outside count as processes, too. */
export const overhead = 2;
/** Without a limit of its own, an agent that forks without end would take the machine along. */
const defaultPids = 1024;

/** Makes all that a sandbox needs and starts nothing. May be repeated until it was started. */
export async function prepareSandbox(paths: Paths, ground: Ground, handle: Handle, task: Task): Promise<void> {
  const cwd = workingDirectory(task);
  const directory = createAgentDirectory(handle, task);
  claimGroup(ground, handle.agent, task.resources);
  for (const { source } of task.volumes) {
    mkdirSync(source, { recursive: true });
    if (!statSync(source).isDirectory()) throw new StratoError('task.volume', `${source} is no directory, so it cannot be a volume`);
    await handOver(source, ground.uid);
  }
  const [network, app] = await Promise.all([claimAddress(ground, handle.agent, task), makeAppLayer(paths, ground, directory, task.artefact)]);
  const place: Place = { ...network, uid: ground.uid, nested: ground.nested, hostname: hostnameOf(handle.agent), cwd };
  const mounts = buildRoot({
    directory, uid: ground.uid, app, volumes: task.volumes, toolchain: task.toolchain, files: filesOf(ground, place, task),
    hidden: [paths.home, '/etc/ssh', '/etc/sudoers.d', '/etc/ssl/private'], cgroups: groupsShown(ground, handle.agent), rootless: ground.uid === null,
  });
  writeAtomically(join(directory.path, 'fstab'), fstab(directory.root, mounts));
  // Overwritten in place by process 1, which needs no space on a full disk.
  writeFileSync(endedFile(directory), `${' '.repeat(63)}\n`, { mode: 0o600 });
  writePlace(directory, place);
}

/** The agent's control group with its limits; kept if it is there. A limit that cannot be kept here is one that the probe says is lacking. */
export function claimGroup(ground: Ground, id: string, limits: Resources): void {
  if (!ground.cgroups.works) return;
  const { cgroups } = ground.cgroups;
  const all: Resources = { ...limits, pids: Math.max(2, limits.pids ?? defaultPids) + overhead };
  cgroups.create(id, Object.fromEntries(Object.entries(all).filter(([name]) => cgroups.controllers.has(name as Controller))));
}

/** A network of its own where there is one, else the host's. */
export async function claimAddress(ground: Ground, id: string, { addressKey, contained, app }: Pick<Task, 'addressKey' | 'contained' | 'app'>): Promise<Pick<Place, 'address' | 'address6' | 'network'>> {
  if (!ground.network.works) return { address: '127.0.0.1', address6: '::1', network: null };
  const { address, address6, namespace } = await ground.network.network.create(id, addressKey, { contained, app });
  return { address, address6, network: namespace };
}

function filesOf(ground: Ground, place: Place, task: Task): Record<string, string> {
  const user = place.nested ? insideUser : (place.uid ?? insideUser);
  const gateway = ground.network.works ? ground.network.network.gateway : '127.0.0.1';
  return {
    '/etc/passwd': passwdWithApp(readText('/etc/passwd'), user),
    '/etc/group': groupWithApp(readText('/etc/group'), user),
    '/etc/hostname': `${place.hostname}\n`,
    '/etc/hosts': hostsFile(place.hostname, place.address, gateway, task.hosts),
    '/etc/resolv.conf': ground.network.works ? ground.network.network.resolvConf : readText('/etc/resolv.conf'),
    '/etc/shadow': '',
    '/etc/gshadow': '',
    '/etc/shadow-': '',
    '/etc/gshadow-': '',
  };
}

/** Where the agent's groups are shown: version 2 in place of the hierarchy, version 1 each in its own. */
function groupsShown(ground: Ground, id: string): Record<string, string> {
  if (!ground.cgroups.works) return {};
  const { cgroups } = ground.cgroups;
  if (cgroups.version === 'v2') return { '': cgroups.directories(id)[0]! };
  const named = cgroups.directories(id).flatMap((path) => {
    const name = /^\/sys\/fs\/cgroup\/([^/]+)\//.exec(path)?.[1];
    return name === undefined ? [] : [[name, path] as const];
  });
  return Object.fromEntries(named);
}

/** Environment of the program; what the task says wins. */
export function sandboxEnvironment(directory: AgentDirectory, place: Place, task: Task): Record<string, string> {
  return { HOME: '/home/app', TMPDIR: '/tmp', HOSTNAME: place.hostname, ...task.env, STRATOSWARM_AGENT: directory.agent };
}
