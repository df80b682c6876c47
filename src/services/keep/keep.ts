import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type PlannedService, type Service, StratoError, suggestName, VolumeName } from '../../model/index.ts';
import { recreate } from '../policies.ts';

const launcher = fileURLToPath(new URL('keep.sh', import.meta.url));

/** Where a volume is seen, of a store as of a service that keeps files. */
export const dataDirectory = '/data';

/** Whether a service keeps data in files: what is in its own tree goes with its revision. */
export function keepsFiles(service: PlannedService): boolean {
  return usesSqlite(service) || service.keeps.length > 0;
}

const usesSqlite = ({ stores }: PlannedService) => stores.some(({ kind }) => kind === 'sqlite');

/** Where a directory that is kept lies in the volume. */
export function placeOf(path: string): string {
  return path === dataDirectory || path.startsWith(`${dataDirectory}/`) ? path : `${dataDirectory}/${path.replace(/^\/+/, '')}`;
}

/**
 * The service with a volume for its data. Services in one directory share one volume, as they share their files. Files and directories that the code has in
 * its own tree are linked to it; `DATA_DIRECTORY` says where it is to code that asks. What one agent at a time may use goes from the old agent to the new one.
 */
export function keeping(planned: PlannedService, service: Service): Service {
  if (!keepsFiles(planned)) return service;
  const directories = planned.keeps.map(({ path }) => path).filter((path) => !path.startsWith('/'));
  // The code finds these by variables.
  const outside = planned.keeps.filter(({ path, envVars, inside }) => path.startsWith('/') && (envVars.length > 0 || inside !== undefined)).map(({ path }) => path);
  const files = planned.stores.flatMap((store) => store.files ?? []).filter((file) => !file.startsWith('/') && !directories.some((directory) => file.startsWith(`${directory}/`)));
  const paths = [...[...outside, ...directories].map((directory) => `${directory}/`), ...files];
  const volume = VolumeName.parse(`${suggestName(planned.path, 'app').slice(0, 34).replace(/-+$/, '')}-files`);
  const env = service.env.some(({ name }) => name === 'DATA_DIRECTORY') ? service.env : [...service.env, { name: 'DATA_DIRECTORY', value: dataDirectory }].sort((a, b) => (a.name < b.name ? -1 : 1));
  const kept = { ...service, env, volumes: [{ volume, path: dataDirectory }], update: mayShare(planned, service) ? service.update : recreate };
  if (paths.length === 0) return kept;
  return { ...kept, argv: ['/bin/sh', launcher, dataDirectory, ...paths, '--', ...service.argv], toolchain: [...service.toolchain, dirname(launcher)] };
}

/**
 * Whether a successor may use what is kept while its predecessor still does. SQLite keeps several writers apart by locks on its file, which agents of one kernel see of each other; each sandbox has a kernel of its own,
 * and two of them that write lose what was acknowledged.
 */
function mayShare(planned: PlannedService, { isolation }: Service): boolean {
  return planned.keeps.every(({ shared }) => shared) && !(isolation === 'sandbox' && usesSqlite(planned));
}

/** Throws `isolation.cannot-share` where several services, or one and its release, would write one file of SQLite from sandboxes. */
export function refuseSharedSqlite(planned: readonly PlannedService[], services: readonly Service[]): void {
  const owners = new Set<string>(planned.filter(usesSqlite).map(({ name }) => name));
  const volumes = new Set(services.filter(({ name }) => owners.has(name)).flatMap((service) => service.volumes.map(({ volume }) => volume)));
  for (const shared of volumes) {
    const users = services.filter(({ isolation, volumes: own }) => isolation === 'sandbox' && own.some(({ volume }) => volume === shared));
    if (users.length < 2) continue;
    throw new StratoError('isolation.cannot-share', `${users.map(({ name }) => name).join(' and ')} cannot share a file of SQLite from sandboxes`, { why: 'each sandbox has a kernel of its own, in which the locks of the others are not seen: what they write at the same time is lost', next: 'leave --isolation away, or use a database server' });
  }
}
