import type { Features, Measured } from './features.ts';

/**
 * An estimate of bytes, as a sum in the logarithm to base 2: what each feature adds. `kind` says which of three was
 * best at apps that it had not seen: one number for all, the median of each runtime, or the sum over features (ridge regression).
 */
export interface SizingModel {
  readonly kind: 'constant' | 'runtime-median' | 'features';
  readonly intercept: number;
  readonly weights: Readonly<Record<string, number>>;
  /** Tenth and ninetieth percentile of what was measured over what was estimated, leaving each app out in turn. */
  readonly spread: readonly [number, number];
  /** Of each kind, leaving each app out in turn: share of estimates within a factor of two, share that is too small, mean error in factors of two. */
  readonly scores: Readonly<Record<SizingModel['kind'], { readonly within2: number; readonly under: number; readonly error: number }>>;
  readonly apps: number;
}

/** Runtimes whose memory behaves alike. */
export function runtimeOf(language: string): string {
  const groups: Readonly<Record<string, readonly string[]>> = {
    node: ['javascript', 'typescript', 'node', 'deno', 'bun'], python: ['python'], jvm: ['java', 'kotlin', 'scala', 'clojure', 'groovy'], native: ['go', 'rust', 'c', 'cpp', 'c++', 'zig', 'nim', 'crystal', 'haskell', 'ocaml', 'swift'], ruby: ['ruby'], php: ['php'],
    // Not measured: taken as the runtime that is built most like it, a virtual machine with a compiler of its own.
    clr: ['csharp', 'fsharp', 'c#', 'f#', 'vb', 'dotnet'], beam: ['elixir', 'erlang', 'gleam'],
  };
  return Object.keys(groups).find((group) => groups[group]!.includes(language.toLowerCase())) ?? 'other';
}

/** Runtimes that were not measured, and what they are taken for. */
export const likened: Readonly<Record<string, string>> = { clr: 'jvm', beam: 'node', other: 'node' };

/** The features that add something, each with how much of it there is. */
export function termsOf(features: Features): Record<string, number> {
  const runtime = runtimeOf(features.language);
  return {
    [`runtime:${likened[runtime] ?? runtime}`]: 1,
    ...(features.framework === null ? {} : { framework: 1 }),
    ...(features.rendersPages ? { 'renders pages': 1 } : {}),
    ...(features.computes ? { 'numbers or models': 1 } : {}),
    ...(features.processes > 1 ? { processes: Math.log2(features.processes) } : {}),
    ...(features.stores > 0 ? { 'clients of stores': 1 } : {}),
  };
}

/** Something measured, in bytes, and the terms that it is to be estimated from, the runtime first. */
export interface Observation {
  readonly terms: Readonly<Record<string, number>>;
  readonly bytes: number;
}

/** The estimate in bytes. */
export function predict(model: Fit, terms: Observation['terms']): number {
  return 2 ** Object.entries(terms).reduce((sum, [term, amount]) => sum + (model.weights[term] ?? 0) * amount, model.intercept);
}

/** What was measured of memory, to be trained on. */
export function observed({ features, memory }: Measured): Observation {
  return { terms: termsOf(features), bytes: memory };
}

/** How strongly weights are pulled to nothing: few apps must not decide alone. */
const ridge = 0.3;

/** Trains all three kinds and keeps the best at apps that it had not seen; of equally good ones, the simplest. */
export function train(measured: readonly Observation[]): SizingModel {
  const kinds = { constant, 'runtime-median': runtimeMedian, features: ridgeRegression } as const;
  const scored = Object.entries(kinds).map(([kind, fit]) => {
    const ratios = measured.map((one, index) => one.bytes / predict(fit(measured.toSpliced(index, 1)), one.terms));
    const logs = ratios.map(Math.log2);
    return {
      kind: kind as SizingModel['kind'], fit, logs,
      score: { within2: share(logs, (log) => Math.abs(log) <= 1), under: share(logs, (log) => log > 0), error: logs.reduce((sum, log) => sum + Math.abs(log), 0) / logs.length },
    };
  });
  const best = scored.reduce((chosen, next) => (next.score.error < chosen.score.error - 0.02 ? next : chosen));
  const sorted = best.logs.toSorted((a, b) => a - b);
  const quantile = (q: number) => 2 ** sorted[Math.round(q * (sorted.length - 1))]!;
  return { kind: best.kind, ...best.fit(measured), spread: [quantile(0.1), quantile(0.9)], scores: Object.fromEntries(scored.map(({ kind, score }) => [kind, score])) as SizingModel['scores'], apps: measured.length };
}

export type Fit = Pick<SizingModel, 'intercept' | 'weights'>;

function constant(measured: readonly Observation[]): Fit {
  return { intercept: median(measured.map(({ bytes }) => Math.log2(bytes))), weights: {} };
}

function runtimeMedian(measured: readonly Observation[]): Fit {
  const { intercept } = constant(measured);
  const groups = new Map<string, number[]>();
  for (const { terms, bytes } of measured) {
    const [runtime] = Object.keys(terms);
    groups.set(runtime!, [...(groups.get(runtime!) ?? []), Math.log2(bytes)]);
  }
  return { intercept, weights: Object.fromEntries([...groups].map(([runtime, logs]) => [runtime, median(logs) - intercept])) };
}

/** Ridge regression around the mean (Hoerl and Kennard, 1970), by Gaussian elimination on the normal equations. */
function ridgeRegression(measured: readonly Observation[]): Fit {
  const names = [...new Set(measured.flatMap(({ terms }) => Object.keys(terms)))].sort();
  const rows = measured.map(({ terms }) => names.map((name) => terms[name] ?? 0));
  const logs = measured.map(({ bytes }) => Math.log2(bytes));
  const intercept = logs.reduce((sum, log) => sum + log, 0) / logs.length;
  const matrix = names.map((_, i) => names.map((__, j) => rows.reduce((sum, row) => sum + row[i]! * row[j]!, i === j ? ridge : 0)));
  const vector = names.map((_, i) => rows.reduce((sum, row, n) => sum + row[i]! * (logs[n]! - intercept), 0));
  const weights = solve(matrix, vector);
  return { intercept, weights: Object.fromEntries(names.map((name, i) => [name, weights[i]!])) };
}

function solve(matrix: number[][], vector: number[]): number[] {
  const rows = matrix.map((row, i) => [...row, vector[i]!]);
  for (let i = 0; i < rows.length; i++) {
    const pivot = rows.slice(i).reduce((best, row, offset) => (Math.abs(row[i]!) > Math.abs(rows[best]![i]!) ? i + offset : best), i);
    [rows[i], rows[pivot]] = [rows[pivot]!, rows[i]!];
    for (let j = 0; j < rows.length; j++) {
      if (j === i) continue;
      const factor = rows[j]![i]! / rows[i]![i]!;
      for (let k = i; k <= rows.length; k++) rows[j]![k]! -= factor * rows[i]![k]!;
    }
  }
  return rows.map((row, i) => row.at(-1)! / row[i]!);
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

function share(values: readonly number[], holds: (value: number) => boolean): number {
  return values.filter(holds).length / values.length;
}
