import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parseCheckpoint, trustedCheckpoint } from './checkpoint.ts';
import { readSeen } from './seen.ts';
import { writeDurably } from '../files.ts';
import { lockDirectory, type DirectoryLock } from '../lock.ts';
import { emptyRoot, equal, verifyConsistency } from '../merkle.ts';
import { formatNote, formatSignature, NoteError, type Signer, type Verifier } from './note.ts';

/**
 * Takes the state file of a witness for this process. Two that remember apart from each other would each cosign what the other has not seen, and so vouch for two histories.
 *
 * @throws StratoError `ledger.locked`, `witness.state` for a file that is none, and what reading it or its directory fails for.
 */
export async function lockState(state: string): Promise<DirectoryLock> {
  // A disk that is not mounted is not to be made up for.
  statSync(dirname(resolve(state)));
  // Beside a file that is none, such as /etc/passwd, a lock may be in the way of others.
  readSeen(state);
  return lockDirectory(`${state}.lock`, { why: 'two witnesses that remember apart from each other would cosign two histories', next: 'let one witness have the file, or give the other one its own' });
}

/** What a witness answers: status, media type and text, for HTTP or for anything else. */
export interface WitnessAnswer {
  readonly status: 200 | 400 | 403 | 404 | 409 | 422;
  readonly type: string;
  readonly body: string;
}

export interface WitnessOptions {
  /** File in which it remembers the last checkpoint of each log; kept where the log's owner cannot write, or it witnesses nothing. */
  readonly state: string;
  /** Cosigns. */
  readonly signer: Signer;
  /** Logs that it knows. */
  readonly logs: readonly Verifier[];
}

const mostProof = 63;
const mostBody = 1_000_000;

/**
 * Remembers of each log the last checkpoint that it has seen, and cosigns a newer one when that is proved to begin with it (C2SP tlog-witness,
 * tlog-cosignature v1). What it answered has been written down before.
 */
export class Witness {
  readonly #options: WitnessOptions;
  /** By origin. */
  #last: ReadonlyMap<string, string>;

  /** Throws for a state file that is there and cannot be read: forgetting would let a log be rolled back. */
  constructor(options: WitnessOptions) {
    this.#options = options;
    this.#last = new Map(Object.entries(readSeen(options.state)));
  }

  /** Answers `POST add-checkpoint`. `time` is in seconds since the epoch. */
  add(request: string, time: number): WitnessAnswer {
    const split = request.indexOf('\n\n');
    const [, old, lines = ''] = (split < 0 || request.length > mostBody ? null : /^old (0|[1-9]\d{0,15})\n((?:[A-Za-z0-9+/]{43}=\n)*)$/.exec(request.slice(0, split + 1))) ?? [];
    if (old === undefined) return refused(400, 'the request has not the form of add-checkpoint');
    const proof = lines === '' ? [] : lines.slice(0, -1).split('\n').map((line) => Buffer.from(line, 'base64'));
    if (proof.length > mostProof) return refused(400, 'the proof is too long');
    const content = request.slice(split + 2);
    try {
      const { origin } = parseCheckpoint(content);
      const log = this.#options.logs.find(({ name }) => name === origin);
      if (log === undefined) return refused(404, `${origin} is not known here`);
      return this.#decide(content, log, Number(old), proof, time);
    } catch (error) {
      if (error instanceof NoteError) return refused(400, error.why!);
      throw error;
    }
  }

  /** The last checkpoint of the log whose origin has this SHA-256, with its cosignature; undefined when there is none. */
  checkpoint(originHash: string): string | undefined {
    for (const [origin, content] of this.#last) if (createHash('sha256').update(origin).digest('hex') === originHash) return content;
    return undefined;
  }

  /** The last checkpoint of a log, with its cosignature. */
  last(origin: string): string | undefined {
    return this.#last.get(origin);
  }

  #decide(content: string, log: Verifier, old: number, proof: readonly Uint8Array[], time: number): WitnessAnswer {
    let checkpoint;
    try {
      checkpoint = trustedCheckpoint(content, log);
    } catch (error) {
      return refused(403, error instanceof NoteError ? error.why! : String(error));
    }
    const { size, root, note } = checkpoint;
    if (old > size) return refused(400, `the old size, ${old}, is above the new one, ${size}`);
    const known = this.#last.get(log.name);
    const last = known === undefined ? { size: 0, root: emptyRoot } : parseCheckpoint(known);
    if (old !== last.size) return { status: 409, type: 'text/x.tlog.size', body: `${last.size}\n` };
    const why = inconsistency(last, { size, root }, proof);
    if (why !== null) return refused(422, why);
    const signature = this.#options.signer.sign(note.text, time);
    const own = note.signatures.filter(({ name, id }) => name === log.name && id === log.id);
    const seen = new Map(this.#last).set(log.name, formatNote({ text: note.text, signatures: [...own, signature] }));
    writeDurably(this.#options.state, `${JSON.stringify(Object.fromEntries(seen), null, 2)}\n`);
    this.#last = seen;
    return { status: 200, type: 'text/plain; charset=utf-8', body: formatSignature(signature) };
  }
}

/** Why a tree does not follow from an earlier one; null when it does. */
export function inconsistency(old: { size: number; root: Uint8Array }, next: { size: number; root: Uint8Array }, proof: readonly Uint8Array[]): string | null {
  if (next.size === 0 && !equal(next.root, emptyRoot)) return 'the root of an empty tree is the hash of nothing';
  if (old.size === 0) return proof.length === 0 ? null : 'from an empty tree there is nothing to prove, but the proof has nodes';
  try {
    verifyConsistency(BigInt(old.size), BigInt(next.size), proof, old.root, next.root);
    return null;
  } catch (error) {
    return `the tree of ${next.size} events does not begin with that of ${old.size}: ${(error as { why?: string }).why}`;
  }
}

function refused(status: WitnessAnswer['status'], why: string): WitnessAnswer {
  return { status, type: 'text/plain; charset=utf-8', body: `${why}\n` };
}
