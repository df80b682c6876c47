import { formatMemory, type PlannedService, type SimilarService } from '../../model/index.ts';

/** Deployments that a similar service must have had, and the share of them that must have stayed well, before anybody follows it. */
const fewest = 3;
const share = 0.95;

/** What is written into a plan is half as much again as what was seen, as it is for estimates from code. */
const headroom = 1.5;

/** Whether a service has proved itself often enough to be an example. */
export function isProven({ succeeded, failed, observed }: Pick<SimilarService, 'succeeded' | 'failed' | 'observed'>): boolean {
  return succeeded + failed >= fewest && succeeded / (succeeded + failed) > share && observed.memory !== null;
}

/**
 * A plan's service with what services like it showed: `similar` names them, and half as much again as the median memory of those which are proven takes
 * the place of the estimate. It limits nobody, and what somebody asked for is not touched.
 */
export function fromSimilar(service: PlannedService, neighbours: readonly Omit<SimilarService, 'followed'>[]): PlannedService {
  if (neighbours.length === 0) return service;
  const similar = neighbours.map((neighbour) => ({ ...neighbour, followed: isProven(neighbour) }));
  const peaks = similar.flatMap(({ followed, observed }) => (followed && observed.memory !== null ? [observed.memory] : []));
  if (peaks.length === 0 || service.resources.limits.includes('memory')) return { ...service, similar };
  const memory = Math.round(median(peaks) * headroom);
  return { ...service, similar, resources: { ...service.resources, memory, memoryRange: [Math.min(...peaks), Math.max(memory, ...peaks)] } };
}

/**
 * A plan's service with what it showed itself when it ran here under its own name: half as much again as the most memory that one of its agents was seen to need takes the place
 * of any estimate. It limits nobody, and what somebody asked for is not touched.
 */
export function fromItself(service: PlannedService, app: string, own: Pick<SimilarService, 'succeeded' | 'observed'> | undefined): PlannedService {
  const seen = own?.observed.memory ?? null;
  if (own === undefined || seen === null || own.succeeded === 0 || service.resources.limits.includes('memory')) return service;
  const [place] = service.evidence;
  const why = `memory: an agent of it was seen to need ${formatMemory(seen)} at most when it ran here (${own.succeeded} ${own.succeeded === 1 ? 'deployment' : 'deployments'} went well)`;
  return {
    ...service,
    resources: { ...service.resources, memory: Math.round(seen * headroom), memoryRange: [seen, Math.round(seen * headroom)] },
    evidence: [...service.evidence.filter((one) => !one.why.startsWith('memory: ')), ...(place ? [{ file: place.file, line: place.line, why }] : [])],
    ...(service.similar && { similar: service.similar.map((one) => ({ ...one, followed: one.app === app && one.service === service.name })) }),
  };
}

/** The middle one, which a single odd neighbour does not move; of two, the mean. */
function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
