import type { Agent, App, Service, State } from '../model/index.ts';
import { slotKey, targetRevision } from '../model/index.ts';
import type { Route, Target } from './router.ts';

/** Every app is reached at `<app>.<domain>`, every service of it with a port also at `<service>.<app>.<domain>`. */
export const domain = 'localhost';

/** The routes that follow from the state: ready agents only, of whatever revision, so that a rollout never leaves a gap. */
export function routesOf(state: State): Route[] {
  const targets = readyTargets(state);
  const routes: Route[] = [];
  for (const app of state.apps.values()) {
    for (const service of targetRevision(app)?.services ?? []) {
      if (service.port === null || service.protocol !== 'http' || service.kind === 'store') continue;
      const shared = { app: app.name, service: service.name, targets: targets.get(`${app.name}/${service.name}`) ?? [] };
      const absence = shared.targets.length > 0 ? null : absenceOf(app);
      routes.push({ ...shared, absence, hosts: [`${service.name}.${app.name}.${domain}`], path: '/' });
      for (const path of service.routes) routes.push({ ...shared, absence, hosts: [`${app.name}.${domain}`], path });
    }
  }
  return routes;
}

/** The paths under which a person reaches a service, without scheme and port. */
export function hostsOf(app: App, service: Service): string[] {
  if (service.port === null || service.protocol !== 'http' || service.kind === 'store') return [];
  const own = `${service.name}.${app.name}.${domain}`;
  return [...service.routes.map((path) => `${app.name}.${domain}${path === '/' ? '' : path}`), ...(service.routes.includes('/') ? [] : [own])];
}

/** Ready agents by service. Of two in one slot the younger takes all requests: the other is about to be stopped. */
function readyTargets(state: State): Map<string, Target[]> {
  const youngest = new Map<string, Agent>();
  for (const agent of state.agents.values()) {
    if (agent.state !== 'ready') continue;
    const slot = slotKey(agent.app, agent.service, agent.slot);
    const other = youngest.get(slot);
    if (!other || other.createdAt <= agent.createdAt) youngest.set(slot, agent);
  }
  const targets = new Map<string, Target[]>();
  for (const agent of youngest.values()) {
    if (agent.address === null || agent.port === null) continue;
    const key = `${agent.app}/${agent.service}`;
    const list = targets.get(key) ?? [];
    list.push({ agent: agent.id, address: agent.address, port: agent.port });
    targets.set(key, list);
  }
  return targets;
}

function absenceOf(app: App): Route['absence'] {
  if (app.rollout?.state === 'failed') return 'failed';
  return app.desired === 'running' ? 'starting' : 'stopped';
}
