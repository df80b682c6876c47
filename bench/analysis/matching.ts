import type { Plan, PlannedService } from '../../src/model/index.ts';
import { normaliseName } from './commands.ts';
import { accepted, type ServiceLabel } from './label.ts';

/** Which planned service each labelled one is: the same directory counts most, then the name, the kind and the port. Each is used once. */
export function matchServices(labels: readonly ServiceLabel[], plan: Plan): Map<ServiceLabel, PlannedService> {
  const pairs = labels.flatMap((label) => plan.services.map((service) => ({ label, service, likeness: likeness(label, service, labels.length === 1 && plan.services.length === 1) })))
    .filter((pair) => pair.likeness > 0).toSorted((a, b) => b.likeness - a.likeness);
  const matched = new Map<ServiceLabel, PlannedService>();
  const used = new Set<PlannedService>();
  for (const { label, service } of pairs) {
    if (matched.has(label) || used.has(service)) continue;
    matched.set(label, service);
    used.add(service);
  }
  return matched;
}

function likeness(label: ServiceLabel, service: PlannedService, alone: boolean): number {
  const samePath = (label.path.replace(/^\.\/|\/$/g, '') || '.') === service.path;
  const sameName = label.name !== undefined && normaliseName(label.name) === normaliseName(service.name);
  if (!samePath && !sameName && !alone) return 0;
  const sameKind = accepted(label.kind)?.includes(service.kind) === true;
  const samePort = label.ports?.some((port) => service.ports.some((planned) => planned.port === port)) === true;
  return (samePath ? 8 : 0) + (sameName ? 4 : 0) + (sameKind ? 2 : 0) + (samePort ? 1 : 0) + (alone ? 1 : 0);
}
