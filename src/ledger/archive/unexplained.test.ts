import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { temporaryDirectory, testLedger } from '../testing/directories.ts';
import { samples } from '../testing/events.ts';
import { unexplainedBeginning } from './unexplained.ts';

const hex = (digit: string) => digit.repeat(64);
const archived = { from: 0, upTo: 256, name: 'first.tar', sha256: hex('a'), bytes: 1, state: hex('b') };
const verdict = (ledger: Awaited<ReturnType<typeof testLedger>>) => unexplainedBeginning({ history: (query) => ledger.history(query), log: ledger.log });

describe('where a ledger begins', () => {
  it('is explained by its first event, and by an event that tells of the archive', async () => {
    const ledger = await testLedger();
    await ledger.append(samples(300));
    expect(await verdict(ledger)).toBe(null);
    await ledger.append([{ type: 'LedgerArchived', actor: 'user:ada', body: archived }]);
    await ledger.log.prune(archived);
    expect(ledger.beginning).toBe(256);
    expect(await verdict(ledger)).toBe(null);
  });

  it('is not explained by another archive than the one that was written down', async () => {
    const ledger = await testLedger();
    await ledger.append(samples(300));
    await ledger.append([{ type: 'LedgerArchived', actor: 'user:ada', body: { ...archived, sha256: hex('c') } }]);
    await ledger.log.prune(archived);
    expect(await verdict(ledger)).toContain('not what was written down');
  });

  it('is not explained by what somebody wrote into the database, who took the first events out', async () => {
    const directory = temporaryDirectory();
    const ledger = await testLedger({ directory });
    await ledger.append(samples(300));
    await ledger.close();
    const database = new DatabaseSync(join(directory, 'events.db'));
    database.exec('INSERT INTO retention SELECT 256, hash FROM events WHERE position = 256; DELETE FROM events WHERE position <= 256; PRAGMA wal_checkpoint(TRUNCATE)');
    database.close();
    const again = await testLedger({ directory });
    expect([again.recovery, again.beginning]).toEqual([null, 256]);
    expect(await verdict(again)).toBe('events 1 to 256 are not there, and no event says that they were archived');
  });
});
