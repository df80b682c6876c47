import type { Draft } from '../draft.ts';
import { seen } from '../draft.ts';
import { asData, asList, asText, lineOf, readYaml } from '../syntax/formats.ts';
import type { Data } from '../syntax/formats.ts';
import { within } from '../tree/paths.ts';
import type { Tree } from '../tree/tree.ts';

/** Where RoadRunner is configured (RoadRunner documentation, "Configuration"), what runs in production first. */
const names = ['.rr-prod.yaml', '.rr.prod.yaml', '.rr.yaml', '.rr.yml', 'rr.yaml'];

/** Claims how an app that RoadRunner runs is started, and what it is by the plugins that it has: requests, calls of gRPC, or messages and workflows alone. Tells whether there is one. */
export function claimRoadRunner(tree: Tree, draft: Draft): boolean {
  const file = names.map((name) => within(draft.path, name)).find((path) => tree.has(path));
  const own = file === undefined ? undefined : readYaml(tree, file);
  if (file === undefined || own === undefined || asData(own['server'])['command'] === undefined) return false;
  const parts: Data[] = [own, ...asList(own['include']).map((name) => asData(readYaml(tree, within(draft.path, String(name)))))];
  const place = seen(file, lineOf(tree.text(file), 'command'), 'RoadRunner runs it');
  const name = file.slice(file.lastIndexOf('/') + 1);
  draft.claim('start', `rr serve${/^\.rr\.ya?ml$/.test(name) ? '' : ` -c ${name}`}`, 0.9, place);
  const address = (plugin: string, key: string) => parts.map((part) => asText(asData(part[plugin])[key])).find((text) => text !== undefined);
  const portIn = (text: string | undefined) => Number(/:(\d{2,5})$/.exec(text?.replace(/\$\{[^}]*:-(\d+)\}$/, '$1') ?? '')?.[1] ?? NaN);
  const http = address('http', 'address');
  const grpc = address('grpc', 'listen');
  const port = portIn(http ?? grpc);
  if (http === undefined) draft.without('port').without('kind').claim('kind', grpc === undefined ? 'worker' : 'api', 0.9, place);
  if (port > 0) draft.claim('port', { port, protocol: http === undefined ? 'grpc' : 'http' }, 0.93, place);
  return true;
}
