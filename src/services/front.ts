import type { Plan, PlannedService, ServiceName } from '../model/index.ts';

const telling = ['web', 'frontend', 'front', 'www', 'site', 'ui', 'app', 'client', 'portal', 'dashboard', 'gateway', 'proxy', 'nginx', 'server'];

/** Kinds that answer requests. */
export function serves(service: PlannedService): boolean {
  return ['web', 'api', 'static', 'ml-inference', 'notebook'].includes(service.kind);
}

/**
 * The service that gets the app's own host name: one that no other service calls, pages before APIs, telling names before others,
 * the root directory before those below. Undefined when nothing serves.
 */
export function frontOf(plan: Plan, candidates: readonly PlannedService[]): ServiceName | undefined {
  const names = new Set<string>(plan.services.map(({ name }) => name));
  const called = new Set(plan.edges.filter(({ from, to }) => from !== to && names.has(from)).map(({ to }) => to));
  const rank = (service: PlannedService): number[] => [
    service.ports.some(({ protocol }) => protocol === 'tcp' || protocol === 'udp') ? 1 : 0,
    called.has(service.name) ? 1 : 0,
    service.kind === 'web' || service.kind === 'static' ? 0 : service.kind === 'notebook' ? 2 : 1,
    telling.includes(service.name) ? telling.indexOf(service.name) : telling.length,
    service.path === '.' ? 0 : service.path.split('/').length,
  ];
  const ranked = candidates.filter(serves).map((service) => ({ service, rank: rank(service) }));
  return ranked.sort((a, b) => compare(a.rank, b.rank))[0]?.service.name;
}

function compare(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((value, index) => value !== b[index]);
  return at === -1 ? 0 : a[at]! - b[at]!;
}
