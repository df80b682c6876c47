import type { HealthSpec, PlannedService, ProbeAction, RestartSpec, UpdateSpec } from '../model/index.ts';

const second = 1000;

/** Startup is asked often, because a deployment waits for it; liveness seldom and patiently, because it kills. */
export function healthOf(service: PlannedService, port: number | null): HealthSpec {
  if (port === null) return { startup: null, readiness: null, liveness: null, deadline: 60 * second };
  const path = service.health.path;
  const action: ProbeAction = path === null ? { kind: 'tcp' } : { kind: 'http', path: path.startsWith('/') ? path : `/${path}`, accept: 'success' };
  return {
    startup: { action, interval: 50, timeout: 2 * second, failures: 1, successes: 1 },
    readiness: { action, interval: 2 * second, timeout: 5 * second, failures: 3, successes: 1 },
    // A service that answers slowly under load is not helped by being killed: it is dead only when nobody takes the connection.
    liveness: { action: { kind: 'tcp' }, interval: 5 * second, timeout: 5 * second, failures: 6, successes: 1 },
    deadline: 60 * second,
  };
}

export const restartAlways: RestartSpec = { policy: 'always', base: 250, cap: 60 * second, stableAfter: 10 * second, attempts: 3 };
export const restartNever: RestartSpec = { ...restartAlways, policy: 'never', attempts: 1 };

export const rolling: UpdateSpec = { strategy: 'rolling', parallelism: 1, monitor: 10 * second, maxFailureRatio: 0 };
export const recreate: UpdateSpec = { ...rolling, strategy: 'recreate' };

/** Processes and threads of one agent. */
export const pidsLimit = 512;

export const grace = 10 * second;
