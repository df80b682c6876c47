import { readFileSync } from 'node:fs';
import { StratoError } from '../../model/errors.ts';
import type { Clock } from '../../model/index.ts';
import { checkpointText, parseCheckpoint, trustedCheckpoint } from './checkpoint.ts';
import { warn } from '../errors.ts';
import { ledgerFiles } from '../files.ts';
import { identityIn, retireIdentity } from './identity.ts';
import { equal } from '../merkle.ts';
import { formatNote, parseNote, type Signer, type Verifier } from './note.ts';
import { Proofs } from './proofs.ts';
import type { OpenLog } from '../store/source.ts';

/** Milliseconds between checkpoints of a log that grows. */
const every = 60_000;

export interface CheckpointsOptions {
  /** The ledger's directory. */
  readonly directory: string;
  readonly log: OpenLog;
  /** File with the log's name and secret; made when it is missing. */
  readonly key: string;
  readonly clock: Clock;
  readonly report?: (error: unknown) => void;
  /** Told of the last checkpoint whenever one was asked for. */
  readonly onSigned?: (note: string) => void;
}

/** A log that is not the one that was signed: it was rolled back, or its past was changed. */
export interface Broken {
  /** Size of the last checkpoint. */
  readonly signed: number;
  readonly head: number;
  readonly reason: string;
}

/**
 * Signs the tree of a ledger: at intervals while it grows, on demand and at the end. Nothing is ever signed that is not consistent with what was signed
 * before (C2SP tlog-checkpoint, “Signatures”): when the ledger is no longer the one of its last checkpoint, nothing is signed until a new log
 * begins, with a name of its own ({@link Checkpoints.beginAnew}).
 */
export class Checkpoints {
  readonly #options: CheckpointsOptions;
  #signer: Signer;
  #last: { size: number; note: string } | undefined;
  #signing: Promise<string> | undefined;
  #cancel: () => void = () => undefined;
  #isWithheld: boolean;
  /** Set when the ledger was not what had been signed. */
  readonly broken: Broken | null;
  #gap: number | undefined;

  private constructor(options: CheckpointsOptions, signer: Signer, { last, broken = null, gap }: { last?: { size: number; note: string } | undefined; broken?: Broken | null; gap?: number | undefined }) {
    this.#options = options;
    this.#signer = signer;
    this.#last = last;
    this.broken = broken;
    this.#gap = gap;
    this.#isWithheld = broken !== null;
  }

  /** @throws StratoError `ledger.key`, and what reading the log fails for. */
  static async open(options: CheckpointsOptions): Promise<Checkpoints> {
    const signer = identityIn(options.key);
    const note = lastNote(options.directory);
    if (note === undefined) return new Checkpoints(options, signer, {});
    const { size, reason, head, gap } = await compare(options.log, note, signer.verifier);
    return new Checkpoints(options, signer, reason === null ? { last: { size, note }, gap } : { broken: { signed: size, head, reason }, gap });
  }

  /** The public key by which checkpoints of this log are known. */
  get verifier(): Verifier {
    return this.#signer.verifier;
  }

  /** Position of an event that somebody has taken out of the database, as far as was looked: while there is one, nothing is signed. */
  get gap(): number | undefined {
    return this.#gap;
  }

  /** Nothing of this log was signed yet: what a key vouches for begins with its first checkpoint. */
  get isUnsigned(): boolean {
    return this.#last === undefined;
  }

  /**
   * Puts the key aside that signed what is no more, and has a new log begin. Whoever calls it has to write down that it is so, because what is signed from then on tells nothing of it.
   * Returns where the key is.
   */
  beginAnew(): string {
    const retired = retireIdentity(this.#options.key);
    this.#signer = identityIn(this.#options.key);
    this.#isWithheld = false;
    return retired;
  }

  /** Signs what is durable now; the last checkpoint when nothing was appended since. Concurrent callers share one. Fails with `ledger.not-signed` for a ledger that is not the one that was signed. */
  sign(): Promise<string> {
    this.#signing ??= this.#sign().finally(() => {
      this.#signing = undefined;
    });
    return this.#signing;
  }

  /** Keeps cosignatures of the last checkpoint; those of an earlier one come too late. */
  async keepCosigned(content: string): Promise<void> {
    await this.#signing;
    const { size, note } = parseCheckpoint(content);
    if (this.#last?.size !== size) return;
    const known = parseNote(this.#last.note);
    if (known.text !== note.text) return;
    const added = note.signatures.filter(({ name, id }) => !known.signatures.some((signature) => signature.name === name && signature.id === id));
    if (added.length === 0) return;
    this.#last = { size, note: formatNote({ text: known.text, signatures: [...known.signatures, ...added] }) };
    await this.#options.log.keep(size, this.#last.note);
  }

  /** From now on signs at intervals. */
  start(): void {
    this.#cancel = this.#options.clock.after(every, () => {
      this.sign().catch(this.#options.report ?? warn).finally(() => this.start());
    });
  }

  stop(): void {
    this.#cancel();
    this.#cancel = () => undefined;
  }

  async #sign(): Promise<string> {
    if (this.#isWithheld) throw new StratoError('ledger.not-signed', 'the ledger is not the one that was signed, and is not signed on', { why: this.broken!.reason, next: 'find out who changed it, with `audit verify`; the daemon signs it on as a new log when it starts, and writes down why' });
    const { head: size, root, gap } = await this.#options.log.extent();
    this.#gap = gap;
    if (gap !== undefined) throw new StratoError('ledger.not-signed', 'the ledger has lost events, and is not signed on', { why: `event ${gap} was taken out of the database`, next: 'bring the database back from a backup of it; `swarmctl audit verify` names what is wrong' });
    if (this.#last?.size === size) return this.#tell(this.#last.note);
    const text = checkpointText({ origin: this.verifier.name, size, root });
    const note = formatNote({ text, signatures: [this.#signer.sign(text)] });
    await this.#options.log.keep(size, note);
    this.#last = { size, note };
    return this.#tell(note);
  }

  #tell(note: string): string {
    this.#options.onSigned?.(note);
    return note;
  }
}

function lastNote(directory: string): string | undefined {
  try {
    return readFileSync(ledgerFiles(directory).checkpoint, 'utf8');
  } catch {
    return undefined;
  }
}

/** Why the log is not the one that a checkpoint was signed for; null when it is. */
async function compare(log: OpenLog, note: string, verifier: Verifier): Promise<{ size: number; head: number; reason: string | null; gap: number | undefined }> {
  const { head, gap } = await log.extent();
  let signed;
  try {
    signed = trustedCheckpoint(note, verifier);
  } catch (error) {
    return { size: 0, head, gap, reason: `its last checkpoint is not one of its key: ${(error as { why?: string }).why}` };
  }
  const { size, root } = signed;
  if (size > head) return { size, head, gap, reason: `it was rolled back: a checkpoint of ${size} events was signed, but there are only ${head}` };
  if (!equal(await new Proofs((level, index) => log.tile(level, index)).root(size), root)) return { size, head, gap, reason: `its first ${size} events are not those that were signed` };
  return { size, head, gap, reason: null };
}
