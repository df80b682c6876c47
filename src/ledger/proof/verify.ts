import type { Archived } from '../archive/archived.ts';
import { IndexAudit } from './index-audit.ts';
import { isCanonical } from '../canonical.ts';
import { chained } from './chain.ts';
import { expectedTrees, type AuditOptions, type Expected } from './expected.ts';
import { Found, type Finding } from './finding.ts';
import { leafOf } from './leaf.ts';
import { equal, hashSize } from '../merkle.ts';
import type { LogSource, StoredRow } from '../store/source.ts';
import { MissingTile, Tree, tileWidth } from './tree.ts';

export interface AuditReport {
  readonly ok: boolean;
  /** Events that were recomputed. */
  readonly events: number;
  /** Positions up to this one are archived. */
  readonly minimum: number;
  /** Hash of the tree over all events, in base64; null when it could not be computed. */
  readonly root: string | null;
  /** Size of the largest tree of which a checkpoint holds; of what is behind it only the chain was checked. */
  readonly signed: number;
  /** Checkpoints that were compared with the tree; of them those that witnesses had signed. */
  readonly checkpoints: number;
  readonly witnessed: number;
  readonly finding: Finding | null;
}

/**
 * Recomputes everything from the rows: their order, the canonical form of their events, the chain, the tree, its tiles, every checkpoint, and by what events are found. Names the
 * first position that is not what was written. Memory does not grow with the log.
 */
