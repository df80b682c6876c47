import { posix } from 'node:path';
import type { Evidence } from '../../model/index.ts';
import type { Draft } from '../draft.ts';
import { seen } from '../draft.ts';
import { lineOf } from '../syntax/formats.ts';
import { within } from '../tree/paths.ts';
import type { Tree } from '../tree/tree.ts';
import { edgeWorker } from './node-edge.ts';

/** Directories that are called after work done in the background. */
const backgroundName = /^(?:.+[-_])?(?:workers?|consumers?)$/;

/** Where a Cloudflare Worker is told when it is started (Workers documentation, "Cron Triggers"). */
function edgeClock(tree: Tree, directory: string): Evidence | undefined {
  const file = edgeWorker.map((name) => within(directory, name)).find((name) => tree.has(name));
  const triggers = /\bcrons"?\s*[=:]\s*\[\s*["']/;
  const text = file === undefined ? '' : tree.text(file) ?? '';
  return triggers.test(text) ? seen(file!, lineOf(text, triggers), 'a clock of Cloudflare starts it') : undefined;
}

/**
 * Claims that what its authors keep in a directory called `worker` is one: it may listen, but for health checks and measurements,
 * and it may look as if it ended. What serves pages is none.
 */
export function claimRole(tree: Tree, draft: Draft): void {
  const kind = draft.best('kind');
  const clock = edgeClock(tree, draft.path);
  if (clock && kind?.value === 'job') draft.claim('kind', 'cron', 0.9, clock);
  const entry = draft.entry === null ? '' : posix.basename(draft.entry).replace(/\.\w+$/, '');
  if (kind?.value === 'job' && backgroundName.test(entry)) draft.claim('kind', 'worker', 0.82, seen(draft.entry!, 1, `its program is called ${entry}`));
  if (!backgroundName.test(posix.basename(draft.path)) || !kind || !['api', 'job'].includes(kind.value) || draft.best('start') === undefined) return;
  // Workers of Cloudflare answer requests in spite of their name.
  if (edgeWorker.some((name) => tree.has(within(draft.path, name)))) return;
  draft.claim('kind', 'worker', 0.94, seen(kind.evidence[0]!.file, kind.evidence[0]!.line, `its directory is called ${posix.basename(draft.path)}`));
}
