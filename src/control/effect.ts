import { targetRevision, type App, type Change, type Effect, type Service } from '../model/index.ts';

/** Milliseconds for what is not a matter of an agent's own start. */
const margin = 30_000;

/**
 * What should be seen once `change` was carried out, as nobody said it more precisely. Times are what the services themselves are granted: a bound
 * after which it counts as failed, not a forecast.
 */
export function effectOf(change: Change, revision: number | null, app: App | undefined): Effect {
  const services = (change.kind === 'deploy' ? change.services : change.kind === 'rollback' ? app?.revisions.get(change.revision)?.services : app && targetRevision(app)?.services) ?? [];
  switch (change.kind) {
    case 'deploy':
      return { kind: 'rollout', revision: revision ?? 0, within: attempts(services) };
    case 'rollback':
      return { kind: 'rollout', revision: change.revision, within: attempts(services) };
    case 'start':
      return { kind: 'rollout', revision: app?.revision ?? 0, within: attempts(services) };
    case 'scale':
      return { kind: 'replicas', service: change.service, count: change.replicas, within: margin + deadline(services, change.service) };
    case 'replace':
      return { kind: 'replaced', service: change.service, slot: change.slot, within: margin + deadline(services, change.service) };
    case 'correct':
      return { kind: 'answers', service: change.service, within: margin };
    case 'stop':
      return { kind: 'stopped', within: margin + grace(services) };
    case 'remove':
      return { kind: 'removed', within: margin + grace(services) };
    case 'node':
      return { kind: 'node', node: change.node, availability: change.availability, within: 2 * margin };
  }
}

/** Every attempt at the slowest service takes all its time. */
function attempts(services: readonly Service[]): number {
  return margin + Math.max(0, ...services.map(({ health, restart }) => health.deadline * restart.attempts));
}

function deadline(services: readonly Service[], name: Service['name']): number {
  return services.find((service) => service.name === name)?.health.deadline ?? 0;
}

function grace(services: readonly Service[]): number {
  return Math.max(0, ...services.map((service) => service.grace));
}
