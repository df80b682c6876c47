import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import type { Ledger } from '../ledger.ts';
import { openLedger, type LedgerOptions } from '../open.ts';
import { handClock } from './events.ts';

const ledgers: Ledger[] = [];
const directories: string[] = [];

/** A new directory, removed after the test. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'stratoswarm-ledger-'));
  directories.push(directory);
  return directory;
}

/** A ledger that is closed after the test. */
export async function testLedger(options: Partial<LedgerOptions> = {}): ReturnType<typeof openLedger> {
  const ledger = await openLedger({ directory: options.directory ?? temporaryDirectory(), clock: handClock(), ...options });
  ledgers.push(ledger);
  return ledger;
}

afterEach(async () => {
  for (const ledger of ledgers.splice(0)) await ledger.close();
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true, force: true });
});
