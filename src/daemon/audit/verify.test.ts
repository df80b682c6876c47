import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { pathsOf } from '../../host/paths.ts';
import { ledgerFiles } from '../../ledger/files.ts';
import { Checkpoints } from '../../ledger/proof/checkpoints.ts';
import { formatVerifier, parseVerifier } from '../../ledger/proof/note.ts';
import { handClock, sample } from '../../ledger/testing/events.ts';
import { temporaryDirectory, testLedger } from '../../ledger/testing/directories.ts';
import { logKey } from '../log-key.ts';
import { signNow, type AuditProgram } from './open-log.ts';
import { verify } from './verify.ts';

/** A home that nobody runs, with a ledger of 300 events that was signed at 200 and at its end. */
async function home(): Promise<{ program: AuditProgram; key: string; told: unknown[] }> {
  const paths = pathsOf({ STRATOSWARM_HOME: temporaryDirectory() });
  const key = logKey(paths);
  const ledger = await testLedger({ directory: paths.ledger });
  const checkpoints = await Checkpoints.open({ directory: paths.ledger, log: ledger.log, key, clock: handClock() });
  for (const upTo of [200, 300]) {
    await ledger.append(Array.from({ length: upTo - ledger.head }, (_, i) => sample(i)));
    await checkpoints.sign();
  }
  await ledger.close();
  const told: unknown[] = [];
  return { key: formatVerifier(checkpoints.verifier), told, program: { paths, key, tell: (_, document) => told.push(document) } };
}

const asked = { verb: 'verify', json: true, archives: [], checkpoints: [], witnesses: [] } as const;

describe('audit verify', () => {
  it('holds the files against the checkpoint beside them', async () => {
    const { program, told } = await home();
    expect(await verify(asked, program)).toBe(0);
    const database = new DatabaseSync(ledgerFiles(program.paths.ledger).database);
    database.exec('DROP TRIGGER never_deleted; DELETE FROM events WHERE position > 200; DELETE FROM checkpoints WHERE size > 200');
    database.close();
    expect(await verify(asked, program)).toBe(1);
    expect(told).toMatchObject([{ ok: true, signed: 300, checkpoints: 2 }, { ok: false, finding: { kind: 'rolled-back', position: 201 } }]);
  });

  it('finds a ledger rolled back also after somebody asked for a checkpoint, who gets none', async () => {
    const { program, told } = await home();
    const database = new DatabaseSync(ledgerFiles(program.paths.ledger).database);
    database.exec('DROP TRIGGER never_deleted; DELETE FROM events WHERE position > 200; DELETE FROM checkpoints WHERE size > 200');
    database.close();
    for (let time = 1; time <= 2; time++) await expect(signNow(program.paths, program.key)).rejects.toMatchObject({ code: 'ledger.not-signed' });
    expect(await verify(asked, program)).toBe(1);
    expect(told).toMatchObject([{ ok: false, finding: { kind: 'rolled-back', position: 201 } }]);
  });

  it('takes a key that was given, and then wants something that it signed', async () => {
    const { program, key, told } = await home();
    rmSync(program.key);
    expect(await verify({ ...asked, key }, program)).toBe(0);
    await expect(verify(asked, program)).rejects.toMatchObject({ code: 'ledger.key' });
    expect(existsSync(program.key)).toBe(false);
    const other = (await home()).key;
    expect(parseVerifier(other)).not.toEqual(parseVerifier(key));
    expect(await verify({ ...asked, key: other }, program)).toBe(1);
    expect(told.at(-1)).toMatchObject({ finding: { kind: 'forged-checkpoint' } });
  });

  it('calls a file that is no database unreadable', async () => {
    const { program, told } = await home();
    writeFileSync(ledgerFiles(program.paths.ledger).database, Buffer.alloc(50_000, 7));
    expect(await verify(asked, program)).toBe(1);
    expect(told).toMatchObject([{ ok: false, finding: { kind: 'unreadable', position: null } }]);
  });
});
