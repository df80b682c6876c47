import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { ledgerFiles } from '../files.ts';
import { temporaryDirectory } from '../testing/directories.ts';
import { writeLargeLog } from '../testing/large.ts';
import type { Step } from '../testing/look.ts';

const look = fileURLToPath(new URL('../testing/look.ts', import.meta.url));

/** Megabytes of heap in which the process has to do. */
const heap = 64;

function stepsIn(directory: string, ...steps: string[]): Map<string, Step> {
  const output = execFileSync(process.execPath, [`--max-old-space-size=${heap}`, '--max-semi-space-size=2', look, directory, ...steps], { encoding: 'utf8', maxBuffer: 1e6 });
  return new Map(output.trim().split('\n').map((line) => JSON.parse(line) as Step).map((step) => [step.step, step]));
}

describe('the memory of a ledger', () => {
  it('does not grow with its log: opening, appending, looking back at any moment, auditing', { timeout: 300_000 }, () => {
    const [small, large] = [20_000, 200_000].map((count) => {
      const directory = temporaryDirectory();
      writeLargeLog(directory, count);
      const steps = stepsIn(directory, 'append', 'prepare', 'seek', 'verify');
      expect(steps.get('open')!.result).toEqual({ head: count, recovery: null });
      expect(steps.get('append')!.result).toBe(7);
      expect(steps.get('verify')!.result).toBe(true);
      return { rss: steps.get('close')!.rss, bytes: statSync(ledgerFiles(directory).database).size };
    }) as [{ rss: number; bytes: number }, { rss: number; bytes: number }];
    expect(large.rss - small.rss).toBeLessThan((large.bytes - small.bytes) / 2);
  });
});
