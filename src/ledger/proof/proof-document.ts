import { StratoError } from '../../model/errors.ts';
import { isCanonical } from '../canonical.ts';
import { trustedCheckpoint, type TreeHead } from './checkpoint.ts';
import { leafOf } from './leaf.ts';
import { verifyInclusion } from '../merkle.ts';
import { verifiedSignatures, type Verifier } from './note.ts';

/** What a proof document shows, once it was checked. */
export interface Proved {
  readonly position: number;
  /** The event's canonical text. */
  readonly event: string;
  readonly checkpoint: TreeHead;
  /** Names of the witnesses that cosigned, with the times that they gave, in seconds since the epoch. */
  readonly witnesses: readonly { readonly name: string; readonly time: number }[];
}

const header = 'c2sp.org/tlog-proof@v1';

/** A proof that an event is in the log, for whoever has the log's public key (C2SP tlog-proof). Its `extra` is the event itself. */
export function proofDocument(position: number, event: string, path: readonly Uint8Array[], checkpoint: string): string {
  const lines = [header, `extra ${Buffer.from(event).toString('base64')}`, `index ${position - 1}`, ...path.map((hash) => Buffer.from(hash).toString('base64'))];
  return `${lines.join('\n')}\n\n${checkpoint}`;
}

/**
 * Checks a proof document with nothing but public keys. `witnesses` is of whom cosignatures are looked for; how many are enough is for the caller to say.
 *
 * @throws StratoError `ledger.proof` or `ledger.note` when it does not hold.
 */
export function checkProof(document: string, log: Verifier, witnesses: readonly Verifier[]): Proved {
  const split = document.indexOf('\n\n');
  const [first, extra, index, ...path] = document.slice(0, Math.max(split, 0)).split('\n');
  if (first !== header || !extra?.startsWith('extra ') || !/^index (0|[1-9]\d{0,15})$/.test(index ?? '')) throw malformed('it does not have the form of c2sp.org/tlog-proof@v1 with an event');
  const event = Buffer.from(extra.slice(6), 'base64').toString('utf8');
  const position = Number(index!.slice(6)) + 1;
  const checkpoint = trustedCheckpoint(document.slice(split + 2), log);
  if (path.some((line) => !/^[A-Za-z0-9+/]{43}=$/.test(line))) throw malformed('a line of its path is no hash');
  verifyInclusion(BigInt(position - 1), BigInt(checkpoint.size), leafOf(event), path.map((line) => Buffer.from(line, 'base64')), checkpoint.root);
  const value = JSON.parse(event) as { position: number };
  if (!isCanonical(event, value) || value.position !== position) throw malformed('its event is not the one of that position');
  const signed = verifiedSignatures(checkpoint.note, witnesses);
  return { position, event, checkpoint, witnesses: signed.map(({ verifier, time }) => ({ name: verifier.name, time })) };
}

function malformed(why: string): StratoError {
  return new StratoError('ledger.proof', 'the proof does not hold', { why });
}
