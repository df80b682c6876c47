import { posix } from 'node:path';
import { asData, asList, asText, readYaml } from '../syntax/formats.ts';
import type { Data } from '../syntax/formats.ts';
import { within } from '../tree/paths.ts';
import type { Tree } from '../tree/tree.ts';
import type { Hosted, Platform } from './hosted.ts';
import { commandOf, runtimeNamed, tablesOf, variablesOf } from './hosted.ts';

/** Zerops (documentation, "zerops.yaml specification"). */
export const zerops: Platform = {
  names: /^zerops\.ya?ml$/,
  read(tree, file) {
    const setups = tablesOf((readYaml(tree, file) ?? {})['zerops']).filter((setup) => !forDevelopers.test(asText(setup['setup']) ?? ''));
    // Some setups of a file are other ways of running the same.
    return setups.flatMap((setup, at): Hosted[] => (at > 0 && commandOf(asData(setup['run'])['start']) === commandOf(asData(setups[0]!['run'])['start']) ? [] : [setupIn(tree, posix.dirname(file), setup)]));
  },
};

const forDevelopers = /(?:^|[-_]?)dev(?:elopment)?$/;

/** Where a container has its code. */
const home = /(?<![\w/])\/var\/www\/(?=[\w.-])/g;

function setupIn(tree: Tree, directory: string, setup: Data): Hosted {
  const [build, run] = [asData(setup['build']), asData(setup['run'])];
  const [port] = tablesOf(run['ports']);
  const deployed = asList(build['deployFiles'] ?? build['deploy']).map(asText).concat(asText(build['deployFiles'])).filter((one) => one !== undefined);
  const check = asData(asData(run['healthCheck'])['httpGet']);
  const images = [...asList(run['base']), run['base'], ...asList(build['base']), build['base']].map(asText);
  const runtime = images.map(runtimeNamed).find((one) => one !== undefined);
  const shared = {
    directory, name: asText(setup['setup']), variables: variablesOf(run['envVariables']).map(([name, value]) => [name, value?.startsWith('$') ? null : value] satisfies [string, string | null]), ...(runtime && { runtime }), build: buildIn(build), release: releaseIn(run['initCommands']), health: asText(check['path']),
  };
  const start = startIn(tree, directory, asText(run['start']), deployed);
  if (start !== undefined) return { ...shared, role: port === undefined && Object.keys(check).length === 0 ? 'worker' : 'web', start, port: Number(asText(port?.['port']) ?? NaN) || undefined };
  const isStatic = images.slice(0, 2).includes('static');
  return { ...shared, ...(isStatic && { role: 'static', staticDir: (deployed[0] ?? '.').replace(/\/?~$/, '') }), port: isStatic ? undefined : Number(asText(port?.['port']) ?? NaN) || undefined };
}

/** What builds, with the variables that it is given alone. */
function buildIn(build: Data): string | undefined {
  const command = commandOf(build['buildCommands']);
  const set = variablesOf(build['envVariables']).flatMap(([name, value]) => (value !== null && /^[\w./:@-]+$/.test(value) ? [`export ${name}=${value}`] : []));
  return command && [...set, command].join(' && ');
}

/** The command as it is where the code is: what is deployed of a directory alone (`dist/~`) starts in it there. */
function startIn(tree: Tree, directory: string, command: string | undefined, deployed: readonly string[]): string | undefined {
  const start = command?.trim().replace(home, './');
  if (start === undefined || start === '' || start.includes('\n')) return undefined;
  const script = /^(?:python3?|ruby|php)\s+([\w./-]+\.(?:py|rb|php))\b/.exec(start)?.[1];
  // A program that is no longer there.
  if (script !== undefined && !tree.has(within(directory, script))) return undefined;
  const inside = deployed.length === 1 ? /^\.?\/?([\w./-]+?)\/~$/.exec(deployed[0]!)?.[1] : undefined;
  return inside === undefined ? start : `cd ${inside} && ${start}`;
}

/** What is done once for every version, without the program of the platform that sees to that: `zsc execOnce $ZEROPS_appVersionId -- npm run migrate`. */
function releaseIn(commands: unknown): string | undefined {
  const steps = asList(commands).flatMap((one) => asText(one)?.split('\n') ?? []).map((step) => step.trim().replace(/^zsc execOnce \S+(?: --retryUntilSuccessful)?(?: --)? /, '').replace(home, './'));
  return commandOf(steps.filter((step) => /migrat/i.test(step)));
}
