import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ApiClient } from '../../api/client.ts';
import { answers } from '../../api/socket.ts';
import type { Paths } from '../../host/paths.ts';
import { ArchiveSource } from '../../ledger/archive/archive-source.ts';
import { JoinedSource, leadingTo } from '../../ledger/archive/joined-source.ts';
import { errorOf } from '../../ledger/errors.ts';
import { failureOf } from '../../ledger/failure.ts';
import { Checkpoints } from '../../ledger/proof/checkpoints.ts';
import { FileSource } from '../../ledger/store/file-source.ts';
import { ledgerFiles } from '../../ledger/files.ts';
import { identityIn } from '../../ledger/proof/identity.ts';
import { lockDirectory } from '../../ledger/lock.ts';
import { parseVerifier, type Verifier } from '../../ledger/proof/note.ts';
import type { LogSource } from '../../ledger/store/source.ts';
import { StratoError } from '../../model/index.ts';
import { openLedgerOf } from '../open-ledger.ts';
import { systemClock } from '../system.ts';
import { ApiSource } from './api-source.ts';

/** What the program `audit` is about, and where its answers go: as JSON, or in lines. Returns the exit code 0. */
export interface AuditProgram {
  readonly paths: Paths;
  /** File with the key of the log. */
  readonly key: string;
  tell(asked: { json: boolean }, document: unknown, lines: readonly string[]): number;
}

/** A log that can be audited: of a daemon that runs, or the files of one that does not. */
export interface AuditedLog {
  readonly source: LogSource;
  readonly verifier: Verifier;
  /** The last checkpoint that was signed, as the file beside the ledger has it. */
  readonly last: string | undefined;
  close(): void;
}

/**
 * Opens the log of a home for reading, with the archives that are given and lead up to where it begins. Throws `ledger.missing` when there is none, `ledger.archive`.
 *
 * @param pinned - The public key of the log where the home does not have it.
 */
export async function openLog(paths: Paths, key: string, archives: readonly string[] = [], pinned?: string): Promise<AuditedLog> {
  return withArchives(await openHome(paths, key, pinned), archives);
}

async function withArchives(log: AuditedLog, archives: readonly string[]): Promise<AuditedLog> {
  const opened: ArchiveSource[] = [];
  const close = () => (opened.forEach((archive) => archive.close()), log.close());
  try {
    for (const file of archives) opened.push(new ArchiveSource(file));
    const leading = opened.length === 0 ? [] : leadingTo((await log.source.extent()).minimum, opened);
    return { ...log, source: leading.length === 0 ? log.source : new JoinedSource(leading, log.source), close };
  } catch (error) {
    close();
    throw error;
  }
}

/** A log in PostgreSQL can be read from anywhere, whoever writes it. */
async function openHome(paths: Paths, key: string, pinned?: string): Promise<AuditedLog> {
  const url = process.env['STRATOSWARM_LEDGER'];
  // With a key that was given, a database elsewhere need not be that of this home.
  const last = url && pinned !== undefined ? undefined : checkpointBeside(paths.ledger);
  const verifier = () => (pinned === undefined ? ownKey(key) : parseVerifier(pinned));
  if (url) {
    const known = verifier();
    const { PostgresSource } = await import('../../ledger/store/postgres-source.ts');
    const source = await PostgresSource.open(url, systemClock);
    return { source, verifier: known, last, close: () => void source.close() };
  }
  if (await answers(paths.apiSocket)) {
    const source = new ApiSource(new ApiClient(paths.apiSocket));
    return { source, verifier: pinned === undefined ? parseVerifier(await source.key()) : parseVerifier(pinned), last, close: () => undefined };
  }
  if (!existsSync(ledgerFiles(paths.ledger).database)) throw new StratoError('ledger.missing', `there is no ledger in ${paths.ledger}`, { next: 'start the daemon, or set STRATOSWARM_HOME to the home that is meant' });
  const lock = await lockDirectory(paths.ledger);
  try {
    const known = verifier();
    const source = openFiles(paths.ledger);
    return { source, verifier: known, last, close: () => (source.close(), lock.release()) };
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** Throws `ledger.damaged` when the file is no database any more. */
function openFiles(directory: string): FileSource {
  try {
    return new FileSource(directory);
  } catch (error) {
    throw errorOf(failureOf(error), directory);
  }
}

function checkpointBeside(directory: string): string | undefined {
  const { checkpoint } = ledgerFiles(directory);
  return existsSync(checkpoint) ? readFileSync(checkpoint, 'utf8') : undefined;
}

/** The key of the home. None is made here: a new one would fit no checkpoint, and nothing would be found wrong with any. */
function ownKey(file: string): Verifier {
  if (!existsSync(file)) throw new StratoError('ledger.key', 'whose log it should be is not known here', { why: `there is no ${file}`, next: 'give the key that `audit verify` printed where the daemon runs, with --key' });
  return identityIn(file).verifier;
}

/** Opens a ledger that a snapshot brought along. Its key is the one that was in the snapshot. */
export async function openHistory(directory: string, archives: readonly string[]): Promise<AuditedLog> {
  if (!existsSync(ledgerFiles(directory).database)) throw new StratoError('ledger.missing', `there is no ledger in ${directory}`, { next: '`stratoswarm snapshot restore` says where it puts one' });
  const last = checkpointBeside(directory);
  const source = openFiles(directory);
  return withArchives({ source, last, verifier: parseVerifier(readFileSync(join(directory, 'key'), 'utf8').trim()), close: () => source.close() }, archives);
}

/** Signs a checkpoint of everything there is: by the daemon, or, when none runs, by opening the ledger for a moment. */
export async function signNow(paths: Paths, key: string): Promise<string> {
  if (await answers(paths.apiSocket)) return (await new ApiClient(paths.apiSocket).post<{ checkpoint: string }>('/v1/log/checkpoints')).checkpoint;
  const ledger = await openLedgerOf(paths, process.env);
  try {
    return await (await Checkpoints.open({ directory: paths.ledger, log: ledger.log, key, clock: systemClock })).sign();
  } finally {
    await ledger.close();
  }
}
