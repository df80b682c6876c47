import { StratoError } from '../../model/errors.ts';
import { parseCheckpoint } from './checkpoint.ts';
import { formatNote, parseSignature, verifiedSignatures, type Verifier } from './note.ts';
import type { Proofs } from './proofs.ts';

/** What a request to a witness came back with. */
export interface Reply {
  readonly status: number;
  readonly body: string;
}

/** Milliseconds within which a witness must answer. */
const patience = 20_000;

/** Sends a request to the witness at `url`. */
export async function askWitness(url: string, body: string): Promise<Reply> {
  try {
    const response = await fetch(`${url.replace(/\/$/, '')}/add-checkpoint`, { method: 'POST', body, signal: AbortSignal.timeout(patience) });
    return { status: response.status, body: await response.text() };
  } catch (error) {
    throw new StratoError('witness.unreachable', `the witness at ${url} does not answer`, { why: String((error as { cause?: unknown }).cause ?? error), retryable: true, cause: error });
  }
}

/**
 * Has a checkpoint cosigned by a witness, proving that it follows from the one that the witness saw last. Returns the checkpoint with the
 * cosignature.
 *
 * @throws StratoError `witness.rolled-back` when the witness has seen more than there is, `witness.refused` when it does not find the log consistent,
 * `witness.unreachable`.
 */
export async function cosign(checkpoint: string, witness: Verifier, proofs: Proofs, ask: (body: string) => Promise<Reply>): Promise<string> {
  const { size, note } = parseCheckpoint(checkpoint);
  let reply = await ask(`old 0\n\n${checkpoint}`);
  if (reply.status === 409) {
    const seen = Number(reply.body);
    if (!Number.isSafeInteger(seen) || seen < 0) throw refused(witness, reply);
    if (seen > size) throw new StratoError('witness.rolled-back', `${witness.name} has seen ${seen} events of this ledger, but there are only ${size}`, { why: 'the ledger was rolled back', next: 'find out who put an earlier database in its place' });
    const proof = seen === 0 ? [] : await proofs.consistency(seen, size);
    reply = await ask(`old ${seen}\n${proof.map((hash) => `${Buffer.from(hash).toString('base64')}\n`).join('')}\n${checkpoint}`);
  }
  if (reply.status !== 200) throw refused(witness, reply);
  const signatures = reply.body.trimEnd().split('\n').map(parseSignature);
  const [found] = verifiedSignatures({ text: note.text, signatures }, [witness]);
  if (found === undefined) throw refused(witness, { status: 200, body: 'its signature is not there' });
  return formatNote({ text: note.text, signatures: [...note.signatures.filter(({ name, id }) => name !== found.signature.name || id !== found.signature.id), found.signature] });
}

function refused(witness: Verifier, { status, body }: Reply): StratoError {
  return new StratoError('witness.refused', `${witness.name} does not cosign`, { why: `${status}: ${body.trim().slice(0, 500)}`, next: 'run `stratoswarm audit verify`: the ledger may have been changed', details: { status } });
}
