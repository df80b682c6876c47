import { canonical } from '../canonical.ts';
import { chained } from './chain.ts';
import { parseCheckpoint, trustedCheckpoint, type TreeHead } from './checkpoint.ts';
import { leafOf } from './leaf.ts';
import { equal, hashSize } from '../merkle.ts';
import { verifiedSignatures, type Verifier } from './note.ts';
import type { LogSource, StoredRow } from '../store/source.ts';
import { Tree, tileWidth } from './tree.ts';

/** Kinds of damage that an audit tells apart. */
export type DamageKind =
  | 'flipped' | 'missing' | 'truncated' | 'reordered' | 'duplicated' | 'replayed' | 'rewritten' | 'not-canonical' | 'clock' | 'tile' | 'forged-checkpoint' | 'rolled-back' | 'unreadable';

export interface Finding {
  readonly kind: DamageKind;
  /** The first position that is not what was written; null when it is not about a position. */
  readonly position: number | null;
  readonly message: string;
}

export interface AuditReport {
  readonly ok: boolean;
  /** Events that were recomputed. */
  readonly events: number;
  /** Positions up to this one are archived. */
  readonly minimum: number;
  /** Hash of the tree over all events, in base64; null when it could not be computed. */
  readonly root: string | null;
  /** Checkpoints that were compared with the tree; of them those that witnesses had signed. */
  readonly checkpoints: number;
  readonly witnessed: number;
  readonly finding: Finding | null;
}

export interface AuditOptions {
  /** Signed the log's own checkpoints. */
  readonly log: Verifier;
  /** Checkpoints kept elsewhere: by a witness, by hand. */
  readonly others?: readonly string[];
  /** Whose cosignatures count; a checkpoint from elsewhere must bear one of them, when any are given. */
  readonly witnesses?: readonly Verifier[];
}

/** Thrown where the audit ends: what comes after the first damage says nothing. */
class Found extends Error {
  readonly finding: Finding;

  constructor(kind: DamageKind, position: number | null, message: string) {
    super(message);
    this.finding = { kind, position, message };
  }
}

interface Expected extends TreeHead {
  readonly from: 'ledger' | 'elsewhere';
}

/**
 * Recomputes everything from the rows: their order, the canonical form of their events, the chain, the tree, its tiles and every checkpoint. Names the
 * first position that is not what was written. Memory does not grow with the log.
 */
export async function verifyLog(source: LogSource, options: AuditOptions): Promise<AuditReport> {
  const audit = new Audit(source, options);
  let finding: Finding | null = null;
  try {
    await audit.run();
  } catch (error) {
    finding = error instanceof Found ? error.finding : { kind: 'unreadable', position: audit.position + 1, message: `the store cannot be read: ${error instanceof Error ? error.message : String(error)}` };
  }
  return { ok: finding === null, events: audit.events, minimum: audit.minimum, root: finding === null ? audit.root : null, checkpoints: audit.compared, witnessed: audit.witnessed, finding };
}

class Audit {
  readonly #source: LogSource;
  readonly #options: AuditOptions;
  #expected: Expected[] = [];
  #tree!: Tree;
  #hash!: Uint8Array;
  #time = 0;
  #remaining = 0;
  /** Size of the last checkpoint that held. */
  #held = 0;
  /** Leaves that the tile at hand says, from `#tileAt` on. */
  #tile: Uint8Array | undefined;
  minimum = 0;
  position = 0;
  events = 0;
  compared = 0;
  witnessed = 0;

  constructor(source: LogSource, options: AuditOptions) {
    this.#source = source;
    this.#options = options;
  }

