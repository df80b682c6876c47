import { gpus, kernelVirtualisation, nodeVersion, pressure } from './capabilities/machine.ts';
import { limits, ownNetwork, packetFilters } from './capabilities/kernel.ts';
import { namespaces, overlay } from './capabilities/namespaces.ts';
import type { Probe } from './capabilities/probe.ts';
import { memoryImages } from './capabilities/memory-images.ts';
import { containerPrograms, serverPrograms } from './capabilities/programs.ts';

/** One thing that this machine can or cannot do, for people. */
export interface CapabilityRow {
  /** `runtime`, `isolation`, `limits`, `network`, `hardware` or `services`. */
  readonly area: string;
  readonly name: string;
  /** Null: could not be found out in time. */
  readonly works: boolean | null;
  readonly detail: string;
  /** How to get it, when it does not work. */
  readonly remedy: string | null;
}

/** Milliseconds for all, side by side. */
const patience = 2800;

/**
 * What this machine can do, each found out by using it once and not by looking for a file. Never throws.
 *
 * @param timeout milliseconds after which a row says that it could not be found out
 */
export function capabilities(timeout: number = patience): Promise<CapabilityRow[]> {
  const probes: Probe[] = [nodeVersion, ...namespaces, overlay, ...containerPrograms, limits, pressure, ownNetwork, ...packetFilters, kernelVirtualisation, gpus, ...memoryImages, ...serverPrograms];
  return Promise.all(probes.map((probe) => row(probe, timeout)));
}

/** A probe's answer as a row. */
export async function row(probe: Probe, timeout: number): Promise<CapabilityRow> {
  const { area, name } = probe;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<CapabilityRow>((resolve) => {
    timer = setTimeout(() => resolve({ area, name, works: null, detail: `no answer within ${timeout} ms`, remedy: 'try again when the machine is less busy' }), timeout);
  });
  const answer = (async () => probe.look())().then(
    (found): CapabilityRow => (typeof found === 'string' ? { area, name, works: true, detail: found, remedy: null } : { area, name, works: false, ...found }),
    (error: unknown): CapabilityRow => ({ area, name, works: false, detail: error instanceof Error ? error.message : String(error), remedy: null }),
  );
  const first = await Promise.race([answer, late]);
  clearTimeout(timer);
  return first;
}
