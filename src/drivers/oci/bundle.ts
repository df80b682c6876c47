import type { Resources } from '../../model/index.ts';
import { seccompProfile, type Seccomp } from './seccomp.ts';

/** What of an agent a bundle is made from; all paths on the host, but for the targets of mounts. */
export interface BundleInput {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Absolute, within the container. */
  readonly cwd: string;
  readonly user: { readonly uid: number; readonly gid: number };
  /** Who the user is on the host. The ids around it are mapped to those around. */
  readonly hostUser: number;
  readonly hostname: string;
  readonly rootfs: string;
  readonly binds: readonly Bind[];
  /** The host's, a namespace of its own that is empty at first, or the one at a path. */
  readonly network: 'host' | 'new' | { readonly path: string };
  readonly cgroupsPath: string;
  readonly resources: Resources;
  readonly maxOpenFiles: number;
  readonly imageOptions: string;
  /** System calls to which it is narrowed down further. */
  readonly syscalls?: readonly string[] | undefined;
}

export interface Bind {
  readonly source: string;
  readonly path: string;
  readonly writable: boolean;
}

interface Mount {
  readonly destination: string;
  readonly type: string;
  readonly source: string;
  readonly options: readonly string[];
}

interface Rlimit {
  readonly type: 'RLIMIT_NOFILE' | 'RLIMIT_CORE';
  readonly soft: number;
  readonly hard: number;
}

/** The part of `config.json` of the OCI runtime specification 1.0 that agents use. */
export interface OciConfig {
  readonly ociVersion: '1.0.2';
  readonly root: { readonly path: string; readonly readonly: boolean };
  readonly hostname: string;
  /** Known to runc: the file in which CRIU finds further options. */
  readonly annotations: { readonly 'org.criu.config': string };
  readonly process: OciProcess;
  readonly mounts: readonly Mount[];
  readonly linux: {
    readonly namespaces: readonly { readonly type: string; readonly path?: string }[];
    readonly uidMappings: readonly IdMapping[];
    readonly gidMappings: readonly IdMapping[];
    readonly cgroupsPath: string;
    readonly resources: OciResources;
    readonly seccomp: Seccomp;
    readonly maskedPaths: readonly string[];
    readonly readonlyPaths: readonly string[];
    readonly rootfsPropagation: 'rslave';
  };
}

/** `process` of the specification: also what `exec` is given for a further program. */
export interface OciProcess {
  readonly terminal: boolean;
  readonly consoleSize?: { readonly height: number; readonly width: number };
  readonly user: { readonly uid: number; readonly gid: number; readonly umask: number };
  readonly args: readonly string[];
  readonly env: readonly string[];
  readonly cwd: string;
  readonly capabilities: Readonly<Record<'bounding' | 'effective' | 'inheritable' | 'permitted' | 'ambient', readonly string[]>>;
  readonly rlimits: readonly Rlimit[];
  readonly noNewPrivileges: true;
}

interface IdMapping {
  readonly containerID: number;
  readonly hostID: number;
  readonly size: number;
}

interface OciResources {
  readonly memory?: { readonly limit: number; readonly swap: number };
  readonly cpu?: { readonly quota: number; readonly period: number };
  readonly pids?: { readonly limit: number };
  readonly devices: readonly { readonly allow: boolean; readonly access: string }[];
}

/** Ids 0 to 65,535, what Debian's own users and groups fit into. */
const idRange = 65_536;

/** The OCI bundle of one agent: unprivileged in every way that the specification knows. */
export function bundleOf(input: BundleInput): OciConfig {
  const mapping = [{ containerID: 0, hostID: input.hostUser - input.user.uid, size: idRange }];
  return {
    ociVersion: '1.0.2',
    root: { path: input.rootfs, readonly: true },
    hostname: input.hostname,
    annotations: { 'org.criu.config': input.imageOptions },
    process: processOf(input),
    mounts: [
      ...kernelMounts,
      ...systemMounts(input.network !== 'host'),
      ...input.binds.map(bind),
    ],
    linux: {
      namespaces: [
        ...['user', 'mount', 'pid', 'ipc', 'uts', 'cgroup'].map((type) => ({ type })),
        ...(input.network === 'host' ? [] : [{ type: 'network', ...(input.network !== 'new' && input.network) }]),
      ],
      uidMappings: mapping,
      gidMappings: mapping,
      cgroupsPath: input.cgroupsPath,
      resources: resourcesOf(input.resources),
      seccomp: seccompProfile(process.arch, input.syscalls),
      maskedPaths,
      readonlyPaths,
      // What the driver mounts on `/app` later is seen within; nothing that is mounted within is seen outside.
      rootfsPropagation: 'rslave',
    },
  };
}

