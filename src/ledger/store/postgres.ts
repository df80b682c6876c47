import { warn } from '../errors.ts';
import { lockDirectory } from '../lock.ts';
import type { LedgerOptions, OpenedLedger } from '../open.ts';
import { connect, placeOf } from './postgres-session.ts';
import { PostgresStore } from './postgres-store.ts';
import { EventCodec, modelSchemas } from '../events/schemas.ts';
import { SqliteLedger } from './sqlite.ts';
import { Subjects } from '../events/subjects.ts';

export interface PostgresOptions extends LedgerOptions {
  /** Told once that this ledger can never be written again from here, because another daemon wrote to it, or the server lost what it had acknowledged. */
  readonly onOvertaken?: (error: unknown) => void;
}

/**
 * Opens the ledger in a PostgreSQL database (`postgres://user:password@host/database`), leading it: one daemon writes and assigns positions, so that
 * readers never skip one. The database looks after damage to its files by its own means; rows are checked against the chain all the same when they are read.
 * A connection that is lost comes back by itself; meanwhile everything rejects with `ledger.lost`.
 *
 * @throws StratoError `ledger.locked` when another daemon leads, `ledger.other-home`, `ledger.unreachable`, `ledger.newer`.
 */
export async function openPostgresLedger(url: string, { clock, directory, schemas = modelSchemas, subjects, report = warn, onOvertaken = report }: PostgresOptions): Promise<OpenedLedger> {
  const people = subjects === undefined ? undefined : new Subjects(subjects);
  const codec = new EventCodec(schemas, people);
  const lock = await lockDirectory(directory);
  try {
    const store = await PostgresStore.open({ connect: () => connect(url, clock), place: placeOf(url), directory, clock, onOvertaken });
    const ledger = new SqliteLedger({ directory, clock, codec, thread: store, head: store.head, beginning: store.beginning, time: store.time, report, release: () => lock.release() });
    return Object.assign(ledger, { recovery: null, subjects: people, sealing: codec.sealing });
  } catch (error) {
    lock.release();
    throw error;
  }
}