  get root(): string {
    return Buffer.from(this.#tree.root).toString('base64');
  }

  async run(): Promise<void> {
    const { head, minimum, hash, continues } = await this.#source.extent();
    this.minimum = this.position = this.#held = minimum;
    this.#hash = hash;
    await this.#startTree();
    await this.#readCheckpoints(head);
    for (let rows = await this.#source.rows(this.position); rows.length > 0; rows = await this.#source.rows(this.position)) {
      for (const row of rows) {
        if (this.position % tileWidth === 0) this.#tile = await this.#source.tile(0, this.position / tileWidth);
        const other = this.#check(row);
        if (other !== undefined) throw await this.#moved(this.position + 1, other, row.event);
        if (this.#grown.length > 0) await this.#compareTiles();
        if (this.#expected[0]?.size === this.position) this.#compareRoots();
      }
    }
    if (this.position < head) throw new Found('truncated', this.position + 1, `it ends at ${this.position}, but says of itself that it ends at ${head}`);
    if (this.#remaining > 0 && !continues) throw new Found('truncated', this.position + 1, `the append that event ${this.position} belongs to is not complete`);
    if ((await this.#source.tile(0, Math.ceil(this.position / tileWidth))) !== undefined && this.position % tileWidth === 0) throw new Found('truncated', this.position + 1, 'there are tiles of events behind its end');
    const beyond = this.#expected[0];
    if (beyond !== undefined) {
      const kind = beyond.from === 'elsewhere' ? 'rolled-back' : 'truncated';
      throw new Found(kind, this.position + 1, `a checkpoint of ${beyond.size} events was ${beyond.from === 'elsewhere' ? 'witnessed' : 'signed'}, but there are only ${this.position}`);
    }
  }

  /** Levels above the leaves are compared with what is stored as they come to be. */
  async #startTree(): Promise<void> {
    const stored = new Map<string, Uint8Array | undefined>();
    if (this.minimum > 0) {
      for (let level = 1, count = this.minimum / tileWidth; count > 0; level++, count = Math.floor(count / tileWidth)) {
        const index = Math.floor(count / tileWidth);
        stored.set(`${level}/${index}`, await this.#source.tile(level, index));
      }
    }
    this.#tree = new Tree({ get: (level, index) => stored.get(`${level}/${index}`), put: (level, index, hashes) => void this.#grown.push({ level, index, hashes }) }, this.minimum, []);
  }

  #grown: { level: number; index: number; hashes: Uint8Array }[] = [];

  async #readCheckpoints(head: number): Promise<void> {
    const { log, others = [], witnesses = [] } = this.#options;
    const expected: Expected[] = [];
    for (const content of await this.#source.checkpoints()) {
      try {
        expected.push({ ...trustedCheckpoint(content, log), from: 'ledger' });
      } catch (error) {
        // Those of an identity that was retired are not of this log.
        if (originOf(content) !== log.name && originOf(content) !== undefined) continue;
        throw new Found('forged-checkpoint', null, `a checkpoint of the ledger does not hold: ${(error as { why?: string }).why ?? String(error)}`);
      }
    }
    for (const content of others) {
      try {
        const checkpoint = trustedCheckpoint(content, log);
        const cosigned = verifiedSignatures(checkpoint.note, witnesses).length;
        if (witnesses.length > 0 && cosigned === 0) throw new Found('forged-checkpoint', null, 'no witness that is trusted has signed a checkpoint that was given');
        if (cosigned > 0) this.witnessed++;
        expected.push({ ...checkpoint, from: 'elsewhere' });
      } catch (error) {
        if (error instanceof Found) throw error;
        throw new Found('forged-checkpoint', null, `a checkpoint that was given does not hold: ${(error as { why?: string }).why ?? String(error)}`);
      }
    }
    const beyond = expected.filter(({ from, size }) => from === 'elsewhere' && size > head).toSorted((a, b) => b.size - a.size)[0];
    this.#expected = expected.filter(({ size }) => size >= this.minimum).toSorted((a, b) => a.size - b.size);
    // Said at once: nobody has to wait for the rest to hear of it.
    if (beyond !== undefined) throw new Found('rolled-back', head + 1, `a checkpoint of ${beyond.size} events was witnessed, but there are only ${head}`);
    this.#compareRoots();
  }

  /** Takes the next row into chain and tree. Returns the position of which it says to be when that is another one. */
  #check(row: StoredRow): number | undefined {
    const position = this.position + 1;
    if (row.position !== position) throw new Found('missing', position, `event ${position} is missing; ${row.position} follows`);
    const leaf = leafOf(row.event);
    const kept = this.#tile?.subarray(((position - 1) % tileWidth) * hashSize, ((position - 1) % tileWidth + 1) * hashSize);
    const recorded = kept?.length === hashSize ? kept : undefined;
    const isChained = equal(chained(this.#hash, leaf, row.remaining), row.hash);
    const event = parsed(row.event);
    if (event === undefined || typeof event.position !== 'number' || typeof event.time !== 'number') throw new Found('flipped', position, `event ${position} is no event`);
    if (event.position !== position) return event.position;
    if (!isChained) {
      const isContent = recorded === undefined || !equal(recorded, leaf);
      throw new Found('flipped', position, isContent ? `event ${position} is not what was written` : `the checksum of event ${position} is not what was written`);
    }
    if (canonical(event) !== row.event) throw new Found('not-canonical', position, `event ${position} is not in the canonical form of RFC 8785`);
    if (recorded !== undefined && !equal(recorded, leaf)) throw new Found('rewritten', position, `event ${position} and its checksum were changed: the tree has another leaf`);
    if (this.#remaining > 0 && row.remaining !== this.#remaining - 1) throw new Found('missing', position, `the append that event ${position} belongs to is not complete`);
    if (event.time < this.#time) throw new Found('clock', position, `event ${position} is from before the one that precedes it`);
    this.#hash = row.hash;
    this.#time = event.time;
    this.#remaining = row.remaining;
    this.position = position;
    this.events++;
    this.#tree.append(leaf);
    return undefined;
  }

  /** What became of a row that holds the event of another position. */
  async #moved(position: number, of: number, text: string): Promise<Found> {
    const [there] = of > 0 ? await this.#source.rows(of - 1) : [];
    const isCopy = there?.position === of && there.event === text;
    if (isCopy && of < position) {
      const next = parsed((await this.#textAt(position + 1)) ?? 'null')?.position;
      const goesOn = next === undefined || (next === of + 1 && next !== position);
      return !goesOn
        ? new Found('duplicated', position, `event ${position} is a copy of event ${of}`)
        : new Found('replayed', position, `event ${of} was played in again as ${position}`);
    }
    const other = await this.#textAt(of);
    const isExchanged = other !== undefined && parsed(other)?.position === position;
    if (isExchanged) return new Found('reordered', position, `events ${position} and ${of} have changed places`);
    return isCopy ? new Found('duplicated', position, `event ${position} is a copy of event ${of}`) : new Found('reordered', position, `at ${position} is the event of ${of}`);
  }

  async #textAt(position: number): Promise<string | undefined> {
    const [row] = await this.#source.rows(position - 1);
    return row?.position === position ? row.event : undefined;
  }

  async #compareTiles(): Promise<void> {
    for (const { level, index, hashes } of this.#grown.splice(0)) {
      const stored = await this.#source.tile(level, index);
      if (stored !== undefined && equal(stored.subarray(0, hashes.length), hashes)) continue;
      throw new Found('tile', index * tileWidth ** (level + 1) + 1, `tile ${index} of level ${level} is ${stored === undefined ? 'missing' : 'not that of its events'}`);
    }
  }

  #compareRoots(): void {
    for (let next = this.#expected[0]; next !== undefined && next.size === this.position; next = this.#expected[0]) {
      if (!equal(next.root, this.#tree.root)) {
        const by = next.from === 'elsewhere' ? 'witnessed' : 'signed';
        throw new Found('rewritten', this.#held + 1, `events ${this.#held + 1} to ${next.size} are not those of which a checkpoint was ${by}`);
      }
      this.#held = next.size;
      this.compared++;
      this.#expected.shift();
    }
  }
}

function parsed(text: string): { position?: unknown; time?: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return value !== null && typeof value === 'object' ? value : undefined;
  } catch {
    return undefined;
  }
}

function originOf(content: string): string | undefined {
  try {
    return parseCheckpoint(content).origin;
  } catch {
    return undefined;
  }
}
