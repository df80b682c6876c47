import type { Route } from '../route.ts';
import { agentRoutes } from './agents.ts';
import { appRoutes } from './apps.ts';
import { complianceRoutes } from './compliance.ts';
import { consoleRoutes } from './console.ts';
import { deploymentRoutes } from './deployments.ts';
import { documentRoute } from './document.ts';
import { eventRoutes } from './events.ts';
import { logRoutes } from './log.ts';
import { memoryRoutes } from './memory.ts';
import { snapshotRoutes } from './snapshots.ts';
import { swarmRoutes } from './swarm.ts';

/** Everything that the API answers. */
export const routes: readonly Route[] = [
  ...swarmRoutes, ...appRoutes, ...agentRoutes, ...deploymentRoutes, ...eventRoutes, ...logRoutes, ...memoryRoutes, ...complianceRoutes, ...snapshotRoutes, documentRoute(() => routes), ...consoleRoutes,
];
