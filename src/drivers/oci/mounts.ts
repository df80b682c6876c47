import { chmodSync, existsSync, linkSync, lstatSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { StratoError } from '../../model/index.ts';
import { mustRun, run } from '../../host/run.ts';
import { holdPath } from './init.ts';
import { layDirectory } from './system-files.ts';

/**
 * The directory of one container under `/run`: bundle, mount points, runtime files. Not in the agent's directory,
 * since the container's own root user must be able to walk to it, and may not walk through a private home.
 */
export interface ContainerDirectory {
  readonly path: string;
  readonly config: string;
  readonly rootfs: string;
  /** Upper layer of the root file system: files of `/etc`, mount points, and whiteouts of what is hidden. */
  readonly layer: string;
  readonly work: string;
  /** Mount point of the agent's own copy of its artefact. */
  readonly app: string;
  /** What it sees as `/var`. */
  readonly variable: string;
  readonly conmonPid: string;
  /** Options of CRIU for what is just done with it. */
  readonly imageOptions: string;
  /** While it is there, the program waits to begin. */
  readonly hold: string;
  /** The host sees no program of it, only the kernel that the container brings; see {@link OwnKernel}. */
  readonly ownKernel: boolean;
}

export function containerDirectory(parent: string, id: string, ownKernel: boolean): ContainerDirectory {
  const path = `${parent}/${id}`;
  return { path, config: `${path}/config.json`, rootfs: `${path}/rootfs`, layer: `${path}/layer`, work: `${path}/work`, app: `${path}/app`, variable: `${path}/var`, conmonPid: `${path}/conmon.pid`, imageOptions: `${path}/criu.conf`, hold: `${path}/rootfs${holdPath}`, ownKernel };
}

/** Modes are set, not only asked for: the umask may be a strict one. */
export function makeContainerDirectory(directory: ContainerDirectory): void {
  const make = (path: string, mode: number) => {
    mkdirSync(path, { recursive: true });
    chmodSync(path, mode);
  };
  for (const path of [dirname(directory.path), directory.path]) make(path, 0o711);
  for (const path of [directory.rootfs, directory.layer, directory.work, directory.app, directory.variable]) make(path, 0o755);
}

/**
 * The host's own system with the agent's layer over it. What is hidden gets a whiteout there, a character device 0/0: then it does not
 * exist, and a directory that is made in its place is an empty one (kernel documentation, filesystems/overlayfs).
 */
export async function mountRoot(directory: ContainerDirectory, hidden: readonly string[]): Promise<void> {
  if (isMounted(directory.rootfs)) return;
  const whiteout = join(directory.path, 'whiteout');
  if (!existsSync(whiteout)) await mustRun('agent.prepare-failed', 'mknod', [whiteout, 'c', '0', '0']);
  for (const path of hidden) {
    layDirectory(directory.layer, dirname(path));
    if (!lstatSync(directory.layer + path, { throwIfNoEntry: false })) linkSync(whiteout, directory.layer + path);
  }
  await mountOverlay(['lowerdir=/', `upperdir=${directory.layer}`, `workdir=${directory.work}`], directory.rootfs);
}

/** An agent's own, writable copy of an artefact: only what it changes is copied. */
export interface AppCopy {
  readonly artefact: string;
  readonly upper: string;
  readonly work: string;
  /** User on the host who owns all of it. */
  readonly owner: number;
}

/**
 * Makes of the app's mount point one that passes on to the container what is mounted there later (kernel documentation, filesystems/sharedsubtree).
 * Until then the container finds an empty working directory.
 */
export async function mountNoApp(directory: ContainerDirectory, cwd: string): Promise<void> {
  if (isMounted(directory.app)) return;
  mkdirSync(join(directory.app, cwd), { recursive: true });
  await mustRun('agent.prepare-failed', 'mount', ['--bind', '--make-shared', directory.app, directory.app]);
}

/** Mounts the copy, once; all of it belongs to the agent. With `metacopy`, giving it away copies no content. */
export async function mountApp(directory: ContainerDirectory, { artefact, upper, work, owner }: AppCopy): Promise<void> {
  if (showsApp(directory)) return;
  // By links with plain names: commas and colons in a path would split the options.
  const [lower, over, scratch] = [artefact, upper, work].map((target, index) => link(join(directory.path, `app-${index}`), target));
  const layers = ['nosuid', 'nodev', `lowerdir=${lower}`, `upperdir=${over}`, `workdir=${scratch}`];
  await mountOverlay([...layers, 'metacopy=on'], directory.app).catch(() => mountOverlay(layers, directory.app));
  if (statSync(artefact).uid === owner) return;
  await mustRun('agent.prepare-failed', 'chown', ['-R', '--no-dereference', `${owner}:${owner}`, directory.app], { timeout: 120_000 });
  await mustRun('agent.prepare-failed', 'chmod', ['-R', 'u+w', directory.app], { timeout: 120_000 });
}

/** Whether the copy is mounted: then its directory belongs to another file system. Asked at every start, when all that is mounted would take long to read. */
export function showsApp({ app, path }: ContainerDirectory): boolean {
  return statSync(app).dev !== statSync(path).dev;
}

function link(path: string, target: string): string {
  rmSync(path, { force: true });
  symlinkSync(target, path);
  return path;
}

async function mountOverlay(options: readonly string[], target: string): Promise<void> {
  await mustRun('agent.prepare-failed', 'mount', ['-t', 'overlay', 'overlay', '-o', options.join(','), target]);
}

/** Unmounts all that is mounted within a container's directory. */
export async function unmountAll(directory: ContainerDirectory): Promise<void> {
  const within = (path: string) => path.startsWith(`${directory.path}/`);
  for (const path of mountPoints().filter(within).reverse()) {
    const { code } = await run('umount', [path]);
    if (code !== 0) await run('umount', ['--lazy', path]);
  }
  const left = mountPoints().find(within);
  if (left !== undefined) throw new StratoError('agent.remove-failed', `${left} could not be unmounted`, { retryable: true });
}

export function isMounted(path: string): boolean {
  return mountPoints().includes(path);
}

function mountPoints(): string[] {
  return readFileSync('/proc/self/mountinfo', 'utf8').split('\n').map((line) => line.split(' ')[4] ?? '');
}
