import type { Draft } from '../draft.ts';
import { seen } from '../draft.ts';
import type { FileFacts } from '../facts/file.ts';

/** Paths by which services say that they are well, the best first. */
const paths = ['/healthz', '/health', '/api/health', '/api/healthz', '/api/v1/health', '/v1/health', '/_health', '/_healthz', '/health-check', '/healthcheck', '/api/healthcheck', '/health_check', '/-/healthy', '/readyz', '/ready', '/readiness', '/livez', '/liveness', '/live', '/up', '/heartbeat', '/ping', '/api/ping', '/status', '/api/status', '/health/ready', '/health/live'];

/** Claims the path of a health endpoint that the code serves. One on a router that may be mounted elsewhere is not trusted. */
export function claimHealth(draft: Draft, code: readonly FileFacts[]): void {
  for (const facts of code) {
    for (const route of facts.routes) {
      const rank = paths.indexOf(route.path);
      if (rank >= 0 && !route.mounted) draft.claim('health', route.path, 0.95 - rank * 0.01, seen(facts.path, route.line, `answers ${route.path}`));
    }
  }
}
