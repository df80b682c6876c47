import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { CgroupsProbe } from '../../host/cgroups/cgroups.ts';
import type { NetworkProbe } from '../../host/network/network.ts';
import { openNetwork } from '../../host/network/open.ts';
import type { Paths } from '../../host/paths.ts';
import { findProgram } from '../../host/programs.ts';
import { run } from '../../host/run.ts';
import { hostUser } from './identity.ts';

/** What a sandbox can be built of on this machine. */
export interface Ground {
  readonly cgroups: CgroupsProbe;
  readonly network: NetworkProbe;
  /** Layers over an artefact; without, each agent gets a copy. */
  readonly overlay: boolean;
  /** The program gets a user namespace of its own. */
  readonly nested: boolean;
  /** User on the host; null: the daemon's own. */
  readonly uid: number | null;
  readonly missing: readonly string[];
}

const programs = ['unshare', 'nsenter', 'setpriv', 'setsid', 'mount', 'umount', 'pivot_root'];

export const ownUserNamespace = ['unshare', '--user', '--map-user=1000', '--map-group=1000', '--keep-caps'] as const;

/** Finds out by use. Never throws. Control groups come from who needs them sooner: to know how an agent ended takes no network. */
export async function surveyGround(paths: Paths, groups: Promise<CgroupsProbe>): Promise<Ground> {
  const uid = process.getuid?.() === 0 ? hostUser(paths.home) : null;
  const missing = programs.filter((name) => findProgram(name) === undefined);
  const [cgroups, network, overlay, nested] = await Promise.all([groups, openNetwork(paths.home), overlayWorks(paths, uid === null), nestedUsersWork(uid)]);
  return { cgroups, network, overlay, nested, uid, missing };
}

/** Rootless mounts exist only within a user namespace, and keep overlay's marks in another kind of attribute. */
export const overlayOptions = (rootless: boolean) => `lowerdir=lower,upperdir=upper,workdir=work${rootless ? ',userxattr' : ''}`;

/** Afterwards what overlay keeps for itself is opened up, so that it can be removed without root. */
const overlayScript = 'cd "$1" && mount -t overlay overlay -o "$2" merged && echo x > merged/file && test "$(cat upper/file)" = x; works=$?; umount merged; chmod -R u+rwX work; exit $works';

async function overlayWorks(paths: Paths, rootless: boolean): Promise<boolean> {
  let directory: string | undefined;
  try {
    mkdirSync(join(paths.agents, 'sandbox'), { recursive: true, mode: 0o711 });
    directory = mkdtempSync(join(paths.agents, 'sandbox', `probe-overlay-${process.pid}-`));
    for (const name of ['lower', 'upper', 'work', 'merged']) mkdirSync(join(directory, name));
    const users = rootless ? ['--user', '--map-root-user'] : [];
    return (await run('unshare', [...users, '--mount', '/bin/sh', '-c', overlayScript, 'sh', directory, overlayOptions(rootless)])).code === 0;
  } catch {
    return false;
  } finally {
    if (directory !== undefined) rmSync(directory, { recursive: true, force: true });
  }
}

/** Some systems let only privileged processes make user namespaces; the program is nobody special by then. */
async function nestedUsersWork(uid: number | null): Promise<boolean> {
  if (uid === null) return true;
  const [program, ...args] = [...ownUserNamespace, 'true'];
  return (await run('setpriv', ['--reuid', String(uid), '--regid', String(uid), '--clear-groups', program!, ...args])).code === 0;
}