export function processOf({ argv, env, cwd, user, maxOpenFiles }: Pick<BundleInput, 'argv' | 'env' | 'cwd' | 'user' | 'maxOpenFiles'>): OciProcess {
  return {
    terminal: false,
    user: { uid: user.uid, gid: user.gid, umask: 0o022 },
    args: argv,
    env: Object.entries(env).map(([name, value]) => `${name}=${value}`),
    cwd,
    capabilities: { bounding: [], effective: [], inheritable: [], permitted: [], ambient: [] },
    rlimits: [
      { type: 'RLIMIT_NOFILE', soft: maxOpenFiles, hard: maxOpenFiles },
      { type: 'RLIMIT_CORE', soft: 0, hard: 0 },
    ],
    noNewPrivileges: true,
  };
}

/** Swap counts into the same limit, so that a hog is killed and does not crawl. */
function resourcesOf({ memory, cpu, pids }: Resources): OciResources {
  return {
    ...(memory === undefined ? {} : { memory: { limit: memory, swap: memory } }),
    ...(cpu === undefined ? {} : { cpu: { quota: Math.max(1_000, cpu * 100), period: 100_000 } }),
    ...(pids === undefined ? {} : { pids: { limit: pids } }),
    devices: [{ allow: false, access: 'rwm' }],
  };
}

const quiet = ['nosuid', 'nodev', 'noexec'];

const kernelMounts: readonly Mount[] = [
  { destination: '/proc', type: 'proc', source: 'proc', options: quiet },
  { destination: '/dev', type: 'tmpfs', source: 'tmpfs', options: ['nosuid', 'noexec', 'strictatime', 'mode=755', 'size=64k'] },
  { destination: '/dev/pts', type: 'devpts', source: 'devpts', options: ['nosuid', 'noexec', 'newinstance', 'ptmxmode=0666', 'mode=0620', 'gid=5'] },
  { destination: '/dev/shm', type: 'tmpfs', source: 'shm', options: [...quiet, 'mode=1777', 'size=64m'] },
  { destination: '/dev/mqueue', type: 'mqueue', source: 'mqueue', options: quiet },
];

/** A `/sys` of its own may be mounted only by the owner of the network namespace that it shows; in the host's network, the host's is shown. */
function systemMounts(ownNetwork: boolean): Mount[] {
  const sys: Mount = ownNetwork
    ? { destination: '/sys', type: 'sysfs', source: 'sysfs', options: ['ro', ...quiet] }
    : { destination: '/sys', type: 'none', source: '/sys', options: ['rbind', 'ro', ...quiet] };
  return [sys, { destination: '/sys/fs/cgroup', type: 'cgroup', source: 'cgroup', options: ['ro', ...quiet] }];
}

function bind({ source, path, writable }: Bind): Mount {
  return { destination: path, type: 'bind', source, options: ['rbind', writable ? 'rw' : 'ro', 'nosuid', 'nodev'] };
}

/** Files of the kernel that tell about the machine or steer it, as the well-known engines mask them. */
const maskedPaths = [
  '/proc/acpi', '/proc/asound', '/proc/kcore', '/proc/keys', '/proc/latency_stats', '/proc/timer_list', '/proc/timer_stats',
  '/proc/sched_debug', '/proc/scsi', '/proc/interrupts', '/sys/firmware', '/sys/devices/virtual/powercap', '/sys/kernel/debug',
];

const readonlyPaths = ['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys', '/proc/sysrq-trigger'];
