import { posix } from 'node:path';
import { asData, asText, readYaml } from '../syntax/formats.ts';
import type { Hosted, Platform } from './hosted.ts';
import { commandOf, runtimeNamed, variablesOf } from './hosted.ts';

/** Google App Engine (documentation, "app.yaml configuration file"); other files of this name have no runtime of its kind. */
export const appEngine: Platform = {
  names: /^app\.ya?ml$/,
  read(tree, file) {
    if (!/^runtime:/m.test(tree.text(file) ?? '')) return [];
    const app = readYaml(tree, file) ?? {};
    const named = asText(app['runtime']);
    if (named === undefined || !/^(?:nodejs|python|go|ruby|php|java|dotnet|aspnetcore|custom)/.test(named)) return [];
    const stated = asText(asData(app['runtime_config'])['runtime_version']);
    const runtime = runtimeNamed(named) ?? (stated === undefined ? undefined : runtimeNamed(`${named}${stated}`));
    const hosted: Hosted = {
      directory: posix.dirname(file), start: commandOf(app['entrypoint']), variables: [...variablesOf(app['env_variables']), ...variablesOf(app['build_env_variables'])],
      health: asText(asData(app['readiness_check'])['path']) ?? asText(asData(app['liveness_check'])['path']),
    };
    return [{ ...hosted, ...(runtime && { runtime }), ...(hosted.start !== undefined && { role: 'web' }) }];
  },
};
