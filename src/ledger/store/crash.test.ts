import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { given, samples } from '../testing/events.ts';
import { temporaryDirectory, testLedger } from '../testing/directories.ts';

const appender = fileURLToPath(new URL('../testing/appender.ts', import.meta.url));

/** Lets a process append until it has acknowledged `position`, kills it and returns the last position that it acknowledged. */
async function killAfter(directory: string, more: number): Promise<{ opened: string; acknowledged: number }> {
  const child = spawn(process.execPath, [appender, directory], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'close');
  let output = '';
  for await (const chunk of child.stdout) {
    output += String(chunk);
    if (output.split('\n').length > more) child.kill('SIGKILL');
  }
  await ended;
  const [opened, ...positions] = output.split('\n').slice(0, -1);
  return { opened: opened!, acknowledged: Math.max(...positions.map(Number)) };
}

describe('a process that is killed while it appends', () => {
  it('leaves every event that it acknowledged, no half of an append, and nothing to recover', { timeout: 120_000 }, async () => {
    const directory = temporaryDirectory();
    for (let round = 0; round < 8; round++) {
      const { opened, acknowledged } = await killAfter(directory, 3 + round * 40);
      expect(opened).toMatch(/^open \d+ $/);
      const ledger = await testLedger({ directory });
      expect(ledger.recovery).toBeNull();
      expect(ledger.head).toBeGreaterThanOrEqual(acknowledged);
      const events = await ledger.read(0);
      expect(events.map((event) => event.position)).toEqual(Array.from({ length: ledger.head }, (_, i) => i + 1));
      // Appends are runs of numbers, and the number with which one begins says how long it is in which lane.
      const reasons = events.map((event) => Number((given(event).body as { reason: string }).reason));
      expect(wholeAppends(reasons)).toBe(true);
      await ledger.close();
    }
  });
});

/** True when `reasons` can be cut into what the lanes of the appender append: `1 + (n + lane) % 4` numbers from n on. */
function wholeAppends(reasons: readonly number[]): boolean {
  let starts = new Set([0]);
  for (let at = 0; at < reasons.length; at++) {
    if (!starts.has(at)) continue;
    for (const lane of [0, 1, 2]) {
      const run = samples(1 + ((reasons[at]! + lane) % 4), reasons[at]).map((event) => Number((event.body as { reason: string }).reason));
      if (run.every((reason, i) => reasons[at + i] === reason)) starts = starts.add(at + run.length);
    }
  }
  return starts.has(reasons.length);
}
