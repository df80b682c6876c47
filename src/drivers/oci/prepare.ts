import { chmodSync, chownSync, lchownSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NetworkPlace } from '../../host/network/network.ts';
import { mustRun } from '../../host/run.ts';
import type { Handle } from '../../model/index.ts';
import { createAgentDirectory, writeAtomically, type AgentDirectory } from '../agent-directory.ts';
import type { Task } from '../driver.ts';
import { launchEnvironment } from '../shim/launch.ts';
import type { Ground } from './ground.ts';
import { bundleOf, type BundleInput } from './bundle.ts';
import { launchPath, launchText, notesPath, underInit } from './init.ts';
import { workingDirectory } from '../working-directory.ts';
import { appPath, bindsOf, hiddenDirectories, isWithin } from './layout.ts';
import { isMounted, makeContainerDirectory, mountApp, mountRoot, type ContainerDirectory } from './mounts.ts';
import { layInto, systemFiles } from './system-files.ts';
import { hostnameOf, hostUser } from '../sandbox/identity.ts';
import { agentEnvironment, agentUser, openFiles } from './user.ts';

/** Makes all that a container needs. Each step may be repeated; the mount of the root is the last one, and says that all is done. */
export async function prepareContainer(ground: Ground, handle: Handle, container: ContainerDirectory, task: Task): Promise<void> {
  workingDirectory(task);
  if (isMounted(container.rootfs)) return;
  const directory = createAgentDirectory(handle, task);
  makeContainerDirectory(container);
  const owner = hostUser(ground.paths.home);
  giveDirectories(directory, owner);
  for (const { source } of task.volumes) await giveVolume(source, owner);
  ground.cgroups.create(handle.agent, task.resources);
  const [place] = await Promise.all([
    ground.network?.create(handle.agent, task.addressKey) ?? null,
    task.artefact === null ? null : mountApp(container, { artefact: task.artefact, upper: directory.upper, work: directory.work, owner }),
  ]);
  const bundle = inputOf(ground, handle, container, task, directory, place);
  const files = systemFiles({
    hostname: bundle.hostname, address: place?.address ?? '127.0.0.1', gateway: ground.network?.gateway ?? '127.0.0.1',
    hosts: task.hosts, resolvConf: ground.network?.resolvConf ?? null,
  });
  layInto(container.layer, { ...files, [launchPath]: launchText() }, mountPointsOf(bundle));
  writeAtomically(container.config, JSON.stringify(bundleOf(bundle)));
  await mountRoot(container);
}

function inputOf(ground: Ground, handle: Handle, container: ContainerDirectory, task: Task, directory: AgentDirectory, place: NetworkPlace | null): BundleInput {
  return {
    argv: underInit(),
    env: launchEnvironment(task.argv, agentEnvironment(handle.agent, task)),
    cwd: join(appPath, workingDirectory(task)),
    user: agentUser,
    hostUser: hostUser(ground.paths.home),
    hostname: hostnameOf(handle.agent),
    rootfs: container.rootfs,
    hidden: hiddenDirectories(ground.paths),
    binds: [...bindsOf(task, directory, task.artefact === null ? directory.upper : container.app), { source: directory.notes, path: notesPath, writable: true }],
    networkNamespace: place?.namespace ?? null,
    cgroupsPath: ground.cgroups.ociPath(handle.agent),
    resources: task.resources,
    maxOpenFiles: openFiles(),
  };
}

/** Those that lie within a hidden directory are made by the runtime, in the empty one that covers it. */
function mountPointsOf({ hidden, binds }: BundleInput): string[] {
  return [...hidden, ...binds.map(({ path }) => path).filter((path) => !hidden.some((cover) => isWithin(path, cover)))];
}

function giveDirectories(directory: AgentDirectory, owner: number): void {
  for (const [path, mode] of [[directory.home, 0o700], [directory.temporary, 0o1777], [directory.upper, 0o755]] as const) {
    mkdirSync(path, { recursive: true });
    chownSync(path, owner, owner);
    chmodSync(path, mode);
  }
  mkdirSync(directory.work, { recursive: true, mode: 0o700 });
  writeFileSync(directory.notes, '', { flag: 'a', mode: 0o600 });
  chownSync(directory.notes, owner, owner);
}

/** A volume belongs to whoever used it last; when that was another rung, its files change hands once. */
async function giveVolume(source: string, owner: number): Promise<void> {
  mkdirSync(source, { recursive: true });
  if (statSync(source).uid === owner) return;
  if (readdirSync(source).length > 0) await mustRun('agent.prepare-failed', 'chown', ['-R', '--no-dereference', `${owner}:${owner}`, source], { timeout: 120_000 });
  lchownSync(source, owner, owner);
}
