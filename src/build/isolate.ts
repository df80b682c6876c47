import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Clock } from '../model/index.ts';
import type { Paths } from '../host/paths.ts';
import { findProgram } from '../host/programs.ts';
import { Memo, sessionKey } from './memo.ts';
import { run, type RunResult } from './run.ts';

const jail = fileURLToPath(new URL('jail.sh', import.meta.url));
const namespaces = ['--mount', '--propagation=private', '--pid', '--fork', '--kill-child', '--ipc', '--uts'];

/** A build's own place on the disk: `tree` is what is built, `home` and `tmp` are thrown away with it. */
export interface Workshop {
  readonly directory: string;
  readonly tree: string;
  /** Shared download caches of package managers. */
  readonly cache: string;
}

/** How a command of a build is kept to itself here. */
export interface Isolation {
  /** Namespaces with a root of its own, or nothing but its own directories and environment. */
  readonly kind: 'namespaces' | 'none';
  /** Why there are no namespaces. */
  readonly reason: string | null;
  /** User that builds run as and own their tree by; null for our own. */
  readonly user: number | null;
}

/** As root, builds run as a user that owns nothing else. */
export const buildUser = 64_990;

export interface Command {
  readonly argv: readonly string[];
  /** Directory within the tree. */
  readonly cwd: string;
  /** Complete but for `HOME`, `TMPDIR` and the caches. `{app}` and `{cache}` in values stand for where the tree and the caches are seen. */
  readonly env: Record<string, string>;
  /** Host directories that must be visible, beside the system's. */
  readonly visible: readonly string[];
  readonly clock: Clock;
  readonly timeout: number;
  readonly signal?: AbortSignal | undefined;
  readonly outputLimit?: number;
  readonly onLine?: (line: string) => void;
}

/** Makes the directories of a build under `parent`. */
export function openWorkshop(parent: string, cache: string, isolation: Isolation): Workshop {
  mkdirSync(parent, { recursive: true });
  mkdirSync(cache, { recursive: true });
  const directory = mkdtempSync(join(parent, 'build-'));
  for (const name of ['tree', 'home', 'tmp', 'root']) mkdirSync(join(directory, name));
  symlinkSync(cache, join(directory, 'cache'));
  chmodSync(directory, 0o711);
  if (isolation.user !== null) for (const path of [...['tree', 'home', 'tmp'].map((name) => join(directory, name)), cache]) chownSync(path, isolation.user, isolation.user);
  return { directory, tree: join(directory, 'tree'), cache };
}

/** Where a build sees its tree. */
export function treeSeenAt(workshop: Workshop, isolation: Isolation): string {
  return isolation.kind === 'namespaces' ? '/app' : workshop.tree;
}

/** Runs one command of a build in its workshop; when it returns, none of its processes is left. */
export async function runIsolated(command: Command, workshop: Workshop, isolation: Isolation): Promise<RunResult> {
  const inside = isolation.kind === 'namespaces';
  const seen = { app: treeSeenAt(workshop, isolation), cache: inside ? '/cache' : workshop.cache, home: inside ? '/home/build' : join(workshop.directory, 'home'), tmp: inside ? '/tmp' : join(workshop.directory, 'tmp') };
  const filled = Object.fromEntries(Object.entries(command.env).map(([name, value]) => [name, value.replaceAll('{app}', seen.app).replaceAll('{cache}', seen.cache)]));
  const env = { ...filled, HOME: seen.home, TMPDIR: seen.tmp };
  const argv = inside ? jailed(command, workshop, isolation) : isolation.user === null ? command.argv : asUser(isolation.user, command.argv);
  const { clock, timeout, signal } = command;
  return await run(argv, {
    cwd: inside ? workshop.directory : join(workshop.tree, command.cwd), env, clock, timeout, signal,
    ...(command.outputLimit === undefined ? {} : { outputLimit: command.outputLimit }), ...(command.onLine ? { onLine: command.onLine } : {}),
  });
}

function jailed(command: Command, workshop: Workshop, isolation: Isolation): string[] {
  const user = isolation.user === null ? ['--user', '--map-root-user'] : [];
  return [findProgram('unshare') ?? 'unshare', ...user, ...namespaces, '/bin/sh', jail, workshop.directory, isolation.user === null ? '-' : String(isolation.user), command.cwd, String(command.visible.length), ...command.visible, '--', ...command.argv];
}

function asUser(user: number, argv: readonly string[]): string[] {
  return [findProgram('setpriv') ?? 'setpriv', '--reuid', String(user), '--regid', String(user), '--clear-groups', '--no-new-privs', '--', ...argv];
}

/** Finds out by doing it, under `paths.cache`, how builds can be isolated here. That it works is remembered until the machine starts anew. */
export async function probeIsolation(paths: Pick<Paths, 'cache'>, clock: Clock): Promise<Isolation> {
  let found: Isolation | undefined;
  const known = await new Memo(paths, 'isolation').get(sessionKey(), async () => {
    found = await probe(join(paths.cache, 'workshops'), clock);
    return found.kind === 'namespaces' ? JSON.stringify(found) : undefined;
  });
  return found ?? (JSON.parse(known!) as Isolation);
}

async function probe(parent: string, clock: Clock): Promise<Isolation> {
  const user = process.getuid?.() === 0 && findProgram('setpriv') ? buildUser : null;
  const wanted: Isolation = { kind: 'namespaces', reason: null, user };
  const tried = await attempt(parent, wanted, clock);
  if (tried === null) return wanted;
  const lesser: Isolation = { kind: 'none', reason: tried, user };
  // A closed directory above keeps the other user from its own tree.
  return user !== null && (await attempt(parent, lesser, clock)) !== null ? { ...lesser, user: null } : lesser;
}

/** Null when it works, else the reason why not. */
async function attempt(parent: string, isolation: Isolation, clock: Clock): Promise<string | null> {
  if (isolation.kind === 'namespaces') {
    if (process.platform !== 'linux') return 'namespaces exist on Linux only';
    if (!findProgram('unshare') || !findProgram('setpriv')) return 'the programs unshare and setpriv are missing: apt install util-linux';
  }
  const workshop = openWorkshop(parent, join(parent, 'probe-cache'), isolation);
  try {
    const tried = await runIsolated({ argv: ['/bin/sh', '-c', ': >"$0/written"', treeSeenAt(workshop, isolation)], cwd: '.', env: { PATH: '/usr/bin:/bin' }, visible: [], clock, timeout: 20_000 }, workshop, isolation);
    return tried.exitCode === 0 ? null : tried.tail.at(-1) ?? 'namespaces cannot be made here';
  } finally {
    rmSync(workshop.directory, { recursive: true, force: true });
    rmSync(workshop.cache, { recursive: true, force: true });
  }
}
