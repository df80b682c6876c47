import { asData, asText, readYaml } from '../syntax/formats.ts';
import { within } from '../tree/paths.ts';
import type { Hosted, Platform } from './hosted.ts';
import { commandOf, tablesOf, variablesOf } from './hosted.ts';

const roles: Readonly<Record<string, Hosted['role']>> = { web: 'web', pserv: 'api', worker: 'worker', cron: 'cron', static: 'static', static_site: 'static' };

/** Render (documentation, "Blueprint specification"). */
export const render: Platform = {
  names: /^render\.ya?ml$/,
  read(tree, file) {
    const blueprint = readYaml(tree, file) ?? {};
    const environments = tablesOf(blueprint['projects']).flatMap((project) => tablesOf(project['environments']));
    const all = [blueprint, ...environments];
    const databases = new Set(all.flatMap((one) => tablesOf(one['databases']).map((database) => asText(database['name']))));
    const caches = new Set(all.flatMap((one) => tablesOf(one['services']).filter((service) => /^(?:redis|keyvalue)$/.test(asText(service['type']) ?? '')).map((service) => asText(service['name']))));
    return all.flatMap((one) => tablesOf(one['services'])).flatMap((service): Hosted[] => {
      const runtime = asText(service['runtime']) ?? asText(service['env']) ?? '';
      const role = runtime === 'static' ? 'static' : roles[asText(service['type']) ?? ''];
      if (role === undefined || runtime === 'image') return [];
      const given = tablesOf(service['envVars']);
      const stores = given.flatMap((variable): string[] => {
        const database = asText(asData(variable['fromDatabase'])['name']);
        const other = asText(asData(variable['fromService'])['name']);
        return [...(database !== undefined && databases.has(database) ? ['postgresql'] : []), ...(other !== undefined && caches.has(other) ? ['redis'] : [])];
      });
      const disk = asText(asData(service['disk'])['mountPath'])?.replace(/^\/opt\/render\/project\/src\//, '');
      return [{
        directory: within('.', asText(service['rootDir']) ?? '.'), name: asText(service['name']), role, build: commandOf(service['buildCommand']), start: commandOf(service['startCommand']) ?? commandOf(service['dockerCommand']),
        release: commandOf(service['preDeployCommand']), staticDir: asText(service['staticPublishPath']), health: asText(service['healthCheckPath']), variables: variablesOf(service['envVars']), stores, volumes: disk === undefined ? [] : [disk],
      }];
    });
  },
};
