import type { SeededRandom } from './random.ts';

/** Probabilities of each fault, per opportunity. All zero: nothing goes wrong. */
export interface FaultPlan {
  /** The daemon dies at an await: before the act, or after it and before its answer. */
  readonly crash: number;
  /** A verb of the driver fails. */
  readonly driverError: number;
  /** An observation leaves out an agent that exists. */
  readonly lostObservation: number;
  /** An observation shows what was some time ago. */
  readonly staleObservation: number;
  /** A hint that an agent changed does not arrive, or arrives twice. */
  readonly lostHint: number;
  readonly duplicatedHint: number;
  readonly diskFull: number;
  /** An agent that should be well: fails at start, dies later, never ends when asked, is slow to answer. */
  readonly failsAtStart: number;
  readonly dies: number;
  readonly ignoresStop: number;
  readonly slowHealth: number;
  readonly probeError: number;
  /** The machine has hardly any memory left, as one look at it shows. */
  readonly shortMemory: number;
  /** The wall clock jumps, forward or back. */
  readonly clockStep: number;
}

export const noFaults: FaultPlan = {
  crash: 0, driverError: 0, lostObservation: 0, staleObservation: 0, lostHint: 0, duplicatedHint: 0, diskFull: 0, failsAtStart: 0, dies: 0, ignoresStop: 0, slowHealth: 0, probeError: 0, shortMemory: 0, clockStep: 0,
};

/** A plan drawn from the seed: most kinds of fault are absent from most runs, so that single faults and mixtures are both tried. */
export function drawFaults(random: SeededRandom): FaultPlan {
  const some = (most: number) => (random.chance(0.4) ? random.next() * most : 0);
  return {
    crash: some(0.02), driverError: some(0.1), lostObservation: some(0.05), staleObservation: some(0.1), lostHint: some(0.8), duplicatedHint: some(0.5), diskFull: some(0.05),
    failsAtStart: some(0.2), dies: some(0.3), ignoresStop: some(0.3), slowHealth: some(0.5), probeError: some(0.1), shortMemory: some(0.1), clockStep: some(0.3),
  };
}
