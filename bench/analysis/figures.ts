/** Share of successes with its 95 % interval after Wilson (1927), "Probable inference, the law of succession, and statistical inference". */
export interface Share {
  n: number;
  value: number | null;
  low: number | null;
  high: number | null;
}

const z = 1.959963984540054;

export function wilson(successes: number, n: number): Share {
  if (n === 0) return { n, value: null, low: null, high: null };
  const p = successes / n;
  const middle = p + (z * z) / (2 * n);
  const half = z * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n));
  const scale = 1 + (z * z) / n;
  return { n, value: p, low: Math.max(0, (middle - half) / scale), high: Math.min(1, (middle + half) / scale) };
}

/** Harmonic mean of precision and recall, `2·tp / (2·tp + fp + fn)`; null when there was nothing to find and nothing was found. */
export function f1(tp: number, fp: number, fn: number): number | null {
  const all = 2 * tp + fp + fn;
  return all === 0 ? null : (2 * tp) / all;
}

/** Mean F1 over all classes that are labelled. */
export function macroF1(pairs: readonly { expected: string; actual: string }[]): number | null {
  const classes = [...new Set(pairs.map(({ expected }) => expected))];
  if (classes.length === 0) return null;
  const scores = classes.map((name) => {
    const tp = pairs.filter(({ expected, actual }) => expected === name && actual === name).length;
    return f1(tp, pairs.filter(({ expected, actual }) => expected !== name && actual === name).length, pairs.filter(({ expected, actual }) => expected === name && actual !== name).length) ?? 0;
  });
  return scores.reduce((sum, score) => sum + score, 0) / scores.length;
}

/** The value below which a share `q` of the values lies, by the nearest rank. */
export function quantile(values: readonly number[], q: number): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? null;
}

/** How well confidence foretells being right. */
export interface Calibration {
  n: number;
  /** Mean confidence, and the share that was right. */
  said: number;
  right: number;
  /** Mean squared distance of confidence and truth (G. W. Brier 1950). */
  brier: number;
  /** Mean distance of confidence and share over tenths of confidence, each by how many it holds (Naeini, Cooper, Hauskrecht 2015). */
  error: number;
}

export function calibration(all: readonly { confidence: number; right: boolean }[]): Calibration {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const said = (some: typeof all) => mean(some.map(({ confidence }) => confidence));
  const right = (some: typeof all) => mean(some.map((one) => Number(one.right)));
  const tenths = [...Map.groupBy(all, ({ confidence }) => Math.min(9, Math.floor(confidence * 10 + 1e-9))).values()];
  return {
    n: all.length, said: said(all), right: right(all), brier: mean(all.map((one) => (one.confidence - Number(one.right)) ** 2)),
    error: tenths.reduce((sum, some) => sum + (some.length / all.length) * Math.abs(said(some) - right(some)), 0),
  };
}
