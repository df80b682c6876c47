import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { chained, genesis } from '../proof/chain.ts';
import { leafOf } from '../proof/leaf.ts';
import type { Head } from './protocol.ts';
import { Postings, type Term } from './postings.ts';
import { subjectOf, type Subject } from '../events/subject.ts';
import { Tree, tileWidth, type TileStore } from '../proof/tree.ts';

/** Apps of agents kept at hand; of others it is looked up. */
const agentsAtHand = 20_000;

/** Rows that one statement inserts: it is about as cheap a row with more. */
const rowsAtOnce = 16;

/** A row to be written. */
export interface NewRow {
  readonly remaining: number;
  /** The event, canonical. */
  readonly event: string;
  readonly subject: Subject;
}

/** Number of a tile in the table `tiles`: levels apart from each other, and each in its order. */
export const tileId = (level: number, index: number): number => level * 2 ** 44 + index;

/**
 * Writes rows, and with them what follows from them: the chain, the tree, and by what events are looked up. Of these, only the chained
 * checksum is in the row itself; the rest is written when a block of 256 events is complete. So an append of one event changes one page.
 */
export class RowWriter {
  readonly #database: DatabaseSync;
  readonly #insert: StatementSync;
  readonly #insertMany: StatementSync;
  readonly #textAt: StatementSync;
  readonly #tiles: TileStore;
  readonly postings: Postings;
  readonly #apps = new Map<string, string | null>();
  #tree!: Tree;
  #hash: Uint8Array = genesis;