export async function verifyLog(source: LogSource, options: AuditOptions): Promise<AuditReport> {
  const audit = new Audit(source, options);
  let finding: Finding | null = null;
  try {
    await audit.run();
  } catch (error) {
    finding = audit.blame(error);
  }
  return { ok: finding === null, events: audit.events, minimum: audit.minimum, root: finding === null ? audit.root : null, signed: audit.compared === 0 ? 0 : audit.held, checkpoints: audit.compared, witnessed: audit.witnessed, finding };
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
  held = 0;
  /** Set while a leaf is not the one that the tile has. */
  #doubt: Found | undefined;
  /** Set when an event is not found by what it says. All else says more. */
  #unfound: Found | undefined;
  readonly #index = new IndexAudit();
  /** Whether events are not there of which no event was found that says that they were archived. */
  #isUnexplained = false;
  /** What the store remembers of their archive. */
  #archived: Archived | undefined;
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

  /** What an error says of the ledger. A row of which the tree has another leaf comes before whatever was found behind it. */
  blame(error: unknown): Finding {
    const found = error instanceof Found ? error.finding : error instanceof MissingTile ? wrongTile(error.level, error.index, 'missing').finding : { kind: 'unreadable' as const, position: this.position + 1, message: `the store cannot be read: ${error instanceof Error ? error.message : String(error)}` };
    return this.#doubt !== undefined && found.kind !== 'tile' ? this.#doubt.finding : found;
  }

  get root(): string {
    return Buffer.from(this.#tree.root).toString('base64');
  }

  async run(): Promise<void> {
    const { head, minimum, hash, archives, stray, continues } = await this.#source.extent();
    this.minimum = this.position = this.held = minimum;
    this.#hash = hash;
    this.#isUnexplained = minimum > 0 && !continues;
    this.#archived = archives.find(({ upTo }) => upTo === minimum);
    if (stray !== undefined) throw new Found('replayed', stray, `there is a row at ${stray}, where no event can be`);
    if (minimum < 0 || minimum % tileWidth !== 0) throw new Found('unreadable', 1, `it says of itself that it begins behind ${minimum}, where no archive can end`);
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
      if (this.#unfound === undefined) this.#unfound = await this.#index.compare(async (first, last) => this.#source.postings?.(first, last));
    }
    if (this.position < head) throw new Found('truncated', this.position + 1, `it ends at ${this.position}, but says of itself that it ends at ${head}`);
    if (this.#remaining > 0 && !continues) throw new Found('truncated', this.position + 1, `the append that event ${this.position} belongs to is not complete`);
    if ((await this.#source.tile(0, Math.ceil(this.position / tileWidth))) !== undefined && this.position % tileWidth === 0) throw new Found('truncated', this.position + 1, 'there are tiles of events behind its end');
    if (this.#expected[0] !== undefined) throw beyond(this.#expected[0], this.position);
    if (this.#isUnexplained) throw new Found('missing', 1, `events 1 to ${this.minimum} are not there, and no event says that they were archived`);
    if (this.#doubt !== undefined) throw this.#doubt;
    if (this.#unfound !== undefined) throw this.#unfound;
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
    const expected = expectedTrees(await this.#source.checkpoints(), this.#options);
    this.witnessed = expected.filter(({ isWitnessed }) => isWitnessed).length;
    this.#expected = expected.filter(({ size }) => size >= this.minimum);
    const last = expected.filter(({ from }) => from !== 'ledger').at(-1);
    // Said at once: nobody has to wait for the rest to hear of it.
    if (last !== undefined && last.size > head) throw beyond(last, head);
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
    // A checksum covers 32 bits of it.
    if (!isChained || row.remaining >>> 0 !== row.remaining) {
      // A tile that is not full may have been made of the rows as they are now.
      const isContent = recorded === undefined || this.#tile!.length < tileWidth * hashSize || !equal(recorded, leaf);
      throw new Found('flipped', position, isContent ? `event ${position} is not what was written` : `the checksum of event ${position} is not what was written`);
    }
    if (!isCanonical(row.event, event)) throw new Found('not-canonical', position, `event ${position} is not in the canonical form of RFC 8785`);
    // Either the row or the tile: the next checkpoint tells.
    if (recorded !== undefined && !equal(recorded, leaf)) this.#doubt ??= new Found('rewritten', position, `event ${position} and its checksum were changed: the tree has another leaf`);
    if (this.#remaining > 0 && row.remaining !== this.#remaining - 1) throw new Found('missing', position, `the append that event ${position} belongs to is not complete`);
    if (this.#isUnexplained && event.type === 'LedgerArchived') this.#explain(position, event.body as Archived);
    if (event.time < this.#time) throw new Found('clock', position, `event ${position} is from before the one that precedes it`);
    this.#hash = row.hash;
    this.#time = event.time;
    this.#remaining = row.remaining;
    this.position = position;
    this.events++;
    this.#tree.append(leaf);
    if (this.#unfound === undefined) this.#index.note(position, event);
    return undefined;
  }

  /** An event that tells of an archive: of the newest, the store remembers the same, if it does. */
  #explain(position: number, { upTo, sha256, state }: Archived): void {
    if (upTo !== this.minimum) return;
    if (this.#archived !== undefined && (this.#archived.sha256 !== sha256 || this.#archived.state !== state)) throw new Found('rewritten', position, `what the store remembers of the archive up to ${upTo} is not what event ${position} says`);
    this.#isUnexplained = false;
  }

  /** What became of a row that holds the event of another position. */
  async #moved(position: number, of: number, text: string): Promise<Found> {
    const [there] = of > 0 ? await this.#source.rows(of - 1) : [];
    const isCopy = there?.position === of && there.event === text;
    const next = parsed((await this.#textAt(position + 1)) ?? 'null')?.position;
    if (isCopy && of < position) {
      const goesOn = next === undefined || (next === of + 1 && next !== position);
      return !goesOn
        ? new Found('duplicated', position, `event ${position} is a copy of event ${of}`)
        : new Found('replayed', position, `event ${of} was played in again as ${position}`);
    }
    const other = await this.#textAt(of);
    const isExchanged = other !== undefined && parsed(other)?.position === position;
    if (isExchanged) return new Found('reordered', position, `events ${position} and ${of} have changed places`);
    if (!isCopy && of > position && next === of + 1) return new Found('missing', position, `event ${position} is missing, and those behind it have moved up`);
    return isCopy ? new Found('duplicated', position, `event ${position} is a copy of event ${of}`) : new Found('reordered', position, `at ${position} is the event of ${of}`);
  }

  async #textAt(position: number): Promise<string | undefined> {
    const [row] = await this.#source.rows(position - 1);
    return row?.position === position ? row.event : undefined;
  }

  async #compareTiles(): Promise<void> {
    for (const { level, index, hashes } of this.#grown.splice(0)) {
      const stored = await this.#source.tile(level, index);
      // With a leaf that is in doubt, the next checkpoint tells which is right.
      if (this.#doubt !== undefined || (stored !== undefined && equal(stored.subarray(0, hashes.length), hashes))) continue;
      throw wrongTile(level, index, stored === undefined ? 'missing' : 'not that of its events');
    }
  }

  #compareRoots(): void {
    for (let next = this.#expected[0]; next !== undefined && next.size === this.position; next = this.#expected[0]) {
      if (!equal(next.root, this.#tree.root)) throw new Found('rewritten', this.held + 1, `events ${this.held + 1} to ${next.size} are not those of which a checkpoint was ${signedBy(next.from)}`);
      // What was signed are the rows, so it is the tile that is wrong.
      if (this.#doubt !== undefined) throw wrongTile(0, Math.floor((this.#doubt.finding.position! - 1) / tileWidth), 'not that of its events');
      this.held = next.size;
      this.compared++;
      this.#expected.shift();
    }
  }
}

function parsed(text: string): { position?: unknown; time?: unknown; type?: unknown; body?: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return value !== null && typeof value === 'object' ? value : undefined;
  } catch {
    return undefined;
  }
}

function wrongTile(level: number, index: number, what: string): Found {
  return new Found('tile', index * tileWidth ** (level + 1) + 1, `tile ${index} of level ${level} is ${what}`);
}

function beyond({ from, size }: Expected, head: number): Found {
  return new Found(from === 'ledger' ? 'truncated' : 'rolled-back', head + 1, `a checkpoint of ${size} events was ${signedBy(from)}, but there are only ${head}`);
}

const signedBy = (from: Expected['from']): string => (from === 'elsewhere' ? 'witnessed' : 'signed');
