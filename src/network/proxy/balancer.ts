import type { TargetState } from './target-state.ts';

/**
 * The target for the next request: of two chosen at random the one with fewer requests in flight ("the power of two choices",
 * Mitzenmacher 2001), of up to four the least loaded of all; ties fall at random. Ejected targets come last, those in `tried` never.
 * `random` yields numbers in [0, 1).
 */
export function choose(targets: readonly TargetState[], tried: ReadonlySet<TargetState> | null, now: number, random: () => number): TargetState | null {
  if (targets.length === 1 && tried === null) return targets[0]!;
  const untried = tried === null ? targets : targets.filter((target) => !tried.has(target));
  const healthy = untried.filter((target) => !target.ejected(now));
  const candidates = healthy.length > 0 ? healthy : untried;
  if (candidates.length <= 4) return leastLoaded(candidates, random);
  const first = Math.floor(random() * candidates.length);
  const second = (first + 1 + Math.floor(random() * (candidates.length - 1))) % candidates.length;
  return leastLoaded([candidates[first]!, candidates[second]!], random);
}

function leastLoaded(candidates: readonly TargetState[], random: () => number): TargetState | null {
  let best: TargetState | null = null;
  let ties = 0;
  for (const candidate of candidates) {
    if (best === null || candidate.inFlight < best.inFlight) {
      best = candidate;
      ties = 1;
    } else if (candidate.inFlight === best.inFlight && random() * ++ties < 1) best = candidate;
  }
  return best;
}
