import { posix } from 'node:path';
import { asData, asList, asText, readToml, readYaml } from '../syntax/formats.ts';
import { within } from '../tree/paths.ts';
import type { Hosted, Platform } from './hosted.ts';
import { commandOf, namesIn, runtimeNamed, tablesOf, variablesOf } from './hosted.ts';

/** Cloud Foundry (documentation, "App manifest attribute reference"); other files of this name list no applications. */
export const cloudFoundry: Platform = {
  names: /^manifest(?:-\w+)?\.ya?ml$/,
  read(tree, file) {
    if (!/^applications:/m.test(tree.text(file) ?? '')) return [];
    return tablesOf((readYaml(tree, file) ?? {})['applications']).flatMap((app): Hosted[] => {
      const path = asText(app['path']);
      // What is pushed may be what a build leaves: that belongs to the project around it.
      const place = within(posix.dirname(file), path ?? '.');
      const directory = tree.hasDirectory(place) ? place : posix.dirname(file);
      const shared = { directory, variables: variablesOf(app['env']), stores: namesIn(app['services'], 'name') };
      const processes = tablesOf(app['processes']).flatMap((process): Hosted[] => {
        const start = commandOf(process['command']);
        const type = asText(process['type']) ?? 'web';
        return start === undefined ? [] : [{ ...shared, name: type === 'web' ? asText(app['name']) : type, role: type === 'web' ? 'web' : 'worker', start, health: asText(process['health-check-http-endpoint']) }];
      });
      const start = commandOf(app['command']);
      return [{ ...shared, name: asText(app['name']), health: asText(app['health-check-http-endpoint']), ...(start !== undefined && { start, role: app['no-route'] === true ? 'worker' : 'web' }) }, ...processes];
    });
  },
};

/** AWS App Runner (documentation, "App Runner configuration file reference"). */
export const appRunner: Platform = {
  names: /^apprunner\.ya?ml$/,
  read(tree, file) {
    const service = readYaml(tree, file) ?? {};
    const run = asData(service['run']);
    const start = commandOf(run['command']);
    const version = asText(run['runtime-version']);
    const runtime = version === undefined ? runtimeNamed(asText(service['runtime'])?.replace(/3$/, '')) : runtimeNamed(`${(asText(service['runtime']) ?? '').replace(/\d+$/, '')}:${version}`);
    const commands = asData(asData(service['build'])['commands']);
    return [{
      directory: posix.dirname(file), build: commandOf([commands['pre-build'], commands['build'], commands['post-build']].flat()), start, port: Number(asText(asData(run['network'])['port'])) || undefined, variables: variablesOf(run['env'], 'name'),
      ...(runtime && { runtime }), ...(start !== undefined && { role: 'web' }),
    }];
  },
};

/** Koyeb (documentation, "koyeb.yaml"). */
export const koyeb: Platform = {
  names: /^koyeb\.ya?ml$/,
  read(tree, file) {
    const app = readYaml(tree, file) ?? {};
    return tablesOf(app['services']).map((service): Hosted => {
      const build = asData(asData(service['git'])['buildpack'] ?? asData(service['git'])['build']);
      const start = commandOf(build['run_command']);
      return {
        directory: within(posix.dirname(file), asText(asData(service['git'])['workdir']) ?? '.'), name: asText(service['name']), build: commandOf(build['build_command']), start, port: Number(asText(tablesOf(service['ports'])[0]?.['port'])) || undefined, variables: variablesOf(service['env']),
        ...(start !== undefined && { role: asText(service['type'])?.toLowerCase() === 'worker' ? 'worker' : 'web' }),
      };
    });
  },
};

/** Fly.io (documentation, "App configuration"). */
export const fly: Platform = {
  names: /^fly\.toml$/,
  read(tree, file) {
    const app = readToml(tree, file) ?? {};
    const directory = posix.dirname(file);
    const stated = Number(asText(asData(app['http_service'])['internal_port']) ?? asText(tablesOf(app['services'])[0]?.['internal_port']));
    const mounts = [...tablesOf(app['mounts']), asData(app['mounts'])].flatMap((mount) => asText(mount['destination']) ?? []);
    const processes = Object.entries(asData(app['processes'])).flatMap(([name, command]): Hosted[] => {
      const start = commandOf(command);
      return start === undefined ? [] : [{ directory, name, role: /^(?:app|web|server|api)$/.test(name) ? 'web' : 'worker', start, variables: variablesOf(app['env']) }];
    });
    const checks = [asData(app['http_service']), ...tablesOf(app['services'])].flatMap((service) => [...tablesOf(service['checks']), ...tablesOf(service['http_checks'])]);
    const health = [...checks, ...Object.values(asData(app['checks'])).map(asData)].flatMap((check) => asText(check['path']) ?? []).find((path) => path !== '/');
    const main: Hosted = { directory, ...(health !== undefined && { health }), variables: variablesOf(app['env']), release: commandOf(asData(app['deploy'])['release_command']), volumes: mounts, ...(Number.isInteger(stated) && stated > 0 && stated < 65536 && { port: stated }) };
    const [first, ...others] = processes;
    return first === undefined ? [main] : [{ ...main, ...first }, ...others];
  },
};

/** Replit (documentation, "Replit App configuration"). */
export const replit: Platform = {
  names: /^\.replit$/,
  read(tree, file) {
    const app = readToml(tree, file) ?? {};
    const deployment = asData(app['deployment']);
    const join = (value: unknown) => (Array.isArray(value) ? value.join(' ').replace(/^(?:ba)?sh -c /, '') : asText(value));
    const start = commandOf(join(deployment['run']));
    const [runtime] = asList(app['modules']).flatMap((module) => runtimeNamed(asText(module)?.replace(/:.*$/, '')) ?? []);
    const target = asText(deployment['deploymentTarget']);
    return [{ directory: posix.dirname(file), build: commandOf(join(deployment['build'])), ...(runtime && { runtime }), ...(start !== undefined && { start, role: 'web' }), ...(target === 'static' && { role: 'static', staticDir: asText(deployment['publicDir']) }) }];
  },
};
