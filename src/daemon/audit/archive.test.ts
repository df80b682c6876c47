import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { pathsOf } from '../../host/paths.ts';
import { openLedger } from '../../ledger/open.ts';
import { Checkpoints } from '../../ledger/proof/checkpoints.ts';
import { handClock, samples } from '../../ledger/testing/events.ts';
import { logKey, subjectKeys } from '../log-key.ts';
import { archive } from './archive.ts';

const home = mkdtempSync(join(tmpdir(), 'stratoswarm-archive-'));
const paths = pathsOf({ STRATOSWARM_HOME: home });
const directory = join(home, 'archives');
const before = (moment: string) => archive({ verb: 'archive', json: true, directory, before: moment }, { paths, key: logKey(paths), tell: () => 0 });
afterEach(() => rmSync(home, { recursive: true, force: true }));

describe('archiving', () => {
  it('says that there is nothing to archive when no block of events ends before the moment', async () => {
    const ledger = await openLedger({ directory: paths.ledger, subjects: subjectKeys(paths), clock: handClock() });
    await ledger.append(samples(300));
    await Checkpoints.open({ directory: paths.ledger, log: ledger.log, key: logKey(paths), clock: handClock() }).then((checkpoints) => checkpoints.sign());
    await ledger.close();
    for (const moment of ['1', '256']) await expect(before(moment)).rejects.toMatchObject({ code: 'ledger.archive', message: 'There is nothing to archive' });
    await expect(before('someday')).rejects.toMatchObject({ code: 'time.invalid' });
    expect(await before('257')).toBe(0);
  });
});
