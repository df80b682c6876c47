import { chmodSync, chownSync, copyFileSync, existsSync, lstatSync, mkdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, normalize, relative, resolve } from 'node:path';
import { StratoError } from '../../model/index.ts';
import type { AgentDirectory } from '../agent-directory.ts';
import { launchScript } from '../shim/launch.ts';
import { device, fileSystem, readOnly, writable, type Mount } from './mounts.ts';
import { isWithin, systemView, type SystemView } from './system.ts';

export interface RootPlan {
  readonly directory: AgentDirectory;
  /** Owner, on the host, of what the agent may write; null: the daemon's own user. */
  readonly uid: number | null;
  /** How `/app` is mounted. */
  readonly app: Mount;
  readonly volumes: readonly { readonly source: string; readonly path: string }[];
  readonly toolchain: readonly string[];
  /** Files that differ from the host's, by path. */
  readonly files: Readonly<Record<string, string>>;
  /** Directories that are never shown, also where they lie in one that is. */
  readonly hidden: readonly string[];
  /** Control groups, shown read-only so that runtimes size themselves: path below /sys/fs/cgroup (empty: itself) → directory. */
  readonly cgroups: Readonly<Record<string, string>>;
  readonly rootless: boolean;
}

const enterScript = join(import.meta.dirname, 'enter.sh');
/** Links in the root, by path. */
const ownLinks: readonly (readonly [string, string])[] = [['/var/tmp', '/tmp'], ['/var/run', '/run'], ['/var/lock', '/run/lock'], ['/dev/ptmx', 'pts/ptmx'], ['/dev/fd', '/proc/self/fd'], ['/dev/stdin', '/proc/self/fd/0'], ['/dev/stdout', '/proc/self/fd/1'], ['/dev/stderr', '/proc/self/fd/2']];
const devices = ['null', 'zero', 'full', 'random', 'urandom', 'tty'];

/**
 * Puts the new root together: mount points, links and own files in `<agent>/root`, and the list of mounts that complete it, in order.
 * The root itself is read-only, and shows of the host only where programs are.
 */
export function buildRoot(plan: RootPlan): Mount[] {
  const { directory, rootless } = plan;
  const view = systemView();
  const root = directory.root;
  rmSync(root, { recursive: true, force: true });
  for (const path of ['mnt', 'proc', 'sys', 'dev/pts', 'dev/shm', 'tmp', 'run', 'home/app', 'app', 'root', 'srv', 'var/lib', 'var/log', 'var/cache', '.stratoswarm']) mkdirSync(join(root, path), { recursive: true });
  for (const [path, target] of [...ownLinks, ...view.links]) {
    mkdirSync(dirname(root + path), { recursive: true });
    symlinkSync(target, root + path);
  }
  for (const name of ['launch.sh', 'enter.sh']) copyFileSync(name === 'launch.sh' ? launchScript : enterScript, join(root, '.stratoswarm', name));
  chmodSync(root, 0o755);

  return [
    { source: root, path: '/', type: 'none', options: 'bind,ro,nosuid,nodev' },
    ...view.directories.map((path) => point(root, readOnly(path, path))),
    ...devices.map((name) => filePoint(root, device(`/dev/${name}`))),
    fileSystem('devpts', '/dev/pts', 'newinstance,ptmxmode=0666,mode=0620,nosuid,noexec'),
    fileSystem('tmpfs', '/dev/shm', 'mode=1777,nosuid,nodev'),
    fileSystem('proc', '/proc', 'nosuid,nodev,noexec'),
    rootless ? readOnly('/sys', '/sys') : fileSystem('sysfs', '/sys', 'ro,nosuid,nodev,noexec'),
    ...cgroupMounts(plan),
    ...scratch(plan, view),
    ...ownFiles(plan, view),
    ...hidden(plan, view),
    ...toolchain(plan, view),
    plan.app,
    ...volumes(plan, view),
  ];
}

function point(root: string, mount: Mount): Mount {
  mkdirSync(root + mount.path, { recursive: true });
  return mount;
}

function filePoint(root: string, mount: Mount): Mount {
  mkdirSync(dirname(root + mount.path), { recursive: true });
  writeFileSync(root + mount.path, '', { flag: 'a' });
  return mount;
}

/** What the agent may write beside its copy of the artefact; on disk, so that it does not count as memory. */
function scratch({ directory, uid }: RootPlan, view: SystemView): Mount[] {
  const run = join(directory.path, 'run');
  for (const [path, mode] of [[directory.temporary, 0o1777], [run, 0o1777], [join(run, 'lock'), 0o1777], [directory.home, 0o755]] as const) {
    mkdirSync(path, { recursive: true });
    chmodSync(path, mode);
  }
  for (const path of view.directories) if (isWithin(path, '/run')) mkdirSync(join(run, relative('/run', path)), { recursive: true });
  if (uid !== null) chownSync(directory.home, uid, uid);
  return [writable(directory.temporary, '/tmp'), writable(run, '/run'), writable(directory.home, '/home/app'), ...view.directories.filter((path) => isWithin(path, '/run')).map((path) => readOnly(path, path))];
}

