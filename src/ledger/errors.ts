import { StratoError } from '../model/index.ts';
import type { Failure } from './failure.ts';

/** The error that a person sees for a failure of the store of `directory`. */
export function errorOf(failure: Failure, directory: string): StratoError {
  const { kind, message: why } = failure;
  switch (kind) {
    case 'full':
      return new StratoError('ledger.full', `no room on the disk that holds ${directory}`, { why, next: 'free some space; nothing has to be restarted', retryable: true });
    case 'readonly':
      return new StratoError('ledger.readonly', `${directory} cannot be written`, {
        why, next: 'make it writable for this user and remount the disk if it is read-only, or set STRATOSWARM_HOME to another directory',
      });
    case 'busy':
      return new StratoError('ledger.locked', `another program has the database in ${directory} open`, { why, next: 'close it, then try again', retryable: true });
    case 'newer':
      return new StratoError('ledger.newer', `the ledger in ${directory} was written by a later version`, { why, next: 'install that version or a later one' });
    case 'archived':
      return new StratoError('ledger.archived', `the ledger in ${directory} does not hold that any more`, { why, next: '`swarmctl audit verify` names the archives; `audit prove --archive FILE` reads one' });
    case 'damaged':
      return new StratoError('ledger.damaged', `the ledger in ${directory} is damaged`, { why, next: 'restart the daemon: it sets the damaged database aside and keeps its longest valid prefix' });
    case 'failed':
      return new StratoError('ledger.failed', `the ledger in ${directory} does not work`, { why, next: 'look at the disk and the limits of the process, then restart the daemon' });
  }
}

export function closedError(): StratoError {
  return new StratoError('ledger.closed', 'the ledger is closed', { next: 'nothing was written; try again when the daemon runs' });
}

export function invalidError(why: string, cause?: unknown): StratoError {
  return new StratoError('ledger.invalid', 'an event does not have the form that its type asks for', { why, next: 'nothing was written; this is a fault of the program', cause });
}

/** Where trouble goes that nobody asked to be told of. */
export function warn(error: unknown): void {
  process.emitWarning(error instanceof Error ? error : new Error(String(error)));
}