  /** Takes up what the database has. Throws MissingTile when its tiles do not go with its rows. */
  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#insert = database.prepare('INSERT INTO events (position, remaining, hash, event) VALUES (?, ?, ?, ?)');
    this.#insertMany = database.prepare(`INSERT INTO events (position, remaining, hash, event) VALUES ${Array(rowsAtOnce).fill('(?, ?, ?, ?)').join(', ')}`);
    this.#textAt = database.prepare('SELECT event FROM events WHERE position = ?');
    const get = database.prepare('SELECT hashes FROM tiles WHERE id = ?');
    const put = database.prepare('INSERT INTO tiles (id, hashes) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET hashes = excluded.hashes');
    this.#tiles = {
      get: (level, index) => get.get(tileId(level, index))?.['hashes'] as Uint8Array | undefined,
      put: (level, index, hashes) => void put.run(tileId(level, index), hashes),
    };
    this.postings = new Postings(database);
    this.reload();
  }

  get head(): number {
    return this.#tree.size;
  }

  get last(): Head {
    return { position: this.head, hash: this.#hash };
  }

  /** Chained checksum of the last row. */
  get hash(): Uint8Array {
    return this.#hash;
  }

  get tree(): Tree {
    return this.#tree;
  }

  /** Hashes of a tile, as far as it goes; undefined where the tree has none or it was archived. */
  tile(level: number, index: number): Uint8Array | undefined {
    if (index < Math.floor(this.head / tileWidth ** (level + 1))) return this.#tiles.get(level, index);
    const growing = this.#tree.growing(level);
    return index === Math.floor(this.head / tileWidth ** (level + 1)) && growing.length > 0 ? growing : undefined;
  }

  /** Writes the next rows. */
  write(rows: Iterable<NewRow>): void {
    let batch: NewRow[] = [];
    for (const row of rows) {
      batch.push(row);
      if (batch.length < rowsAtOnce) continue;
      this.#write(batch);
      batch = [];
    }
    if (batch.length > 0) this.#write(batch);
  }

  #write(rows: readonly NewRow[]): void {
    const leaves: Uint8Array[] = [];
    const values: (number | string | Uint8Array)[] = [];
    for (const { remaining, event } of rows) {
      const leaf = leafOf(event);
      this.#hash = chained(this.#hash, leaf, remaining);
      leaves.push(leaf);
      values.push(this.head + leaves.length, remaining, this.#hash, event);
    }
    if (rows.length === rowsAtOnce) this.#insertMany.run(...values);
    else for (let at = 0; at < values.length; at += 4) this.#insert.run(values[at]!, values[at + 1]!, values[at + 2]!, values[at + 3]!);
    for (let i = 0; i < rows.length; i++) {
      this.#tree.append(leaves[i]!);
      this.postings.add(this.#terms(rows[i]!.event, rows[i]!.subject));
    }
  }

  /** Begins behind position `minimum` instead of 1, in a database that is empty: what is before was archived. */
  skip(minimum: number, hash: Uint8Array, tiles: Iterable<{ level: number; index: number; hashes: Uint8Array }>): void {
    this.#database.prepare('INSERT INTO retention (minimum, hash) VALUES (?, ?)').run(minimum, hash);
    for (const { level, index, hashes } of tiles) this.#tiles.put(level, index, hashes);
    this.reload();
  }

  /** Takes up what the database has: at the start, and when a transaction was rolled back. */
  reload(): void {
    this.#apps.clear();
    const last = this.#database.prepare('SELECT position, hash FROM events ORDER BY position DESC LIMIT 1').get() ?? this.#database.prepare('SELECT minimum AS position, hash FROM retention ORDER BY minimum DESC LIMIT 1').get();
    const head = Number(last?.['position'] ?? 0);
    this.#hash = (last?.['hash'] as Uint8Array | undefined) ?? genesis;
    const complete = head - (head % tileWidth);
    const newest = this.#database.prepare('SELECT event FROM events WHERE position > ? ORDER BY position').all(complete).map((row) => String(row['event']));
    this.#tree = new Tree(this.#tiles, complete + newest.length, newest.map((event) => leafOf(event)));
    this.postings.reset(complete + 1);
    for (const event of newest) this.postings.add(this.#terms(event, subjectOf((JSON.parse(event) as { body: unknown }).body)));
  }

  #terms(event: string, { app, agent }: Subject): Term[] {
    const owner = app !== '' ? app : agent !== '' ? this.#appOf(agent) : null;
    if (app !== '' && agent !== '') this.#remember(agent, app);
    const { actor, type } = namesOf(event);
    return owner === null ? [`type:${type}`, `actor:${actor}`] : [`app:${owner}`, `type:${type}`, `actor:${actor}`];
  }

  #appOf(agent: string): string | null {
    const known = this.#apps.get(agent);
    if (known !== undefined) return known;
    const app = this.#find(agent);
    this.#remember(agent, app);
    return app;
  }

  /** An agent's id begins with its app's name; only where that can be read in two ways, its creation is looked for. */
  #find(agent: string): string | null {
    const words = agent.split('-');
    const names = words.slice(0, -3).map((_, i) => words.slice(0, i + 1).join('-'));
    const apps = names.filter((name) => this.postings.has(`app:${name}`));
    if (apps.length < 2) return apps[0] ?? null;
    return apps.find((app) => this.#created(app, agent)) ?? null;
  }

  #created(app: string, agent: string): boolean {
    for (const position of this.postings.find([[`app:${app}`], ['type:AgentCreated']], Infinity)) {
      if (String(this.#textAt.get(position)?.['event'] ?? '').includes(`"agent":"${agent}"`)) return true;
    }
    return false;
  }

  #remember(agent: string, app: string | null): void {
    if (this.#apps.size >= agentsAtHand) this.#apps.clear();
    this.#apps.set(agent, app);
  }
}

const beforeActor = '{"actor":"';
const beforeType = ',"type":"';

/** Actor and type of an event, from the ends of its canonical text: parsing all of it would take ten times as long. */
export function namesOf(event: string): { actor: string; type: string } {
  const actor = event.slice(beforeActor.length, event.indexOf('"', beforeActor.length));
  const from = event.lastIndexOf(beforeType) + beforeType.length;
  const type = event.slice(from, event.indexOf('"', from));
  if (event.startsWith(beforeActor) && !actor.includes('\\') && event.startsWith('","version":', from + type.length)) return { actor, type };
  return JSON.parse(event) as { actor: string; type: string };
}
