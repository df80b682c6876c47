import { asData, asText, readYaml } from '../syntax/formats.ts';
import { within } from '../tree/paths.ts';
import type { Hosted, Platform } from './hosted.ts';
import { commandOf, tablesOf, variablesOf } from './hosted.ts';

const engines: Readonly<Record<string, string>> = { PG: 'postgresql', MYSQL: 'mysql', REDIS: 'redis', VALKEY: 'redis', MONGODB: 'mongodb', KAFKA: 'kafka', OPENSEARCH: 'opensearch' };

/** DigitalOcean's App Platform (documentation, "App specification"). */
export const digitalOcean: Platform = {
  names: /^(?:app|deploy\.template)\.ya?ml$/,
  inside: /^(?:.*\/)?\.do$/,
  read(tree, file) {
    const document = readYaml(tree, file) ?? {};
    const app = 'spec' in document ? asData(document['spec']) : document;
    const stores = tablesOf(app['databases']).flatMap((database) => engines[asText(database['engine']) ?? 'PG'] ?? []);
    const shared = variablesOf(app['envs']);
    return [['services', 'web'], ['workers', 'worker'], ['static_sites', 'static'], ['jobs', 'job']].flatMap(([list, usual]) => tablesOf(app[list!]).map((component): Hosted => {
      const kind = asText(component['kind']);
      const role = list !== 'jobs' ? usual as Hosted['role'] : kind === 'PRE_DEPLOY' || kind === 'POST_DEPLOY' ? 'release' : kind === 'SCHEDULED' ? 'cron' : 'job';
      return {
        directory: within('.', asText(component['source_dir'])?.replace(/^\//, '') || '.'), name: asText(component['name']), role, build: commandOf(component['build_command']), start: commandOf(component['run_command']), staticDir: component['dockerfile_path'] === undefined ? asText(component['output_dir']) : undefined,
        health: asText(asData(component['health_check'])['http_path']), port: Number(asText(component['http_port'])) || undefined, variables: [...shared, ...variablesOf(component['envs'])], stores,
      };
    }));
  },
};
