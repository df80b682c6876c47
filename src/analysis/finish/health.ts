import type { Draft } from '../draft.ts';
import { seen } from '../draft.ts';
import type { FileFacts } from '../facts/file-facts.ts';
import { seenFrom } from '../tree/paths.ts';
import type { Tree } from '../tree/tree.ts';

/** Paths by which services say that they are well, the best first. */
const paths = ['/healthz', '/health', '/api/health', '/api/healthz', '/api/v1/health', '/v1/health', '/_health', '/_healthz', '/api/_health', '/health-check', '/healthcheck', '/api/healthcheck', '/health_check', '/-/healthy', '/readyz', '/ready', '/readiness', '/livez', '/liveness', '/live', '/up', '/heartbeat', '/ping', '/api/ping', '/status', '/api/status', '/health/ready', '/health/live'];

/** Files by which frameworks of pages answer at a path of their own (Next.js, Nuxt, SvelteKit, Astro, Remix). */
const answering = /^(?:src\/)?(?:(?:pages|app)(\/api\/[\w/-]+?)(?:\/index|\/route)?|server(\/api\/[\w/-]+?)(?:\.get)?|routes(\/[\w/-]+)\/\+server|app\/routes(\/[\w/-]+))\.[jt]sx?$/;

/** Claims the path of a health endpoint that has a file of its own. */
export function claimHealthFile(tree: Tree, draft: Draft): void {
  if (!/^(?:next|nuxt|sveltekit|astro|remix|react-router)/.test(draft.value('framework') ?? '')) return;
  for (const file of tree.filesBelow(draft.path)) {
    const path = answering.exec(seenFrom(draft.path, file))?.slice(1).find((group) => group !== undefined);
    const rank = path === undefined ? -1 : paths.indexOf(path);
    if (rank >= 0) draft.claim('health', path!, 0.94 - rank * 0.01, seen(file, 1, `answers ${path}`));
  }
}

/** Claims the path of a health endpoint that the code serves. One on a router that may be mounted elsewhere is not trusted. */
export function claimHealth(draft: Draft, code: readonly FileFacts[]): void {
  for (const facts of code) {
    for (const route of facts.routes) {
      const rank = paths.indexOf(route.path);
      if (rank >= 0 && !route.mounted) draft.claim('health', route.path, 0.95 - rank * 0.01, seen(facts.path, route.line, `answers ${route.path}`));
    }
  }
}
