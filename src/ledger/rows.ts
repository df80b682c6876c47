import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { rmSync } from 'node:fs';
import { syncPath } from './files.ts';
import type { Subject } from './subject.ts';

/** Version of the table's shape. Held twice in the database's header, so that a flipped bit is not taken for a newer one. */
export const format = 1;
/** Bytes of a page of the database. */
export const pageSize = 4096;
const applicationId = 0x53_57_4c_00;

/** One row of the table `events`. */
export interface Row {
  readonly position: number;
  /** Events of the same append that still follow. */
  readonly remaining: number;
  /** Chained checksum, see `chain.ts`. */
  readonly hash: string;
  /** The event as JSON. */
  readonly event: string;
}

/**
 * `type` and `app` repeat what the event says, for looking it up. The order of the columns is known to
 * `cells.ts`, which reads rows from damaged files. In `events_of_app` the position goes before the type, so that a commit touches one page for each
 * app and not one for each pair.
 */
const schema = `
  CREATE TABLE events (
    position INTEGER PRIMARY KEY,
    remaining INTEGER NOT NULL,
    type TEXT NOT NULL,
    app TEXT,
    hash TEXT NOT NULL,
    event TEXT NOT NULL
  ) STRICT;
  CREATE INDEX events_of_app ON events (app, position, type) WHERE app IS NOT NULL;
  CREATE INDEX events_of_type ON events (type);
  CREATE TRIGGER never_updated BEFORE UPDATE ON events BEGIN SELECT RAISE(ABORT, 'events are never changed'); END;
  CREATE TRIGGER never_deleted BEFORE DELETE ON events BEGIN SELECT RAISE(ABORT, 'events are never removed'); END;
  CREATE TRIGGER only_appended BEFORE INSERT ON events
    WHEN new.position IS NOT (SELECT coalesce(max(position), 0) + 1 FROM events)
    BEGIN SELECT RAISE(ABORT, 'events are only appended'); END;
  PRAGMA user_version = ${format};
  PRAGMA application_id = ${applicationId + format};
`;

/**
 * Builds a database at `path` of the rows that `fill` inserts. On return it is complete and on disk, in write-ahead mode. Until then
 * nothing relies on it, so it is built without a journal.
 */
export function buildDatabase(path: string, fill: (inserter: RowInserter) => void): void {
  for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(path + suffix, { force: true });
  const database = new DatabaseSync(path);
  try {
    database.exec(`PRAGMA page_size = ${pageSize}; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;`);
    database.exec('BEGIN');
    database.exec(schema);
    fill(new RowInserter(database));
    database.exec('COMMIT');
    database.exec('PRAGMA journal_mode = WAL');
  } finally {
    database.close();
  }
  syncPath(path);
}

/** True when the database says, twice, that a newer program made it. */
export function isNewer(database: DatabaseSync): boolean {
  const userVersion = Number(database.prepare('PRAGMA user_version').get()?.['user_version']);
  const id = Number(database.prepare('PRAGMA application_id').get()?.['application_id']);
  return userVersion > format && userVersion < 256 && id === applicationId + userVersion;
}

/** Apps of agents kept at hand; of others it is looked up. */
const agentsAtHand = 20_000;

/** Inserts rows, and works out which app an agent's event belongs to. */
export class RowInserter {
  readonly #insert: StatementSync;
  readonly #anyOfApp: StatementSync;
  readonly #creation: StatementSync;
  readonly #apps = new Map<string, string | null>();

  constructor(database: DatabaseSync) {
    this.#insert = database.prepare('INSERT INTO events (position, remaining, type, app, hash, event) VALUES (?, ?, ?, ?, ?, ?)');
    this.#anyOfApp = database.prepare('SELECT 1 FROM events INDEXED BY events_of_app WHERE app = ? LIMIT 1');
    this.#creation = database.prepare("SELECT 1 FROM events INDEXED BY events_of_app WHERE app = ? AND type = 'AgentCreated' AND instr(event, ?) > 0 ORDER BY position DESC LIMIT 1");
  }

  insert(position: number, remaining: number, type: string, subject: Subject, hash: string, event: string): void {
    const app = subject.app !== '' ? subject.app : subject.agent !== '' ? this.#appOf(subject.agent) : null;
    if (subject.app !== '' && subject.agent !== '') this.#remember(subject.agent, app);
    this.#insert.run(position, remaining, type, app, hash, event);
  }

  /** To be called when a transaction was rolled back: what it taught is not so. */
  forget(): void {
    this.#apps.clear();
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
    const apps = names.filter((name) => this.#anyOfApp.get(name) !== undefined);
    if (apps.length < 2) return apps[0] ?? null;
    return apps.find((app) => this.#creation.get(app, `"agent":"${agent}"`) !== undefined) ?? null;
  }

  #remember(agent: string, app: string | null): void {
    if (this.#apps.size >= agentsAtHand) this.#apps.clear();
    this.#apps.set(agent, app);
  }
}
