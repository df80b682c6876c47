import { StratoError, isFork, replicasOf, targetRevision, type App, type Proposal, type Service, type State } from '../model/index.ts';
import { place } from './placement.ts';
import { sharesPorts } from './shared-ports.ts';

/** Bounds of what may be wanted at all. */
export interface Quotas {
  readonly apps: number;
  readonly servicesPerApp: number;
  readonly replicasPerService: number;
  readonly agents: number;
}

export const defaultQuotas: Quotas = { apps: 500, servicesPerApp: 50, replicasPerService: 1000, agents: 10_000 };

/** A proposal whose defaults are filled in. */
export type Parsed = ReturnType<typeof Proposal.parse>;

/** Throws a StratoError with code `governor.*` when a proposal must not pass. */
export type Check = (proposal: Parsed, state: State, quotas: Quotas) => void;

/** The checks, by the name under which a decision cites them, in the order in which they are asked. */
export const checks: Readonly<Record<string, Check>> = {
  target: ({ app, change }, state) => {
    if (change.kind === 'node') {
      if (!state.nodes.has(change.node)) throw refuse('unknown-node', `there is no node ${change.node}`, 'swarmctl status lists them');
      return;
    }
    if (app === null) throw refuse('no-app', `a ${change.kind} needs an app`, 'name one');
    const known = state.apps.get(app);
    if (change.kind === 'deploy') {
      if (known?.desired === 'removed') throw refuse('being-removed', `${app} is being removed`, 'try again in a moment', true);
      return;
    }
    if (!known || (known.desired === 'removed' && change.kind !== 'remove')) throw refuse('unknown-app', `there is no app ${app}`, 'stratoswarm ps lists them');
  },

  reference: ({ app, change }, state) => {
    const known = app === null ? undefined : state.apps.get(app);
    if (!known) return;
    if (change.kind === 'rollback') {
      if (!known.revisions.has(change.revision)) {
        const numbers = [...known.revisions.keys()].sort((a, b) => a - b).join(', ');
        throw refuse('unknown-revision', `${app} has no revision ${change.revision}`, `choose one of ${numbers}`);
      }
      if (change.revision === known.revision && known.desired === 'running' && known.rollout?.state !== 'failed') throw refuse('same-revision', `${app} already runs revision ${change.revision}`, `stratoswarm history ${app} lists the others`);
    }
    if (change.kind === 'scale' || change.kind === 'replace' || change.kind === 'correct') serviceOf(known, change.service);
    if (change.kind === 'scale' && serviceOf(known, change.service).update.strategy === 'recreate' && change.replicas > 1) {
      throw refuse('not-scalable', `${change.service} keeps its data in a volume, so it runs once`, 'scale the services that use it');
    }
    if (change.kind === 'scale' && change.replicas > 1) {
      const service = serviceOf(known, change.service);
      const shared = [...state.nodes.values()].every((node) => sharesPorts(service, node));
      if (shared && service.port !== null && !service.portAssignable) {
        throw refuse('port-clash', `${change.service} always listens on port ${service.port}, and agents share this machine's ports`, 'let it read its port from PORT, or run the daemon as root with nftables installed so that each agent has its own network');
      }
    }
    if (change.kind === 'start' && !targetRevision(known)) throw refuse('nothing-to-start', `${app} was never deployed`, 'deploy it first');
  },

  /** A recommendation about a revision that is no longer the target has lost its ground. */
  overtaken: ({ app, basedOn }, state) => {
    const target = app === null ? undefined : state.apps.get(app);
    if (basedOn !== null && target && basedOn < (targetRevision(target)?.position ?? 0)) throw refuse('overtaken', `${app} was deployed again meanwhile`, 'look at the new revision', true);
  },

  quota: ({ app, change }, state, quotas) => {
    if (change.kind === 'deploy') {
      if (!state.apps.has(app!) && state.apps.size >= quotas.apps) throw refuse('quota', `${quotas.apps} apps are the limit`, 'remove one');
      if (change.services.length > quotas.servicesPerApp) throw refuse('quota', `${change.services.length} services in one app, ${quotas.servicesPerApp} are the limit`, 'split the app');
    }
    const asked = change.kind === 'scale' ? change.replicas : change.kind === 'deploy' ? Math.max(0, ...change.services.map((service) => service.replicas)) : 0;
    if (asked > quotas.replicasPerService) throw refuse('quota', `${asked} replicas of one service, ${quotas.replicasPerService} are the limit`, 'ask for fewer');
    if (asked > 0 && wantedAgents(state) + asked > quotas.agents) throw refuse('quota', `that would be more than ${quotas.agents} agents`, 'scale something down first');
  },

  placement: ({ change }, state) => {
    if (change.kind !== 'deploy') return;
    for (const service of change.services) {
      const placed = place(state.nodes.values(), service);
      if ('refused' in placed) throw refuse('no-place', `no node can take ${service.name}: ${placed.refused}`, 'stratoswarm doctor shows what each node offers');
    }
  },

  /** What acts by itself may not take away: only people remove data, and only control stops or rolls back. */
  'blast-radius': ({ actor, change }) => {
    const person = !/^(control|advisor|driver|daemon)\b/.test(actor);
    if (change.kind === 'remove' && !person) throw refuse('blast-radius', `${actor} may not remove an app`, 'a person has to');
    if ((change.kind === 'stop' || change.kind === 'rollback') && !person && !actor.startsWith('control:')) throw refuse('blast-radius', `${actor} may not ${change.kind} an app`, 'a person has to');
    if (change.kind === 'scale' && change.replicas === 0 && !person) throw refuse('blast-radius', `${actor} may not scale to nothing`, 'a person has to');
  },

  /** A fork stays one whatever is tried on it, and is only where it can be kept from the world. */
  containment: ({ app, change }, state) => {
    if (change.kind !== 'deploy') return;
    const known = state.apps.get(app!);
    for (const service of change.services) {
      if (!service.contained && known && isFork(known)) throw refuse('not-contained', `${app} is a fork, and ${service.name} would reach the world`, `deploy it under another name, or remove ${app} first`);
      if (service.contained && [...state.nodes.values()].every((node) => sharesPorts(service, node))) {
        throw refuse('not-contained', `${service.name} would have this machine's network, and a fork must not reach it`, 'deploy the original with `--isolation container` or `namespace`, on a machine whose agents have networks of their own');
      }
    }
  },
};

function serviceOf(app: App, name: Service['name']): Service {
  const services = targetRevision(app)?.services ?? [];
  const found = services.find((service) => service.name === name);
  if (!found) throw refuse('unknown-service', `${app.name} has no service ${name}`, `it has ${services.map((service) => service.name).join(', ')}`);
  return found;
}

function wantedAgents(state: State): number {
  let total = 0;
  for (const app of state.apps.values()) {
    if (app.desired === 'running') for (const service of targetRevision(app)?.services ?? []) total += replicasOf(app, service);
  }
  return total;
}

/** The error of a governor that refuses. */
export function refuse(code: string, message: string, next: string, retryable = false): StratoError {
  return new StratoError(`governor.${code}`, message, { next, retryable });
}
