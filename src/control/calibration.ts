import type { EventBody } from '../model/index.ts';

type Measured = Pick<EventBody<'DecisionMeasured'>, 'kind' | 'confidence' | 'outcome' | 'milliseconds'>;

/** How many equal stretches of confidence are told apart. */
const bins = 5;

export interface Reliability {
  readonly from: number;
  readonly to: number;
  readonly decisions: number;
  readonly confidence: number;
  readonly rate: number;
}

export interface Calibration {
  readonly kind: string;
  readonly measured: number;
  readonly held: number;
  readonly failed: number;
  readonly overtaken: number;
  readonly confidence: number | null;
  readonly rate: number | null;
  readonly brier: number | null;
  readonly calibrationError: number | null;
  readonly milliseconds: number | null;
  readonly bins: Reliability[];
}

/**
 * How well confidence foretold outcome, by kind of decision and over `all`: the Brier score (G. W. Brier 1950), a reliability table, and the expected calibration
 * error (Naeini, Cooper, Hauskrecht 2015). What was overtaken says nothing of either and is only counted.
 */
export function calibrate(measured: readonly Measured[]): Calibration[] {
  const kinds = [...new Set(measured.map(({ kind }) => kind))].sort();
  const rows = kinds.map((kind) => rowOf(kind, measured.filter((decision) => decision.kind === kind)));
  return rows.length > 1 ? [...rows, rowOf('all', measured)] : rows;
}

function rowOf(kind: string, all: readonly Measured[]): Calibration {
  const settled = all.filter(({ outcome }) => outcome !== 'overtaken');
  const held = settled.filter(({ outcome }) => outcome === 'held');
  const table = reliability(settled);
  const some = settled.length > 0;
  return {
    kind, measured: all.length, held: held.length, failed: settled.length - held.length, overtaken: all.length - settled.length,
    confidence: some ? mean(settled.map(({ confidence }) => confidence)) : null,
    rate: some ? held.length / settled.length : null,
    brier: some ? mean(settled.map((decision) => (decision.confidence - truth(decision)) ** 2)) : null,
    calibrationError: some ? table.reduce((sum, { decisions, confidence, rate }) => sum + (decisions / settled.length) * Math.abs(confidence - rate), 0) : null,
    milliseconds: median(held.flatMap(({ milliseconds }) => (milliseconds === null ? [] : [milliseconds]))),
    bins: table,
  };
}

function reliability(settled: readonly Measured[]): Reliability[] {
  return Array.from({ length: bins }, (_, index) => {
    const inside = settled.filter(({ confidence }) => Math.min(bins - 1, Math.floor(confidence * bins)) === index);
    const rate = mean(inside.map(truth));
    return { from: index / bins, to: (index + 1) / bins, decisions: inside.length, confidence: mean(inside.map(({ confidence }) => confidence)), rate };
  }).filter(({ decisions }) => decisions > 0);
}

function truth({ outcome }: Measured): number {
  return outcome === 'held' ? 1 : 0;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted.length === 0 ? null : sorted[Math.floor((sorted.length - 1) / 2)]!;
}
