import type { Paths } from '../host/paths.ts';
import { openLedger } from '../ledger/open.ts';
import { subjectKeys } from './log-key.ts';
import { systemClock as clock } from './system.ts';

/** Opens the ledger of a home where the environment says that it is: in a PostgreSQL database (`STRATOSWARM_LEDGER=postgres://…`), or in the home. */
export async function openLedgerOf(paths: Paths, env: NodeJS.ProcessEnv, report?: (error: unknown) => void): ReturnType<typeof openLedger> {
  const options = { directory: paths.ledger, subjects: subjectKeys(paths), clock, ...(report === undefined ? {} : { report }) };
  const url = env['STRATOSWARM_LEDGER'];
  if (!url) return openLedger(options);
  // Loaded only where it is used.
  const { openPostgresLedger } = await import('../ledger/store/postgres.ts');
  return openPostgresLedger(url, options);
}
