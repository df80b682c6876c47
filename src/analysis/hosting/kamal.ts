import { asData, asList, asText, readYaml } from '../syntax/formats.ts';
import type { Hosted, Platform } from './hosted.ts';
import { commandOf } from './hosted.ts';

/** Kamal (documentation, "Configuration"). */
export const kamal: Platform = {
  names: /^deploy\.ya?ml$/,
  inside: /^config$/,
  read(tree, file) {
    const deploy = readYaml(tree, file) ?? {};
    if (asText(deploy['service']) === undefined || asText(deploy['image']) === undefined) return [];
    const accessories = Object.values(asData(deploy['accessories'])).flatMap((accessory) => asText(asData(accessory)['image']) ?? []);
    const environment = asData(deploy['env']);
    const clear = 'clear' in environment ? asData(environment['clear']) : environment;
    const variables = [...Object.entries(clear).flatMap(([name, value]) => (/^(?:secret|clear|tags)$/.test(name) ? [] : [[name, asText(value) ?? null] as const])), ...asList(environment['secret']).flatMap((name) => (asText(name) === undefined ? [] : [[asText(name)!.split(':')[0]!, null] as const]))];
    const volumes = asList(deploy['volumes']).flatMap((volume) => asText(volume)?.split(':')[1] ?? []);
    const port = Number(asText(asData(deploy['proxy'])['app_port'])) || undefined;
    const health = asText(asData(asData(deploy['proxy'])['healthcheck'])['path']) ?? asText(asData(deploy['healthcheck'])['path']);
    const others = Array.isArray(deploy['servers']) ? [] : Object.entries(asData(deploy['servers'])).flatMap(([name, server]): Hosted[] => {
      const start = commandOf(asData(server)['cmd']);
      return name === 'web' || start === undefined ? [] : [{ directory: '.', name, role: 'worker', start, variables, volumes }];
    });
    return [{ directory: '.', name: asText(deploy['service']), variables, stores: accessories, volumes, port, health }, ...others];
  },
};
