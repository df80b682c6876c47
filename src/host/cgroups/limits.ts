import { StratoError, type Resources } from '../../model/index.ts';
import type { Controller } from './cgroups.ts';

/** CPU bandwidth is given out per period; 100 ms is the kernel's own default. */
export const periodMicroseconds = 100_000;

/** Microseconds of CPU per period; the kernel takes no less than 1 ms. */
export function quotaOf(millicores: number): number {
  return Math.max(1000, millicores * (periodMicroseconds / 1000));
}

/** A limit that nothing would enforce is refused, never dropped silently. */
export function requireControllers(limits: Resources, controllers: ReadonlySet<Controller>): void {
  for (const controller of ['memory', 'cpu', 'pids'] as const) {
    if (limits[controller] !== undefined && !controllers.has(controller)) {
      throw new StratoError('cgroup.limit-unenforceable', `the limit on ${controller} cannot be kept on this machine`, {
        why: `the cgroup controller ${controller} is not available to Stratoswarm here`,
        next: 'see stratoswarm doctor for the way to get it, or leave the limit out',
      });
    }
  }
}
