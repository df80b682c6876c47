import { posix } from 'node:path';
import { roleOf } from '../platforms/procfile.ts';
import { asData, asText, readJson, readYaml } from '../syntax/formats.ts';
import type { Hosted, Platform } from './hosted.ts';
import { commandOf, namesIn, variablesOf } from './hosted.ts';

/** Heroku's `app.json` and Scalingo's `scalingo.json` (Heroku Dev Center, "app.json Schema"); other files of this name say none of it. */
export const appJson: Platform = {
  names: /^(?:app|scalingo)\.json$/,
  read(tree, file) {
    const app = readJson(tree, file) ?? {};
    if (!['addons', 'buildpacks', 'formation', 'env', 'scripts'].some((key) => key in app) || 'expo' in app) return [];
    return [{ directory: posix.dirname(file), variables: variablesOf(app['env']), stores: namesIn(app['addons'], 'plan') }];
  },
};

/** Heroku's `heroku.yml` (Heroku Dev Center, "Building Docker Images with heroku.yml"). */
export const herokuYml: Platform = {
  names: /^heroku\.ya?ml$/,
  read(tree, file) {
    const manifest = readYaml(tree, file) ?? {};
    const directory = posix.dirname(file);
    const stores = namesIn(asData(manifest['setup'])['addons'], 'plan');
    const release = commandOf(asData(manifest['release'])['command']);
    const processes = Object.entries(asData(manifest['run'])).flatMap(([name, run]): Hosted[] => {
      const start = commandOf(asText(run) ?? asData(run)['command']);
      return start === undefined ? [] : [{ directory, name, role: roleOf(name), start }];
    });
    return [...processes, { directory, stores, release, variables: variablesOf(asData(manifest['setup'])['config']) }];
  },
};
