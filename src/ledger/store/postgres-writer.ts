import { everyAgent } from '../../model/index.ts';
import { subjectOf, type Subject } from '../events/subject.ts';
import { chained, genesis } from '../proof/chain.ts';
import { leafOf } from '../proof/leaf.ts';
import { Tree, tileWidth } from '../proof/tree.ts';
import { parseBase } from '../state/base.ts';
import { rowsOf } from './lines.ts';
import type { PostgresRows } from './postgres-rows.ts';
import type { Query } from './postgres-session.ts';
import { namesOf } from './writer.ts';

/** Agents whose apps are known from the start. */
const agentsAtHand = 20_000;

/**
 * What the rows in PostgreSQL have led to: the chain, the tree, and the app by which an event is looked up. It is ahead of the database while a transaction
 * runs: where that is not committed, another one is opened.
 */
export class PostgresWriter {
  readonly tree: Tree;
  /** Time of the last event when this was opened, 0 when there was none. */
  readonly time: number;
  readonly #apps: Map<string, string>;
  readonly #grown: Grown[];
  #hash: Uint8Array;

  private constructor(tree: Tree, grown: Grown[], hash: Uint8Array, time: number, apps: Map<string, string>) {
    this.tree = tree;
    this.#grown = grown;
    this.#hash = hash;
    this.time = time;
    this.#apps = apps;
  }

  /** Takes up what the database has. Throws `ledger.damaged` where one of the newest rows is missing. */
  static async open(query: Query, rows: PostgresRows): Promise<PostgresWriter> {
    const last = await rows.last();
    const head = last?.position ?? 0;
    const complete = head - (head % tileWidth);
    const newest = await rows.after(complete, tileWidth);
    // Their hashes are nowhere else: without one of them there is no tree to go on with.
    const gap = newest.findIndex(({ position }, i) => position !== complete + i + 1);
    if (gap >= 0) throw rows.damaged(complete + gap + 1);
    const tops = await query<{ level: number; index: string; hashes: Buffer }>('SELECT DISTINCT ON (level) level, index, hashes FROM ledger_tiles WHERE level > 0 ORDER BY level, index DESC');
    const tiles = new Map(tops.map(({ level, index, hashes }) => [`${level}/${index}`, hashes]));
    const grown: Grown[] = [];
    const tree = new Tree({ get: (level, index) => tiles.get(`${level}/${index}`), put: (level, index, hashes) => void grown.push({ level, index, hashes }) }, complete + newest.length, newest.map(({ event }) => leafOf(event)));
    // What it puts down again is in the database.
    grown.length = 0;
    const time = last === undefined ? 0 : (JSON.parse(last.event) as { time: number }).time;
    return new PostgresWriter(tree, grown, last?.hash ?? genesis, time, await appsOfAgents(query, rows));
  }

  get head(): number {
    return this.tree.size;
  }

  /** Chained checksum of the last row. */
  get hash(): Uint8Array {
    return this.#hash;
  }

  /** Takes the next rows, as lines (see `lines.ts`), into chain and tree. What it returns writes them, within a transaction. */
  take(lines: string): (query: Query) => Promise<void> {
    const columns = this.#columnsOf(lines);
    const grown = this.#grown.splice(0);
    return async (query) => {
      await query('INSERT INTO ledger_events (position, remaining, hash, app, type, actor, event) SELECT * FROM unnest($1::bigint[], $2::int[], $3::bytea[], $4::text[], $5::text[], $6::text[], $7::text[])', columns);
      for (const { level, index, hashes } of grown) {
        await query('INSERT INTO ledger_tiles (level, index, hashes) VALUES ($1, $2, $3) ON CONFLICT (level, index) DO UPDATE SET hashes = excluded.hashes', [level, index, Buffer.from(hashes)]);
      }
    };
  }

  #columnsOf(lines: string): unknown[][] {
    const [positions, remainings, hashes, apps, types, actors, events]: [number[], number[], Uint8Array[], (string | null)[], string[], string[], string[]] = [[], [], [], [], [], [], []];
    for (const { remaining, event, subject } of rowsOf(lines)) {
      const leaf = leafOf(event);
      this.#hash = chained(this.#hash, leaf, remaining);
      this.tree.append(leaf);
      const { actor, type } = namesOf(event);
      positions.push(this.head);
      remainings.push(remaining);
      hashes.push(Buffer.from(this.#hash));
      apps.push(appOf(this.#apps, subject));
      types.push(type);
      // A text in PostgreSQL holds everything but NUL; what is looked up by needs none.
      actors.push(actor.replaceAll('\0', ''));
      events.push(event);
    }
    return [positions, remainings, hashes, apps, types, actors, events];
  }
}

/** A tile that is new, or longer than the one that the database has. */
interface Grown {
  readonly level: number;
  readonly index: number;
  readonly hashes: Uint8Array;
}

/** Apps of the agents that are there, and of the newest that were. */
async function appsOfAgents(query: Query, rows: PostgresRows): Promise<Map<string, string>> {
  const apps = new Map<string, string>();
  // Of those that were created before the ledger's beginning, the state from which it goes on tells.
  const base = await rows.base();
  if (base !== undefined) for (const { id, app } of everyAgent(parseBase(base))) apps.set(id, app);
  const created = await query<{ event: string }>(`SELECT event FROM ledger_events WHERE type = 'AgentCreated' ORDER BY position DESC LIMIT ${agentsAtHand}`);
  for (const { event } of created.reverse()) appOf(apps, subjectOf((JSON.parse(event) as { body: unknown }).body));
  return apps;
}

/** An agent's events belong to the app with which it was created, which is noted in `apps`. */
function appOf(apps: Map<string, string>, { app, agent }: Subject): string | null {
  if (app !== '' && agent !== '') apps.set(agent, app);
  return app !== '' ? app : (apps.get(agent) ?? null);
}
