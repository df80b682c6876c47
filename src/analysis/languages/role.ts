import { posix } from 'node:path';
import type { Draft } from '../draft.ts';
import { seen } from '../draft.ts';
import { within } from '../tree/paths.ts';
import type { Tree } from '../tree/tree.ts';

/** Directories that are called after work done in the background. */
const backgroundName = /^(?:.+[-_])?(?:workers?|consumers?)$/;

/** Configurations of Cloudflare Workers, which answer requests in spite of their name. */
const edgeWorker = ['wrangler.toml', 'wrangler.json', 'wrangler.jsonc'];

/**
 * Claims that what its authors keep in a directory called `worker` is one: it may listen, but for health checks and measurements,
 * and it may look as if it ended. What serves pages is none.
 */
export function claimRole(tree: Tree, draft: Draft): void {
  const kind = draft.best('kind');
  if (!backgroundName.test(posix.basename(draft.path)) || !kind || !['api', 'job'].includes(kind.value) || draft.best('start') === undefined) return;
  if (edgeWorker.some((name) => tree.has(within(draft.path, name)))) return;
  draft.claim('kind', 'worker', 0.94, seen(kind.evidence[0]!.file, kind.evidence[0]!.line, `its directory is called ${posix.basename(draft.path)}`));
}
