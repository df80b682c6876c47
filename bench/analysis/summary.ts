import type { Answer, Compared, Overlap } from './compare.ts';
import { calibration, f1, macroF1, quantile, wilson, type Calibration, type Share } from './figures.ts';

export interface AnswerFigures {
  field: string;
  /** How many are labelled, and of how many something was said. */
  n: number;
  coverage: number;
  accuracy: Share;
  /** Mean over the classes, for fields that have few. */
  macroF1: number | null;
}

export interface OverlapFigures {
  field: string;
  n: number;
  precision: Share;
  recall: Share;
  f1: number | null;
}

export interface Summary {
  apps: number;
  refused: number;
  answers: AnswerFigures[];
  overlaps: OverlapFigures[];
  /** By field, what the plan said with which confidence. */
  calibration: ({ field: string } & Calibration)[];
  milliseconds: { p50: number | null; p95: number | null; max: number | null };
}

const classes = new Set(['app.kind', 'kind', 'gpu', 'language', 'framework', 'packageManager', 'stateless']);

/** The figures of all apps together: answers are counted each, sets by their members. */
export function summarise(compared: readonly Compared[], milliseconds: readonly number[], refused: number): Summary {
  const answers = Map.groupBy(compared.flatMap((one) => one.answers), ({ field }) => field);
  const overlaps = Map.groupBy(compared.flatMap((one) => one.overlaps), ({ field }) => field);
  return {
    apps: compared.length, refused,
    answers: [...answers].map(([field, all]) => answerFigures(field, all)),
    overlaps: [...overlaps].map(([field, all]) => overlapFigures(field, all)),
    calibration: [...Map.groupBy(compared.flatMap(({ said }) => said), ({ field }) => field)].map(([field, said]) => ({ field, ...calibration(said) })),
    milliseconds: { p50: quantile(milliseconds, 0.5), p95: quantile(milliseconds, 0.95), max: quantile(milliseconds, 1) },
  };
}

function answerFigures(field: string, answers: readonly Answer[]): AnswerFigures {
  const said = answers.filter(({ actual }) => actual !== null).length;
  const pairs = answers.map(({ expected, actual, right }) => ({ expected: String(right ? actual : expected[0]), actual: String(actual) }));
  return { field, n: answers.length, coverage: said / answers.length, accuracy: wilson(answers.filter(({ right }) => right).length, answers.length), macroF1: classes.has(field) ? macroF1(pairs) : null };
}

function overlapFigures(field: string, overlaps: readonly Overlap[]): OverlapFigures {
  const count = (of: (overlap: Overlap) => readonly string[]) => overlaps.reduce((sum, overlap) => sum + of(overlap).length, 0);
  const [tp, fp, fn] = [count(({ right }) => right), count(({ wrong }) => wrong), count(({ missed }) => missed)];
  return { field, n: tp + fn, precision: wilson(tp, tp + fp), recall: wilson(tp, tp + fn), f1: f1(tp, fp, fn) };
}

/** The figures as lines for people. */
export function table(summary: Summary): string[] {
  const lines = [`${summary.apps} apps, of which ${summary.refused} were refused`];
  if (summary.answers.length > 0) lines.push('', row('field', 'n', 'coverage', 'accuracy', '95 %', 'macro-F1'));
  for (const { field, n, coverage, accuracy, macroF1: mean } of summary.answers) lines.push(row(field, String(n), percent(coverage), percent(accuracy.value), range(accuracy), mean === null ? '' : mean.toFixed(3)));
  if (summary.overlaps.length > 0) lines.push('', row('set', 'n', 'precision', 'recall', '95 % recall', 'F1'));
  for (const { field, n, precision, recall, f1: score } of summary.overlaps) lines.push(row(field, String(n), percent(precision.value), percent(recall.value), range(recall), score === null ? '–' : score.toFixed(3)));
  if (summary.calibration.length > 0) lines.push('', row('confidence', 'n', 'said', 'right', 'error', 'Brier'));
  for (const { field, n, said, right, error, brier } of summary.calibration) lines.push(row(field, String(n), percent(said), percent(right), percent(error), brier.toFixed(3)));
  const { p50, p95, max } = summary.milliseconds;
  lines.push('', `milliseconds per app: p50 ${time(p50)}, p95 ${time(p95)}, longest ${time(max)}`);
  return lines;
}

function row(first: string, ...cells: string[]): string {
  return [first.padEnd(26), ...cells.map((cell) => cell.padStart(12))].join('');
}

function percent(value: number | null): string {
  return value === null ? '–' : `${(value * 100).toFixed(1)} %`;
}

function range({ low, high }: Share): string {
  return low === null || high === null ? '–' : `${(low * 100).toFixed(1)}–${(high * 100).toFixed(1)}`;
}

function time(value: number | null): string {
  return value === null ? '–' : value.toFixed(1);
}
