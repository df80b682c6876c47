import type { PlannedService } from './plan.ts';

/** Why more than one agent of a service would not do what one does: its data, sessions, timers and the like; null where several may run. */
export function whyAlone({ kind, scaling: { stateless, sticky, singleton, reason } }: Pick<PlannedService, 'kind' | 'scaling'>): string | null {
  return kind !== 'static' && (sticky || singleton || !stateless) && reason !== '' ? reason : null;
}

/** What somebody should know who asks for `replicas` agents of a service; undefined where nothing is to be said. */
export function replicaWarning(service: string, replicas: number, alone: string | null): string | undefined {
  return replicas > 1 && alone !== null ? `${replicas} agents of ${service} do not know of each other: ${alone}` : undefined;
}
