import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { pathsOf } from '../host/paths.ts';
import { openLedgerOf } from './open-ledger.ts';

const home = mkdtempSync(join(tmpdir(), 'stratoswarm-home-'));
const paths = pathsOf({ STRATOSWARM_HOME: home });
afterEach(() => rmSync(home, { recursive: true, force: true }));

describe('the ledger of a home', () => {
  it('is not begun anew in PostgreSQL while it is in the home', async () => {
    await (await openLedgerOf(paths, {})).close();
    await expect(openLedgerOf(paths, { STRATOSWARM_LEDGER: 'postgres://nobody@127.0.0.1:1/none' })).rejects.toMatchObject({ code: 'ledger.other-place' });
  });

  it('is not begun anew in the home while it is in PostgreSQL', async () => {
    mkdirSync(paths.ledger, { recursive: true });
    writeFileSync(join(paths.ledger, 'id'), 'x\n');
    await expect(openLedgerOf(paths, {})).rejects.toMatchObject({ code: 'ledger.other-place' });
    expect(existsSync(join(paths.ledger, 'events.db'))).toBe(false);
  });
});
