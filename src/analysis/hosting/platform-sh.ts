import { posix } from 'node:path';
import { asData, asList, asText, readPairs, readYaml } from '../syntax/formats.ts';
import type { Data } from '../syntax/formats.ts';
import { isIdle } from '../platforms/command-kind.ts';
import { within } from '../tree/paths.ts';
import type { Tree } from '../tree/tree.ts';
import type { Hosted, Platform } from './hosted.ts';
import { commandOf, runtimeNamed, variablesOf } from './hosted.ts';

/** Platform.sh: one application for each file (documentation, "App reference"). */
export const platformSh: Platform = {
  names: /^\.platform\.app\.ya?ml$/,
  read(tree, file) {
    const services = readYaml(tree, '.platform/services.yaml') ?? {};
    return applicationIn(tree, readYaml(tree, file) ?? {}, posix.dirname(file), services);
  },
};

/** Upsun, and Platform.sh with all applications in one file (documentation, "Single-runtime image" and "Multiple apps"). */
export const upsun: Platform = {
  names: /^[\w-]+\.ya?ml$/,
  inside: /^\.(?:upsun|platform)$/,
  read(tree, file) {
    const project = readYaml(tree, file) ?? {};
    const services = { ...asData(project['services']), ...readServices(tree) };
    const listed = Array.isArray(project) ? project.map((app): [string, unknown] => [asText(asData(app)['name']) ?? 'app', app]) : Object.entries(asData(project['applications']));
    return listed.flatMap(([name, app]) => applicationIn(tree, { name, ...asData(app) }, within('.', asText(asData(asData(app)['source'])['root'])?.replace(/^\//, '') || '.'), services));
  },
};

function readServices(tree: Tree): Data {
  return readYaml(tree, '.platform/services.yaml') ?? {};
}

function applicationIn(tree: Tree, app: Data, directory: string, services: Data): Hosted[] {
  const web = asData(app['web']);
  const told = commandOf(asData(web['commands'])['start']);
  // What listens on a socket there is reached by nobody elsewhere.
  const idles = told !== undefined && isIdle(told);
  const start = told !== undefined && (idles || asText(asData(web['upstream'])['socket_family']) === 'unix' || /\bunix:|\$\{?SOCKET\b/.test(told)) ? undefined : told;
  const root = asData(asData(web['locations'])['/']);
  const stack = asList(app['stack']).map((one) => asText(one) ?? Object.keys(asData(one))[0]);
  const runtime = runtimeNamed([asText(app['type']), ...stack].find((one) => runtimeNamed(one) !== undefined));
  const stores = Object.entries(asData(app['relationships'])).flatMap(([name, relation]) => {
    const service = asText(relation)?.split(':')[0] ?? asText(asData(relation)['service']) ?? name;
    return asText(asData(services[service])['type']) ?? [];
  });
  const hooks = asData(app['hooks']);
  const name = asText(app['name']);
  const [variables, volumes] = [[...variablesOf(asData(app['variables'])['env']), ...exported(tree, directory)], Object.keys(asData(app['mounts'])).map((path) => path.replace(/^\//, ''))];
  const release = commandOf(hooks['deploy']);
  const main: Hosted = {
    directory, name, variables, stores, volumes, build: commandOf(hooks['build']), ...(runtime && { runtime }), ...(release !== undefined && isPlain(release) && { release }),
    ...(start !== undefined && { start: start.replace(/^PORT=\$\{?PORT\}? /, ''), role: 'web' }), ...(start === undefined && root['passthru'] !== true && typeof root['root'] === 'string' && (idles && root['scripts'] === false || /^(?:nodejs|golang|rust)/.test(asText(app['type']) ?? '')) && { staticDir: root['root'], role: 'static' }),
  };
  const workers = Object.entries(asData(app['workers'])).flatMap(([worker, described]): Hosted[] => {
    const command = commandOf(asData(asData(described)['commands'])['start']);
    return command === undefined ? [] : [{ directory, name: worker, role: 'worker', start: command, variables, stores }];
  });
  return [main, ...workers];
}

/** Variables that a file beside the app gives every shell there; what it makes of the platform's own is of no use elsewhere. */
function exported(tree: Tree, directory: string): [string, string][] {
  return readPairs(tree.text(within(directory, '.environment')) ?? '').flatMap(({ key, value }) => (/[$`]/.test(value) ? [] : [[key, value.replace(/^(["'])(.*)\1$/, '$2')] satisfies [string, string]]));
}

/** A script with branches and loops is no command line. */
function isPlain(command: string): boolean {
  return !/(?:^|&& )(?:if|for|while|case|fi|done|esac|\w+\s*\(\))\b/.test(command);
}
