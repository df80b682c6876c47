import { emptyState, type State } from '../../model/index.ts';
import { EventCodec, modelSchemas } from '../events/schemas.ts';
import { equal, verifyConsistency } from '../merkle.ts';
import { trustedCheckpoint } from '../proof/checkpoint.ts';
import type { Verifier } from '../proof/note.ts';
import { verifyLog, type AuditReport } from '../proof/verify.ts';
import { parseBase } from '../state/base.ts';
import { fold } from '../state/fold.ts';
import { reducerHash } from '../state/state-file.ts';
import { stateHash } from '../state/state-hash.ts';
import type { ArchiveSource } from './archive-source.ts';

/** What an archive was found to be. */
export interface ArchiveReport extends AuditReport {
  /** Whether its state is that to which its events lead; null where that cannot be told: another version of the fold made it, or the archive before it is not at hand. */
  readonly state: boolean | null;
}

/**
 * Recomputes an archive from its rows, with nothing but the public key of the log: as an audit does a ledger, and that the checkpoint in it follows from its tree. Its
 * state is folded anew when it begins with the first event, or `before` is the archive before it.
 */
export async function verifyArchive(archive: ArchiveSource, log: Verifier, before?: ArchiveSource): Promise<ArchiveReport> {
  const report = await verifyLog(archive, { log });
  if (!report.ok) return { ...report, state: null };
  const wrong = await contradiction(archive, log, report);
  if (wrong !== null) return { ...report, ok: false, root: null, finding: { kind: 'forged-checkpoint', position: null, message: wrong }, state: null };
  const state = await isStateRight(archive, before);
  if (state === false) return { ...report, ok: false, finding: { kind: 'flipped', position: archive.head.upTo, message: 'the state in it is not the one to which its events lead' }, state };
  return { ...report, signed: archive.head.upTo, checkpoints: report.checkpoints + 1, state };
}

async function contradiction(archive: ArchiveSource, log: Verifier, { root }: AuditReport): Promise<string | null> {
  try {
    const { size, root: signed } = trustedCheckpoint(archive.text('checkpoint'), log);
    const proof = archive.text('consistency').split('\n').filter(Boolean).map((line) => Buffer.from(line, 'base64'));
    const own = Buffer.from(root!, 'base64');
    if (size === archive.head.upTo) return equal(own, signed) ? null : 'its checkpoint is not that of its events';
    verifyConsistency(BigInt(archive.head.upTo), BigInt(size), proof, own, signed);
    return null;
  } catch (error) {
    return `its checkpoint does not hold: ${(error as { why?: string }).why ?? String(error)}`;
  }
}

async function isStateRight(archive: ArchiveSource, before: ArchiveSource | undefined): Promise<boolean | null> {
  const { from, upTo, reducer } = archive.head;
  if (reducer !== reducerHash() || (from > 0 && before?.head.upTo !== from)) return null;
  const codec = new EventCodec(modelSchemas);
  let state: State = before === undefined || from === 0 ? emptyState : parseBase(before.text('state.json'));
  for (let at = from; at < upTo;) {
    const rows = await archive.rows(at);
    for (const event of codec.read(`[${rows.map(({ event: text }) => text).join(',')}]`, archive.file)) state = fold(state, event);
    at += rows.length;
  }
  return stateHash(state) === stateHash(parseBase(archive.text('state.json')));
}
