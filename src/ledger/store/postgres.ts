import { StratoError } from '../../model/index.ts';
import { warn } from '../errors.ts';
import type { Ledger } from '../ledger.ts';
import type { LedgerOptions } from '../open.ts';
import { PostgresStore } from './postgres-store.ts';
import type { Recovery } from '../recovery/recovery.ts';
import { EventCodec, modelSchemas } from '../events/schemas.ts';
import type { OpenLog } from './source.ts';
import { SqliteLedger } from './sqlite.ts';
import { Subjects } from '../events/subjects.ts';

/**
 * Opens the ledger in a PostgreSQL database (`postgres://user:password@host/database`), leading it: one daemon writes and assigns positions, so that
 * readers never skip one. The database looks after damage to its files by its own means; rows are checked against the chain all the same when they are read.
 *
 * @throws StratoError `ledger.locked` when another daemon leads, `ledger.unreachable`, `ledger.newer`.
 */
export async function openPostgresLedger(url: string, { clock, directory, schemas = modelSchemas, subjects, report = warn }: LedgerOptions): Promise<Ledger & { log: OpenLog; recovery: Recovery | null }> {
  const codec = new EventCodec(schemas, subjects === undefined ? undefined : new Subjects(subjects));
  const { default: pg } = await import('pg');
  const place = placeOf(url);
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000, keepAlive: true, application_name: 'stratoswarm' });
  let store: PostgresStore;
  try {
    await client.connect();
    store = await PostgresStore.open(client, place, directory);
  } catch (error) {
    await client.end().catch(() => undefined);
    if (error instanceof StratoError) throw error;
    throw new StratoError('ledger.unreachable', `the database ${place} cannot be used`, { why: (error as Error).message, next: 'check STRATOSWARM_LEDGER and that the server runs', retryable: true, cause: error });
  }
  const ledger = new SqliteLedger({ directory, clock, codec, thread: store, head: store.head, time: store.time, report, release: () => undefined });
  return Object.assign(ledger, { recovery: null });
}

/** The address without the password. */
function placeOf(url: string): string {
  try {
    const { host, pathname } = new URL(url);
    return `postgres://${host}${pathname}`;
  } catch {
    throw new StratoError('ledger.unreachable', 'the address of the database cannot be read', { next: 'write it as postgres://user:password@host:port/database' });
  }
}
