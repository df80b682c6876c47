import { parseNote, parseVerifier, verifiedSignatures, type Note } from '../ledger/proof/note.ts';
import { StratoError, hashOf, type Approver, type HeldProposal, type State } from '../model/index.ts';

/** A proposal that waits for another person. Throws `governor.unknown-proposal`. */
export function heldIn({ held }: Pick<State, 'held'>, id: string): HeldProposal {
  const found = held.get(id);
  if (found === undefined) throw new StratoError('governor.unknown-proposal', `no proposal ${id} waits for anybody`, { next: '`swarmctl compliance status` lists those that do' });
  return found;
}

/** What an approver signs to agree to a proposal. Its id is random and its content in it, so that it agrees to nothing else and at no other time. */
export function approvalText({ id, proposal }: Pick<HeldProposal, 'id' | 'proposal'>): string {
  return `stratoswarm approval\n${id}\n${proposal.change.kind} ${proposal.app ?? '-'}\n${hashOf(proposal)}\n`;
}

/** What an approver signs to let another one be added, changed, or removed (without a key). `position` is that of the last such change. */
export function approverText({ person, key, also }: { person: string; key: string | null; also: readonly string[] }, position: number): string {
  return `stratoswarm approver\n${person}\n${key ?? 'removed'}\n${also.join(' ')}\n${position}\n`;
}

/** Who of the approvers has signed this text. Throws `governor.signature` when none has. */
export function signerOf(content: string, text: string, approvers: Iterable<Approver>): Approver {
  let note: Note | undefined;
  try {
    note = parseNote(content);
  } catch (error) {
    throw unsigned((error as { why?: string }).why ?? 'it is no signed note');
  }
  if (note.text !== text) throw unsigned('something else was signed than what is to be done');
  for (const approver of approvers) if (verifiedSignatures(note, [parseVerifier(approver.key)]).length > 0) return approver;
  throw unsigned('none of the approvers has signed it');
}

function unsigned(why: string): StratoError {
  return new StratoError('governor.signature', 'the signature of an approver does not hold', { why, next: '`swarmctl approvers list` shows whose keys are known' });
}
