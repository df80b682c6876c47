/**
 * Runs contenders in interleaved rounds, so that a machine that is busy for one of them is busy for all; what is compared are medians and
 * their ratios.
 */
import { loadavg } from 'node:os';

export interface Contender {
  readonly name: string;
  /** One measurement, in whatever unit the subject says. */
  measure(round: number): Promise<number>;
}

export async function interleaved(rounds: number, contenders: readonly Contender[]): Promise<Map<string, number[]>> {
  const results = new Map<string, number[]>(contenders.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const { name, measure } of contenders) results.get(name)!.push(await measure(round));
    progress(`round ${round + 1} of ${rounds}: ${contenders.map(({ name }) => `${name} ${results.get(name)!.at(-1)!.toFixed(0)}`).join(', ')}`);
  }
  return results;
}

export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Prints lines as a table: the first column to the left, all others to the right. */
export function table(lines: readonly (readonly string[])[]): void {
  const widths = lines[0]!.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)));
  for (const line of lines) console.log(line.map((cell, column) => (column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!))).join('  ').trimEnd());
}

/** The ratio of two medians, and whether it is within the limit. */
export function ratio(ours: readonly number[], peer: readonly number[], limit: number): string {
  if (ours === peer) return '1';
  const value = median(ours) / median(peer);
  return `${value.toFixed(2)} (${value <= limit ? 'within' : 'ABOVE'} ${limit})`;
}

/** Milliseconds, smallest to largest with the median between. */
export function spread(numbers: readonly number[]): string {
  return `${median(numbers).toFixed(0)} (${Math.min(...numbers).toFixed(0)}–${Math.max(...numbers).toFixed(0)})`;
}

export function progress(line: string): void {
  process.stderr.write(`  ${line} · load ${loadavg()[0]!.toFixed(1)}\n`);
}
