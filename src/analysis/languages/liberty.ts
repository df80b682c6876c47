import type { Draft } from '../draft.ts';
import { seen } from '../draft.ts';
import { lineOf } from '../syntax/formats.ts';
import { child, readXml } from '../syntax/xml.ts';
import { within } from '../tree/paths.ts';
import type { Tree } from '../tree/tree.ts';

/** Claims what the settings of Open Liberty say of a service: where it listens, and whether a feature answers that it is well. */
export function claimLiberty(tree: Tree, draft: Draft): void {
  const file = within(draft.path, 'src/main/liberty/config/server.xml');
  const text = tree.text(file);
  const server = text === undefined ? undefined : readXml(text);
  if (server?.name !== 'server') return;
  const values = new Map(server.children.filter(({ name }) => name === 'variable').map(({ attributes }) => [attributes['name'], attributes['defaultValue'] ?? attributes['value']]));
  const endpoint = child(server, 'httpEndpoint');
  const written = endpoint?.attributes['httpPort'];
  const port = Number(written?.replace(/^\$\{([\w.-]+)\}$/, (_, name: string) => values.get(name) ?? ''));
  if (endpoint && port > 0 && port < 65536) draft.claim('port', { port, protocol: 'http' }, 0.96, seen(file, endpoint.line, `listens on ${port}`));
  const features = child(server, 'featureManager')?.children ?? [];
  const health = features.find(({ text: feature }) => /^(?:mpHealth|microProfile)-\d/.test(feature));
  if (health) draft.claim('health', '/health', 0.9, seen(file, lineOf(text, health.text), `the feature ${health.text}`));
}
