import { posix } from 'node:path';
import { Draft, seen } from '../draft.ts';
import type { Data } from '../syntax/formats.ts';
import { asData, asText, lineOf } from '../syntax/formats.ts';
import { within } from '../tree/paths.ts';
import type { Tree } from '../tree/tree.ts';
import { pinnedVersions } from './versions.ts';

/** A site that Lume makes (its documentation, "Installation" and "Configuration"): it is built by a task, and files are what comes of it. Undefined for other projects of Deno. */
export function siteOf(tree: Tree, directory: string, file: string, data: Data): Draft | undefined {
  const config = ['_config.ts', '_config.js'].map((name) => within(directory, name)).find((path) => tree.has(path));
  if (config === undefined || asData(data['imports'])['lume/'] === undefined) return undefined;
  const tasks = asData(data['tasks']);
  const text = tree.text(file);
  const place = seen(file, lineOf(text, 'lume/'), 'Lume makes a site');
  const build = asText(tasks['build']) === undefined ? 'deno task lume' : 'deno task build';
  const output = /\bdest\s{0,8}:\s{0,8}["']\.?\/?([\w./-]+)["']/.exec(tree.text(config) ?? '')?.[1]?.replace(/\/$/, '') ?? '_site';
  const draft = new Draft(directory === '.' ? 'web' : posix.basename(directory), directory, config.endsWith('.ts') ? 'typescript' : 'javascript');
  draft.frameworks.add('lume');
  const [version] = pinnedVersions(tree, 'deno', directory);
  draft.claim('framework', 'lume', 0.93, place).claim('kind', 'static', 0.93, place).claim('packageManager', 'deno', 0.95, place).claim('runtime', { name: 'deno', version: version?.value ?? null }, version?.confidence ?? 0.95, version?.evidence ?? place);
  return draft.claim('install', null, 0.85, place).claim('build', build, 0.92, place).claim('start', null, 0.92, place).claim('staticDir', output, 0.93, seen(config, 1, `the site goes to ${output}`));
}
