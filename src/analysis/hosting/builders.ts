import { posix } from 'node:path';
import { asData, asList, asText, readJson, readToml } from '../syntax/formats.ts';
import type { Data } from '../syntax/formats.ts';
import type { Tree } from '../tree/tree.ts';
import type { Hosted, Platform } from './hosted.ts';
import { commandOf, runtimeNamed, variablesOf } from './hosted.ts';

/** Railway (documentation, "Config as code reference"). */
export const railway: Platform = {
  names: /^railway\.(?:json|toml)$/,
  read(tree, file) {
    const service = dataOf(tree, file);
    const [build, deploy] = [asData(service['build']), asData(service['deploy'])];
    const start = commandOf(deploy['startCommand']);
    const role = asText(deploy['cronSchedule']) !== undefined ? 'cron' : 'web';
    return [{
      directory: posix.dirname(file), build: commandOf(build['buildCommand']), start, release: commandOf(deploy['preDeployCommand']), health: asText(deploy['healthcheckPath']), ...(start !== undefined && { role }), ...nixpacks(asData(build['nixpacksPlan']), false),
    }];
  },
};

/** Nixpacks (documentation, "Configuring Builds"). */
export const nixpacksFile: Platform = {
  names: /^nixpacks\.(?:json|toml)$/,
  read: (tree, file) => [{ directory: posix.dirname(file), ...nixpacks(dataOf(tree, file), true) }],
};

/** Railpack (documentation, "Configuration File"). */
export const railpack: Platform = {
  names: /^railpack\.json$/,
  read(tree, file) {
    const plan = readJson(tree, file) ?? {};
    const start = commandOf(asData(plan['deploy'])['startCommand']);
    const [runtime] = Object.entries(asData(plan['packages'])).flatMap(([name, version]) => runtimeNamed(`${name}@${asText(version) ?? ''}`) ?? []);
    return [{ directory: posix.dirname(file), start, build: commandOf(asData(asData(plan['steps'])['build'])['commands']), ...(start !== undefined && { role: 'web' }), ...(runtime && { runtime }), variables: variablesOf(asData(plan['deploy'])['variables']) }];
  },
};

/** Zeabur (documentation, "zbpack.json"). */
export const zeabur: Platform = {
  names: /^zbpack(?:\.[\w-]+)?\.json$/,
  read(tree, file) {
    const plan = readJson(tree, file) ?? {};
    const start = commandOf(plan['start_command']);
    return [{ directory: posix.dirname(file), install: commandOf(plan['install_command']), build: commandOf(plan['build_command']), start, staticDir: asText(plan['output_dir']), ...(start !== undefined && { role: 'web' }) }];
  },
};

function nixpacks(plan: Data, isMain: boolean): Partial<Hosted> {
  const phases = asData(plan['phases']);
  const commands = (phase: string) => commandOf(asData(phases[phase])['cmds'] ?? asData(phases[phase])['cmd'])?.split(' && ').filter((step) => step !== '...').join(' && ') || undefined;
  const start = commandOf(asData(plan['start'])['cmd'] ?? (isMain ? plan['start'] : undefined));
  const packages = asList(asData(phases['setup'])['nixPkgs']).flatMap((name) => asText(name)?.replace(/^nodejs[-_](\d+)_x$/, 'nodejs_$1') ?? []);
  const [runtime] = packages.flatMap((name) => runtimeNamed(name) ?? []);
  return { ...(commands('install') && { install: commands('install')! }), ...(commands('build') && { build: commands('build')! }), ...(start !== undefined && { start, role: 'web' }), ...(runtime && { runtime }), ...('variables' in plan && { variables: variablesOf(plan['variables']) }) };
}

function dataOf(tree: Tree, file: string): Data {
  return (file.endsWith('.toml') ? readToml(tree, file) : readJson(tree, file)) ?? {};
}
