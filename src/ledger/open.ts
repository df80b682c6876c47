import { existsSync } from 'node:fs';
import type { Clock } from '../model/index.ts';
import { errorOf, warn } from './errors.ts';
import { ledgerFiles } from './files.ts';
import type { Ledger } from './ledger.ts';
import { lockDirectory } from './lock.ts';
import type { Opened } from './store/protocol.ts';
import type { Recovery, RecoveryRequest } from './recovery/recovery.ts';
import { EventCodec, modelSchemas, type EventSchemas } from './events/schemas.ts';
import type { Sealing } from './events/sealing.ts';
import type { OpenLog } from './store/source.ts';
import { Journal } from './store/journal.ts';
import { JournaledStore } from './store/journaled.ts';
import { SqliteLedger } from './store/sqlite.ts';
import { Subjects } from './events/subjects.ts';
import { Thread } from './store/thread.ts';

export interface LedgerOptions {
  /** Made when it is missing. */
  readonly directory: string;
  readonly clock: Clock;
  readonly schemas?: EventSchemas;
  /** Directory with the keys of people, outside the ledger's; without it nothing is sealed. */
  readonly subjects?: string;
  /** Told what a subscriber threw and what went wrong behind the scenes; by default a process warning. */
  readonly report?: (error: unknown) => void;
}

/** A ledger with its log as it is stored, what became of it when it was damaged, and the people of whom it speaks. */
export type OpenedLedger = Ledger & { log: OpenLog; recovery: Recovery | null; subjects: Subjects | undefined; sealing: Sealing | undefined };

const storeMegabytes = 64;
const recoveryMegabytes = 1_024;

/**
 * Opens the ledger of a directory for this process alone, bringing it to today's format, and recovering it when it is damaged: then `recovery` says what
 * was kept, what was lost and where the damaged files are. What is checked when: see `opening.ts`. Damage is never a reason to fail.
 *
 * @throws StratoError `ledger.locked` (with the pid that has it), `ledger.readonly`, `ledger.full`, `ledger.newer` (written by a later
 * version), `ledger.failed`.
 */
export async function openLedger(options: LedgerOptions): Promise<OpenedLedger> {
  const { directory, clock, schemas = modelSchemas, report = warn } = options;
  const subjects = options.subjects === undefined ? undefined : new Subjects(options.subjects);
  const codec = new EventCodec(schemas, subjects);
  const lock = await lockDirectory(directory);
  let thread: Thread | undefined;
  try {
    const openThread = async (): Promise<Opened> => {
      await thread?.end();
      thread = new Thread(new URL('./store/store.worker.ts', import.meta.url), directory, storeMegabytes);
      return thread.call<Opened>({ op: 'open', directory });
    };
    // A recovery that a crash interrupted goes on, and is reported now.
    let recovery = existsSync(ledgerFiles(directory).intent) ? await runRecovery(directory, { finish: directory }) : null;
    let opened = await openThread();
    if (opened.damage !== null || opened.earlier) {
      await thread!.end();
      recovery = await runRecovery(directory, { directory, reason: opened.damage, known: opened.known, at: clock.now() });
      opened = await openThread();
    }
    if (opened.damage !== null || opened.earlier) throw errorOf({ kind: 'failed', message: `the disk did not keep what was recovered: ${opened.damage}` }, directory);
    const { head, beginning, time } = opened;
    const journal = opened.journal ? openJournal(directory, report) : undefined;
    const store = journal === undefined ? thread! : new JournaledStore({ thread: thread!, journal, clock, head, report });
    const ledger = new SqliteLedger({ directory, clock, codec, thread: store, head: head.position, beginning, time, report, release: () => lock.release() });
    return Object.assign(ledger, { recovery, subjects, sealing: codec.sealing });
  } catch (error) {
    await thread?.end();
    lock.release();
    throw error;
  }
}

/** Undefined when it cannot be written: the database has what is in it, and does without. */
function openJournal(directory: string, report: (error: unknown) => void): Journal | undefined {
  try {
    return new Journal(directory);
  } catch (error) {
    report(error);
    return undefined;
  }
}

async function runRecovery(directory: string, request: RecoveryRequest | { finish: string }): Promise<Recovery | null> {
  const thread = new Thread(new URL('./recovery/recovery.worker.ts', import.meta.url), directory, recoveryMegabytes);
  try {
    return await thread.call<Recovery | null>(request);
  } finally {
    await thread.end();
  }
}
