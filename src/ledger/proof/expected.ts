import { parseCheckpoint, trustedCheckpoint, type TreeHead } from './checkpoint.ts';
import { Found } from './finding.ts';
import { verifiedSignatures, type Verifier } from './note.ts';

/** What an audit holds a ledger against. */
export interface AuditOptions {
  /** Signed the log's own checkpoints. */
  readonly log: Verifier;
  /** The key was given, and is not just that of the home: something that it signed must then be there. */
  readonly isPinned?: boolean;
  /** The last checkpoint, as the file beside the ledger has it. To be read before the ledger is, which may grow meanwhile. */
  readonly beside?: string | undefined;
  /** Checkpoints kept elsewhere: by a witness, by hand. */
  readonly others?: readonly string[];
  /** Whose cosignatures count; a checkpoint from elsewhere must bear one of them, when any are given. */
  readonly witnesses?: readonly Verifier[];
}

/** A tree that the ledger must have, and who says so. */
export interface Expected extends TreeHead {
  readonly from: 'ledger' | 'beside' | 'elsewhere';
  /** Whether a witness that is trusted has signed it. */
  readonly isWitnessed: boolean;
}

/**
 * The trees of which checkpoints were signed, the smallest first.
 *
 * @param own - Checkpoints that the ledger keeps. Those of an identity that was retired are not of this log, and are passed over.
 * @throws Found `forged-checkpoint` for one that does not hold.
 */
export function expectedTrees(own: readonly string[], { log, isPinned = false, beside, others = [], witnesses = [] }: AuditOptions): Expected[] {
  const trees: Expected[] = [];
  const take = (content: string, from: Expected['from'], what: string): void => {
    try {
      const checkpoint = trustedCheckpoint(content, log);
      trees.push({ ...checkpoint, from, isWitnessed: verifiedSignatures(checkpoint.note, witnesses).length > 0 });
    } catch (error) {
      throw new Found('forged-checkpoint', null, `${what} does not hold: ${(error as { why?: string }).why ?? String(error)}`);
    }
  };
  for (const content of own) if (!isOfAnother(content, log)) take(content, 'ledger', 'a checkpoint of the ledger');
  if (beside !== undefined && !own.includes(beside)) take(beside, 'beside', 'the checkpoint beside the ledger');
  for (const content of others) take(content, 'elsewhere', 'a checkpoint that was given');
  if (isPinned && trees.length === 0) throw new Found('forged-checkpoint', null, `there is no checkpoint that ${log.name} has signed`);
  if (witnesses.length > 0 && trees.some(({ from, isWitnessed }) => from === 'elsewhere' && !isWitnessed)) throw new Found('forged-checkpoint', null, 'no witness that is trusted has signed a checkpoint that was given');
  return trees.toSorted((a, b) => a.size - b.size);
}

function isOfAnother(content: string, log: Verifier): boolean {
  try {
    return parseCheckpoint(content).origin !== log.name;
  } catch {
    return false;
  }
}
