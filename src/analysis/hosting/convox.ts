import { posix } from 'node:path';
import { asData, asList, asText, readYaml } from '../syntax/formats.ts';
import { within } from '../tree/paths.ts';
import type { Hosted, Platform } from './hosted.ts';
import { commandOf } from './hosted.ts';

/** Convox (documentation, "convox.yml"). */
export const convox: Platform = {
  names: /^convox\.ya?ml$/,
  read(tree, file) {
    const app = readYaml(tree, file) ?? {};
    const kinds = new Map(Object.entries(asData(app['resources'])).map(([name, resource]) => [name, asText(asData(resource)['type'])]));
    return Object.entries(asData(app['services'])).flatMap(([name, described]): Hosted[] => {
      const service = asData(described);
      if (service['image'] !== undefined) return [];
      const start = commandOf(service['command']);
      const port = Number(/(\d+)$/.exec(asText(service['port']) ?? asText(asData(service['port'])['port']) ?? '')?.[1] ?? NaN) || undefined;
      const stores = asList(service['resources']).flatMap((one) => kinds.get(asText(one)?.split(':')[0] ?? '') ?? []);
      return [{
        directory: within(posix.dirname(file), asText(service['build']) ?? asText(asData(service['build'])['path']) ?? '.'), name, port, stores, health: asText(service['health']) ?? asText(asData(service['health'])['path']),
        variables: [...asList(app['environment']), ...asList(service['environment'])].flatMap((one) => variableIn(asText(one) ?? '')), ...(start !== undefined && { start, role: port === undefined ? 'worker' : 'web' }),
      }];
    });
  },
};

/** `NAME=value`, or `NAME` for one that is asked for. */
function variableIn(line: string): [string, string | null][] {
  const [, name, value] = /^([A-Za-z_]\w*)(?:=(.*))?$/.exec(line) ?? [];
  return name === undefined ? [] : [[name, value === undefined || value === '' ? null : value]];
}
