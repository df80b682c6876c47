import { reportOf, type Clock, type ErrorReport } from '../../model/index.ts';
import type { LogSource } from '../store/source.ts';
import { parseCheckpoint } from './checkpoint.ts';
import { parseVerifier } from './note.ts';
import { Proofs } from './proofs.ts';
import { askWitness, cosign, type Reply } from './witness-client.ts';

/** A witness as it is configured: where it is, and the key by which its cosignatures are known. */
export interface KnownWitness {
  readonly url: string;
  readonly key: string;
}

/** How it stands with a witness. */
export interface WitnessStatus {
  readonly name: string;
  readonly url: string;
  /** Events of the last checkpoint that it cosigned since the start, and when, in milliseconds since the epoch. */
  readonly size: number | null;
  readonly at: number | null;
  /** Why it did not cosign the last one that it was given. */
  readonly problem: ErrorReport | null;
}

export interface WitnessFeedParts {
  readonly source: LogSource;
  readonly clock: Clock;
  /** Those that are configured now. Throws while that cannot be read. */
  readonly witnesses: () => readonly KnownWitness[];
  /** Keeps a checkpoint with a cosignature. */
  readonly keep: (note: string) => Promise<void>;
  /** Told when a witness no longer cosigns, and when it does again. */
  readonly report: (error: unknown) => void;
  readonly ask?: (url: string, body: string) => Promise<Reply>;
}

/** Milliseconds until the next try after a failure, which doubles up to the most. */
const first = 5_000;
const most = 600_000;

interface Fed {
  status: WitnessStatus;
  failures: number;
  busy: boolean;
  cancel: () => void;
}

/** Gives each new checkpoint to the witnesses that are configured. One that does not answer, or does not agree, is asked again after a while, with the newest one. */
export class WitnessFeed {
  readonly #parts: WitnessFeedParts;
  readonly #fed = new Map<string, Fed>();
  #note: string | undefined;
  #stopped = false;

  constructor(parts: WitnessFeedParts) {
    this.#parts = parts;
  }

  /** A checkpoint was signed, or is still the last one. */
  offer(note: string): void {
    this.#note = note;
    for (const witness of this.#configured()) {
      const fed = this.#fed.get(keyOf(witness)) ?? this.#meet(witness);
      if (fed.failures === 0) void this.#feed(witness, fed);
    }
  }

  statuses(): WitnessStatus[] {
    return [...this.#fed.values()].map(({ status }) => status);
  }

  stop(): void {
    this.#stopped = true;
    for (const { cancel } of this.#fed.values()) cancel();
  }

  #configured(): readonly KnownWitness[] {
    let witnesses: readonly KnownWitness[] = [];
    try {
      witnesses = this.#parts.witnesses();
    } catch (error) {
      this.#parts.report(error);
      return [];
    }
    const keys = new Set(witnesses.map(keyOf));
    for (const [key, { cancel }] of this.#fed) {
      if (keys.has(key)) continue;
      cancel();
      this.#fed.delete(key);
    }
    return witnesses;
  }

  #meet(witness: KnownWitness): Fed {
    const fed: Fed = { status: { name: parseVerifier(witness.key).name, url: witness.url, size: null, at: null, problem: null }, failures: 0, busy: false, cancel: () => undefined };
    this.#fed.set(keyOf(witness), fed);
    return fed;
  }

  async #feed(witness: KnownWitness, fed: Fed): Promise<void> {
    const { source, clock, keep, report, ask = askWitness } = this.#parts;
    if (fed.busy || this.#stopped) return;
    fed.busy = true;
    const note = this.#note!;
    const { size } = parseCheckpoint(note);
    try {
      if (fed.status.size !== size || fed.failures > 0) {
        const cosigned = await cosign(note, parseVerifier(witness.key), new Proofs((level, index) => source.tile(level, index)), (body) => ask(witness.url, body));
        await keep(cosigned);
        fed.failures = 0;
        fed.status = { ...fed.status, size, at: clock.now(), problem: null };
      }
    } catch (error) {
      const problem = reportOf(error);
      if (fed.status.problem?.code !== problem.code) report(error);
      fed.status = { ...fed.status, problem };
      fed.cancel = clock.after(Math.min(most, first * 2 ** fed.failures++), () => void this.#feed(witness, fed));
    } finally {
      fed.busy = false;
    }
    if (fed.failures === 0 && this.#note !== note) await this.#feed(witness, fed);
  }
}

const keyOf = ({ url, key }: KnownWitness): string => `${url}\n${key}`;
