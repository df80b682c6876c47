import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type PlannedService, type Service, suggestName, VolumeName } from '../../model/index.ts';
import { recreate } from '../policies.ts';

const launcher = fileURLToPath(new URL('keep.sh', import.meta.url));

/** Where a volume is seen, of a store as of a service that keeps files. */
export const dataDirectory = '/data';

/** Whether a service keeps data in files: what is in its own tree goes with its revision. */
export function keepsFiles({ stores, keeps }: PlannedService): boolean {
  return stores.some(({ kind }) => kind === 'sqlite') || keeps.length > 0;
}

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
  const kept = { ...service, env, volumes: [{ volume, path: dataDirectory }], update: planned.keeps.every(({ shared }) => shared) ? service.update : recreate };
  if (paths.length === 0) return kept;
  return { ...kept, argv: ['/bin/sh', launcher, dataDirectory, ...paths, '--', ...service.argv], toolchain: [...service.toolchain, dirname(launcher)] };
}
