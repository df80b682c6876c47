import type { Draft } from '../draft.ts';
import { seen } from '../draft.ts';
import { lineOf } from '../syntax/formats.ts';
import { within } from '../tree/paths.ts';
import type { Tree } from '../tree/tree.ts';
import type { NodePackage } from './node-package.ts';
import type { StartClaim } from './node-start.ts';

/** Configurations of Cloudflare Workers. */
export const edgeWorker = ['wrangler.toml', 'wrangler.json', 'wrangler.jsonc'];

/** Where `wrangler dev` listens unless told otherwise (Workers documentation, "Commands"). */
export const edgePort = 8787;

/** How a Worker for Cloudflare's edge is started elsewhere: by the script that has Wrangler run it, or by Wrangler itself. None where code opens a port by itself. */
export function edgeStarts(tree: Tree, pkg: NodePackage, listens: boolean, scriptCommand: (name: string) => string): StartClaim[] {
  const file = edgeWorker.map((name) => within(pkg.directory, name)).find((name) => tree.has(name));
  if (file === undefined || listens || !pkg.dependencies.has('wrangler') && !pkg.devDependencies.has('wrangler')) return [];
  const main = /\bmain"?\s*[=:]\s*"([^"]+)"/.exec(tree.text(file) ?? '')?.[1];
  const entry = main === undefined || !tree.has(within(pkg.directory, main)) ? null : within(pkg.directory, main);
  const script = Object.entries(pkg.scripts).find(([, text]) => /^(?:npx )?wrangler (?:pages )?dev\b/.test(text));
  if (script) return [{ value: scriptCommand(script[0]), confidence: 0.9, evidence: [seen(pkg.file, pkg.line(new RegExp(`"${RegExp.escape(script[0])}"\\s*:`)), `script ${script[0]}: ${script[1].slice(0, 120)}`)], entry }];
  return entry === null ? [] : [{ value: 'npx wrangler dev', confidence: 0.87, evidence: [seen(file, 1, 'a Worker of Cloudflare')], entry }];
}

/** What a Worker of Cloudflare does, by the handlers that it exports (Workers documentation, "Handlers"): it answers requests, with pages or without, takes messages, or is started by a clock. */
export function claimEdgeKind(tree: Tree, draft: Draft, servesPages: boolean): void {
  const file = edgeWorker.map((name) => within(draft.path, name)).find((name) => tree.has(name));
  const main = file === undefined ? undefined : /\bmain"?\s*[=:]\s*"([^"]+)"/.exec(tree.text(file) ?? '')?.[1];
  const path = main === undefined ? undefined : within(draft.path, main);
  const text = path === undefined ? undefined : tree.text(path);
  if (path === undefined || text === undefined) return;
  for (const [handler, kind] of [['fetch', servesPages ? 'web' : 'api'], ['queue', 'worker'], ['scheduled', 'cron']] as const) {
    const declared = new RegExp(`^[ \\t]*(?:async\\s+)?${handler}\\s*[(:,]|addEventListener\\(\\s*['"]${handler}['"]`, 'm');
    if (!declared.test(text)) continue;
    draft.claim('kind', kind, 0.86, seen(path, lineOf(text, declared), `handles ${handler}`));
    return;
  }
}
