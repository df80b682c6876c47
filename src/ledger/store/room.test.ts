import { cpSync, statSync } from 'node:fs';
import { expect, it } from 'vitest';
import { ledgerFiles } from '../files.ts';
import { temporaryDirectory, testLedger } from '../testing/directories.ts';
import { sample } from '../testing/events.ts';

const copied = ['database', 'wal'] as const;

it('is in the write-ahead log before it is needed, so that the file does not grow with each append, and ends the log when it is read after a crash', async () => {
  const directory = temporaryDirectory();
  const ledger = await testLedger({ directory });
  await ledger.append([sample(0)]);
  const { size } = statSync(ledgerFiles(directory).wal);
  for (let n = 1; n < 50; n++) await ledger.append([sample(n)]);
  expect(statSync(ledgerFiles(directory).wal).size).toBe(size);
  const crashed = temporaryDirectory();
  for (const file of copied) cpSync(ledgerFiles(directory)[file], ledgerFiles(crashed)[file]);
  const again = await testLedger({ directory: crashed });
  expect(again.recovery).toBeNull();
  expect(await again.read(0)).toEqual(await ledger.read(0));
});
