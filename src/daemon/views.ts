import type { AgentView, AppView, NodeView, RevisionView, ServiceView } from '../api/views.ts';
import { hostsOf } from '../control/routes.ts';
import { generationOf, replicasOf, serviceHash, slotKey, targetRevision, whyAlone, type Agent, type App, type Service, type State } from '../model/index.ts';
import { resolveArgv } from '../services/index.ts';
import type { Sample } from '../telemetry/samples.ts';
import { describeExit } from './describe-event.ts';

/** What views show beside the state. */
export interface ViewContext {
  /** `http://%s:8080` with the host's place marked; null while there is no ingress. */
  readonly origin: ((host: string) => string) | null;
  usage(agent: Agent['id']): Sample | undefined;
  /** The most memory in bytes that an agent of a service was seen to need. */
  mostMemory?(app: App['name'], service: Service['name']): number | null;
}

export function viewAgent(agent: Agent, context: ViewContext): AgentView {
  const { id, app, service, slot, revision, node, state, isolation, handle, pid, address, port, createdAt, startedAt, readyAt, reason } = agent;
  const usage = context.usage(id);
  return {
    id, app, service, slot, revision, node, state, isolation, driver: handle.driver, pid, address, port, createdAt, startedAt, readyAt, reason,
    usage: usage ? { cpu: usage.cpu, memory: usage.memory, pids: usage.pids } : null,
  };
}

/** The agents that have not ended, sorted by app, service and slot. */
export function viewAgents(state: State, context: ViewContext): AgentView[] {
  const views = [...state.agents.values()].filter((agent) => agent.state !== 'exited').map((agent) => viewAgent(agent, context));
  return views.sort((a, b) => compare(a.app, b.app) || compare(a.service, b.service) || a.slot - b.slot || a.createdAt - b.createdAt);
}

export function viewApps(state: State, context: ViewContext): AppView[] {
  return [...state.apps.values()].map((app) => viewApp(app, state, context)).sort((a, b) => compare(a.name, b.name));
}

export function viewApp(app: App, state: State, context: ViewContext): AppView {
  const target = targetRevision(app);
  const agents = [...state.agents.values()].filter((agent) => agent.app === app.name);
  const services = (target?.services ?? []).map((service) => {
    const planned = target?.plan.services.find(({ name }) => name === service.name);
    const most = Math.max(context.mostMemory?.(app.name, service.name) ?? 0, ...agents.map((agent) => (agent.service === service.name && context.usage(agent.id)?.memory) || 0));
    const memory = { expected: planned?.resources.memory ?? null, most: most === 0 ? null : most };
    return { ...viewService(app, service, agents, state, context), memory, ...(planned?.similar && { similar: planned.similar }), ...(planned && { alone: whyAlone(planned) }) };
  });
  const { rollout } = app;
  return {
    name: app.name,
    desired: app.desired,
    status: statusOf(app, services),
    url: addressOf(app, context.origin),
    revision: app.revision,
    stable: app.stable,
    source: target?.source ?? null,
    services,
    rollout: rollout ? { ...rollout, tail: [...rollout.tail] } : null,
    createdAt: app.createdAt,
  };
}

/** Where people find the app: the host of the service that has its root, else of the first that answers requests; null when none does. */
export function addressOf(app: App, origin: ViewContext['origin']): string | null {
  const services = (targetRevision(app)?.services ?? []).toSorted((a, b) => Number(b.routes.includes('/')) - Number(a.routes.includes('/')));
  const host = services.flatMap((service) => hostsOf(app, service))[0];
  return host === undefined || origin === null ? null : origin(host);
}

export function viewRevisions(app: App): RevisionView[] {
  return [...app.revisions.values()]
    .sort((a, b) => b.number - a.number)
    .map(({ number, admittedAt, actor, source, services }) => ({
      number, admittedAt, actor, source, current: number === app.revision, stable: number === app.stable, services: services.map((service) => service.name),
    }));
}

export function viewNodes(state: State, context: ViewContext): NodeView[] {
  return [...state.nodes.values()].map(({ name, cpu, memory, availability }) => {
    const used = [...state.agents.values()].filter((agent) => agent.node === name).map((agent) => context.usage(agent.id));
    return { name, cpu, memory, availability, usage: { cpu: sum(used.map((sample) => sample?.cpu)), memory: sum(used.map((sample) => sample?.memory)) } };
  });
}

function viewService(app: App, service: Service, agents: readonly Agent[], state: State, context: ViewContext): ServiceView {
  const replicas = app.desired === 'running' ? replicasOf(app, service) : 0;
  const own = agents.filter((agent) => agent.service === service.name && agent.state !== 'exited');
  const slots = Array.from({ length: Math.max(replicas, replicasOf(app, service)) }, (_, slot) => state.slots.get(slotKey(app.name, service.name, slot)));
  const completed = slots.length > 0 && service.restart.policy === 'never' && slots.every((history, slot) => history?.completed === serviceHash(service, generationOf(app, service.name, slot)));
  const lastFailure = slots.flatMap((history) => history?.lastExit ?? []).sort((a, b) => (b.at ?? 0) - (a.at ?? 0))[0];
  const ready = own.filter((agent) => agent.state === 'ready').length;
  return {
    name: service.name,
    kind: service.kind,
    store: service.store,
    replicas,
    ready,
    status: completed ? 'completed' : serviceStatus(app, service, own, replicas, ready),
    command: resolveArgv(service, service.port),
    port: service.port,
    urls: context.origin ? hostsOf(app, service).map(context.origin) : [],
    resources: { cpu: service.resources.cpu ?? null, memory: service.resources.memory ?? null, pids: service.resources.pids ?? null },
    restarts: slots.reduce((total, history) => total + (history?.replaced ?? 0), 0),
    lastFailure: lastFailure ? describeExit(lastFailure.cause, lastFailure) : null,
  };
}

function serviceStatus(app: App, service: Service, agents: readonly Agent[], replicas: number, ready: number): ServiceView['status'] {
  if (replicas === 0) return agents.length > 0 && app.desired === 'running' ? 'updating' : 'stopped';
  const current = (agent: Agent) => agent.hash === serviceHash(service, generationOf(app, service.name, agent.slot));
  const isUpdating = agents.some((agent) => !current(agent));
  if (isUpdating) return 'updating';
  if (ready >= replicas) return 'ready';
  if (ready > 0) return 'degraded';
  return app.rollout?.state === 'progressing' ? 'starting' : 'down';
}

function statusOf(app: App, services: readonly ServiceView[]): AppView['status'] {
  if (app.desired === 'removed') return 'removing';
  if (app.rollout?.state === 'failed' && (app.desired === 'stopped' || app.rollout.revision === app.revision)) return 'failed';
  if (app.desired === 'stopped') return 'stopped';
  if (app.rollout?.state === 'progressing') return 'deploying';
  return services.every((service) => service.status === 'ready' || service.status === 'completed' || service.replicas === 0) ? 'running' : 'degraded';
}

function sum(values: readonly (number | null | undefined)[]): number | null {
  const known = values.filter((value) => value !== null && value !== undefined);
  return known.length === 0 ? null : known.reduce((total, value) => total + value, 0);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
