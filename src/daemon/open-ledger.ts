import { existsSync } from 'node:fs';
import type { Paths } from '../host/paths.ts';
import { homeId, ledgerFiles } from '../ledger/files.ts';
import { openLedger } from '../ledger/open.ts';
import { StratoError, type Clock } from '../model/index.ts';
import { subjectKeys } from './log-key.ts';
import { systemClock } from './system.ts';

/**
 * Opens the ledger of a home where the environment says that it is: in a PostgreSQL database (`STRATOSWARM_LEDGER=postgres://…`), or in the home.
 *
 * @param onOvertaken - Told that the ledger in the database went on, or back, without this process.
 * @param clock - Of what is appended.
 * @throws StratoError `ledger.other-place` when the ledger of this home is not where it is looked for.
 */
export async function openLedgerOf(paths: Paths, env: NodeJS.ProcessEnv, report?: (error: unknown) => void, onOvertaken?: (error: unknown) => void, clock: Clock = systemClock): ReturnType<typeof openLedger> {
  const options = { directory: paths.ledger, subjects: subjectKeys(paths), clock, ...(report === undefined ? {} : { report }), ...(onOvertaken === undefined ? {} : { onOvertaken }) };
  const url = env['STRATOSWARM_LEDGER'];
  // A home that began with one of them would otherwise take all that runs for nobody's.
  const [here, elsewhere] = [ledgerFiles(paths.ledger).database, homeId(paths.ledger)].map((file) => existsSync(file));
  if (url && here && !elsewhere) throw new StratoError('ledger.other-place', `the ledger of ${paths.home} is in it, and not in PostgreSQL`, { next: 'start without STRATOSWARM_LEDGER, or set STRATOSWARM_HOME to a new directory and restore a system snapshot there' });
  if (!url && elsewhere && !here) throw new StratoError('ledger.other-place', `the ledger of ${paths.home} is in PostgreSQL, and not in it`, { next: 'set STRATOSWARM_LEDGER to its database' });
  if (!url) return openLedger(options);
  // Loaded only where it is used.
  const { openPostgresLedger } = await import('../ledger/store/postgres.ts');
  return openPostgresLedger(url, options);
}
