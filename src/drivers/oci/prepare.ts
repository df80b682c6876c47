import { chmodSync, chownSync, existsSync, mkdirSync, realpathSync, statSync, writeFileSync } from 'node:fs';
import { join, normalize } from 'node:path';
import { StratoError, type Handle, type Resources } from '../../model/index.ts';
import { agentDirectory, createAgentDirectory, writeAtomically, type AgentDirectory } from '../agent-directory.ts';
import type { Task } from '../driver.ts';
import { handOver } from '../sandbox/app-layer.ts';
import { hostnameOf, hostUser } from '../sandbox/identity.ts';
import { isWithin } from '../sandbox/system.ts';
import { launchEnvironment } from '../shim/launch.ts';
import { workingDirectory } from '../working-directory.ts';
import { bundleOf, type Bind, type BundleInput } from './bundle.ts';
import type { Ground } from './ground.ts';
import type { Overhead } from './kind.ts';
import { holdPath, launchPath, launchText, notesPath, underInit } from './init.ts';
import { appPath, bindsOf, expectedDirectories, hiddenDirectories, makeVariable, runDirectory } from './layout.ts';
import { isMounted, makeContainerDirectory, mountApp, mountNoApp, mountRoot, type ContainerDirectory } from './mounts.ts';
import { layOwnFiles } from './image.ts';
import { withinReach } from './reach.ts';
import { layInto, systemFiles } from './system-files.ts';
import { agentEnvironment, agentUser, openFiles } from './user.ts';

/** Process 1 of a container counts as a process, too. */
const init: Overhead = { pids: 1, memory: 0 };
/** Without a limit of its own, an agent that forks without end would take the machine along. */
const defaultPids = 1024;
/** Threads that a runtime has while it sets a container up from within. */
const setupPids = 32;

/**
 * Makes all that a container needs, its app `now` or `later` with {@link showApp}. Each step may be repeated; the bundle is the last one, and with
 * the mounted root says that all is done.
 */
export async function prepareContainer(ground: Ground, handle: Handle, container: ContainerDirectory, task: Task, app: 'now' | 'later' = 'now'): Promise<void> {
  const cwd = join(appPath, workingDirectory(task));
  const places = agentDirectory(handle);
  const binds = bindsOf(task, places, { app: task.artefact === null ? places.upper : container.app, variable: container.variable });
  if (existsSync(container.config) && isMounted(container.rootfs)) return;
  createAgentDirectory(handle, task);
  if (task.image !== undefined) await layOwnFiles(task.image, places);
  const owner = hostUser(ground.paths.home);
  makeContainerDirectory(container);
  makeScratch(places, owner);
  for (const { source } of task.volumes) await makeVolume(source, owner);
  ground.cgroups.create(handle.agent, limitsOf(ground, task.resources, 'setup'));
  makeVariable(container.variable, binds);
  // A kernel of its own takes its addresses from a network that is there before it.
  const place = ground.kind.ownKernel ? await ground.network!.create(handle.agent, task.addressKey, { contained: task.contained, app: task.app, ownStack: true }) : null;
  const bundle: BundleInput = {
    argv: underInit(),
    env: launchEnvironment(task.argv, agentEnvironment(handle.agent, task), holdPath),
    cwd,
    user: agentUser,
    hostUser: owner,
    hostname: hostnameOf(handle.agent),
    rootfs: container.rootfs,
    // Both mount as somebody to whom a private home is closed.
    binds: place || task.image !== undefined ? await withinReach(container, binds, [places.path]) : binds,
    network: place ? { path: place.namespace } : ground.network ? 'new' : 'host',
    cgroupsPath: ground.cgroups.ociPath(handle.agent),
    resources: limitsOf(ground, task.resources, 'setup'),
    maxOpenFiles: openFiles(),
    imageOptions: container.imageOptions,
    syscalls: task.syscalls,
  };
  await Promise.all([
    mountRoot(container, hiddenDirectories(ground.paths)),
    app === 'now' || !canFollow(task) ? showApp(ground, container, places, task) : mountNoApp(container, workingDirectory(task)),
  ]);
  const files = { ...systemFiles(ground, handle.agent, task), [launchPath]: launchText(), [notesPath]: '' };
  layInto(container.rootfs, files, [...expectedDirectories, ...mountPointsOf(binds)]);
  writeAtomically(container.config, JSON.stringify(bundleOf(bundle)));
}

/**
 * The limits that a group gets. A runtime takes more threads to set a container up than a small agent may have, so a small
 * limit is set once the program runs. A kernel that comes along is counted on top.
 */
export function limitsOf(ground: Ground, limits: Resources, phase: 'setup' | 'running'): Resources {
  const overhead = overheadOf(ground);
  const memory = limits.memory === undefined ? {} : { memory: limits.memory + overhead.memory };
  if (limits.pids === undefined && !ground.cgroups.controllers.has('pids')) return { ...limits, ...memory };
  const pids = (limits.pids ?? defaultPids) + overhead.pids;
  return { ...limits, ...memory, pids: phase === 'setup' ? Math.max(pids, setupPids) : pids };
}

/** What a container takes beside what its program does. */
function overheadOf({ kind }: Ground): Overhead {
  return kind.ownKernel?.overhead ?? init;
}

/** What is mounted within another mount is made there by the runtime. */
function mountPointsOf(binds: readonly Bind[]): string[] {
  const paths = binds.map(({ path }) => path).filter((path) => path !== notesPath);
  return paths.filter((path) => !paths.some((outer) => outer !== path && isWithin(path, outer)));
}

/** What an agent may write beside its copy of the artefact; on disk, so that it does not count as memory. */
function makeScratch(directory: AgentDirectory, owner: number): void {
  const run = runDirectory(directory);
  for (const [path, mode] of [[directory.home, 0o755], [directory.temporary, 0o1777], [run, 0o1777], [join(run, 'lock'), 0o1777], [directory.upper, 0o755]] as const) {
    mkdirSync(path, { recursive: true });
    chownSync(path, owner, owner);
    chmodSync(path, mode);
  }
  mkdirSync(directory.work, { recursive: true, mode: 0o700 });
  writeFileSync(directory.notes, '', { flag: 'a', mode: 0o600 });
  chownSync(directory.notes, owner, owner);
}

async function makeVolume(source: string, owner: number): Promise<void> {
  mkdirSync(source, { recursive: true });
  if (!statSync(source).isDirectory()) throw new StratoError('task.volume', `${source} is no directory, so it cannot be a volume`);
  await handOver(source, owner);
}

/** Whether the app can be shown to a container that is there already. A volume within it would be hidden by that. */
export function canFollow({ artefact, volumes }: Task): boolean {
  return artefact !== null && !volumes.some(({ path }) => isWithin(normalize(path), appPath));
}

/** Lets a container see its app, if it does not yet. An artefact of the store changes hands once, for all agents; of any other tree each agent owns only its own layer. */
export async function showApp(ground: Ground, container: ContainerDirectory, { upper, work }: AgentDirectory, { artefact }: Task): Promise<void> {
  if (artefact === null) return;
  const owner = hostUser(ground.paths.home);
  const stored = existsSync(ground.paths.artefacts) && isWithin(realpathSync(artefact), realpathSync(ground.paths.artefacts));
  if (stored) await handOver(artefact, owner);
  await mountApp(container, { artefact, upper, work, owner });
}
