import { setTimeout as delay } from 'node:timers/promises';
import { reportOf } from '../../model/index.ts';
import type { Capability } from '../driver.ts';
import type { Ground } from './ground.ts';
import { readOci } from './records.ts';
import { onTrial } from './trial.ts';

/** Milliseconds for a container that does next to nothing. */
const patience = 20_000;

/**
 * Runs one container from prepare to remove. Never throws.
 *
 * @param containers directory of the containers of agents
 */
export async function probeContainers(ground: () => Promise<Ground>, containers: string): Promise<Capability> {
  return capabilityOf(ground, (real) => runOnce(real, `${containers}-probe`));
}

/** Whether there is what containers are made with; none is made. Never throws. */
export function lookForGround(ground: () => Promise<Ground>): Promise<Capability> {
  return capabilityOf(ground, async () => undefined);
}

async function capabilityOf(ground: () => Promise<Ground>, attempt: (real: Ground) => Promise<void>): Promise<Capability> {
  try {
    const real = await ground();
    await attempt(real);
    return { works: true, features: featuresOf(real), ownNetwork: real.network !== null, lacks: real.lacks };
  } catch (error) {
    const { message, why, next } = reportOf(error);
    return { works: false, reason: why === undefined ? message : `${message}: ${why}`, remedy: next ?? 'let the daemon mount file systems and make namespaces (CAP_SYS_ADMIN)' };
  }
}

async function runOnce(real: Ground, containers: string): Promise<void> {
  await onTrial(real, containers, async (trial) => {
    const { agent, container } = await trial.start(['/bin/sh', '-c', real.kind.confined]);
    const exit = await exitOf(() => readOci(agent, container).exit);
    if (exit?.code !== 0) throw new Error(exit ? 'a container came up, but not confined as it should be' : `a container did not end within ${patience / 1000} s`);
  });
}

async function exitOf<T>(look: () => T | null): Promise<T | null> {
  for (const deadline = performance.now() + patience; performance.now() < deadline; await delay(5)) {
    const exit = look();
    if (exit !== null) return exit;
  }
  return null;
}

function featuresOf({ kind, runtime, cgroups, network }: Ground): string[] {
  return [...kind.features(runtime), `cgroup ${cgroups.version} limits: ${[...cgroups.controllers].join(', ')}`, ...(network ? ['own network'] : [])];
}