/** A file of our own over the host's. Where that is a symbolic link, as resolv.conf often is, ours goes where the link leads. */
function ownFiles({ directory, files }: RootPlan, view: SystemView): Mount[] {
  const kept = join(directory.path, 'files');
  mkdirSync(kept, { recursive: true });
  return Object.entries(files).flatMap(([path, content]) => {
    const real = realPath(path);
    if (real === undefined) return [];
    const source = join(kept, basename(path));
    writeFileSync(source, content, { mode: 0o644 });
    if (view.directories.some((shown) => isWithin(real, shown))) return [readOnly(source, real)];
    const elsewhere = isWithin(real, '/run') ? join(directory.path, 'run', relative('/run', real)) : directory.root + real;
    mkdirSync(dirname(elsewhere), { recursive: true });
    copyFileSync(source, elsewhere);
    return [];
  });
}

function realPath(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

function hidden({ directory, hidden: paths, toolchain }: RootPlan, view: SystemView): Mount[] {
  return paths.filter((path) => existsSync(path) && view.directories.some((shown) => isWithin(path, shown))).map((path, index) => {
    const empty = join(directory.path, `hidden-${index}`);
    mkdirSync(empty, { recursive: true });
    for (const tool of toolchain) if (isWithin(tool, path)) mkdirSync(join(empty, relative(path, tool)), { recursive: true });
    return readOnly(empty, path);
  });
}

function toolchain({ directory, toolchain: paths, hidden: concealed }: RootPlan, view: SystemView): Mount[] {
  const seen = (path: string) => view.directories.some((shown) => isWithin(path, shown));
  return paths.filter((source) => existsSync(source)).flatMap((source) => {
    const path = inside(source, view);
    if (path === '/') return [];
    if (seen(path)) return concealed.some((secret) => isWithin(path, secret)) ? [readOnly(source, path)] : [];
    makePoint(directory, path);
    return [readOnly(source, path)];
  });
}

function volumes({ directory, volumes: wanted, app, uid }: RootPlan, view: SystemView): Mount[] {
  return wanted.toSorted((a, b) => a.path.length - b.path.length).map(({ source, path: given }) => {
    const path = inside(given, view);
    if (path === '/' || !path.startsWith('/')) throw badVolume(path, 'a volume is at an absolute path below the root');
    if (isWithin(path, '/app')) makeBelowApp(app, relative('/app', path), directory, uid);
    else if (view.directories.some((shown) => isWithin(path, shown))) {
      if (!existsSync(path)) throw badVolume(path, 'the system is read-only there, and has no such directory to put a volume on');
    } else if (['/proc', '/sys', '/dev', '/mnt', '/.stratoswarm'].some((taken) => isWithin(path, taken))) throw badVolume(path, 'the system needs that place itself');
    else makePoint(directory, path);
    return writable(source, path);
  });
}

/** Where a path leads inside: seen from the host, a link of the root would lead to a place of the host. */
function inside(given: string, view: SystemView): string {
  const path = normalize(given).replace(/(.)\/$/, '$1');
  const link = [...ownLinks, ...view.links].find(([from]) => isWithin(path, from));
  return link === undefined ? path : inside(join(resolve(dirname(link[0]), link[1]), relative(link[0], path)), view);
}

/** A mount point: in the root, or in what is mounted over a part of it before. */
function makePoint(directory: AgentDirectory, path: string): void {
  const scratch = { '/tmp': directory.temporary, '/run': join(directory.path, 'run'), '/home/app': directory.home };
  const over = Object.entries(scratch).find(([place]) => isWithin(path, place));
  mkdirSync(over ? join(over[1], relative(over[0], path)) : directory.root + path, { recursive: true });
}

/**
 * The mount point of a volume within the app's own tree, made in the writable layer. A symbolic link on the way there could lead the mount to
 * any place of the host, so it is refused.
 */
function makeBelowApp(app: Mount, way: string, directory: AgentDirectory, uid: number | null): void {
  const layers = app.type === 'overlay' ? [directory.upper, realPath(join(directory.path, 'lower'))!] : [directory.upper];
  let path = '';
  for (const part of way.split('/').filter(Boolean)) {
    path = join(path, part);
    for (const layer of layers) {
      const kind = kindOf(join(layer, path));
      if (kind !== 'directory' && kind !== 'nothing') throw badVolume(`/app/${way}`, `in the app, ${path} is a ${kind}`);
    }
    if (kindOf(join(directory.upper, path)) === 'nothing') {
      mkdirSync(join(directory.upper, path));
      if (uid !== null) chownSync(join(directory.upper, path), uid, uid);
    }
  }
}

function kindOf(path: string): 'directory' | 'symbolic link' | 'file' | 'nothing' {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return 'nothing';
  return stat.isDirectory() ? 'directory' : stat.isSymbolicLink() ? 'symbolic link' : 'file';
}

function badVolume(path: string, why: string): StratoError {
  return new StratoError('task.volume', `no volume can be at ${path}`, { why, next: 'put it elsewhere, for example at /data' });
}

function cgroupMounts({ directory, cgroups, rootless }: RootPlan): Mount[] {
  const top = '/sys/fs/cgroup';
  if (!existsSync(top) || (rootless && Object.keys(cgroups).length === 0)) return existsSync(top) ? [readOnly(emptyOf(directory), top)] : [];
  const [only] = Object.entries(cgroups);
  if (only?.[0] === '') return [readOnly(only[1], top)];
  const points = emptyOf(directory);
  for (const name of Object.keys(cgroups)) mkdirSync(join(points, name), { recursive: true });
  return [readOnly(points, top), ...Object.entries(cgroups).map(([name, path]) => readOnly(path, join(top, name)))];
}

function emptyOf(directory: AgentDirectory): string {
  const path = join(directory.path, 'cgroup');
  mkdirSync(path, { recursive: true });
  return path;
}
