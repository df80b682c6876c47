import { rmSync } from 'node:fs';
import { DatabaseSync, type SQLOutputValue } from 'node:sqlite';
import { nearEnough, readFingerprint, similarity } from '../analysis/similarity/fingerprint.ts';
import type { AppName, ServiceName, SimilarService } from '../model/index.ts';

/** Of the tables; another one is of another version, and started anew. */
const format = 1;

/** Services that are remembered: those deployed last. */
const mostServices = 20_000;

/** Primary result codes of SQLite that say that the file is no longer what was written: ERROR (a table is missing), IOERR, CORRUPT, NOTADB. */
const damage = new Set([1, 10, 11, 26]);

/** Revisions of a service whose measurements count. */
const recent = 5;

/** How a deployment of one service went. `decided` and `position` are positions in the ledger: of the decision, and of the event that tells. */
export interface Outcome {
  readonly app: AppName;
  readonly service: ServiceName;
  readonly fingerprint: string;
  readonly revision: number;
  readonly decided: number;
  readonly position: number;
  readonly language: string | null;
  readonly framework: string | null;
  readonly replicas: number;
  readonly health: string | null;
  readonly well: boolean;
}

/** What one agent of a revision needed: memory at most in bytes, CPU on average in thousandths of a core, milliseconds until it was ready. */
export interface Measured {
  readonly decided: number;
  readonly memory: number | null;
  readonly cpu: number | null;
  readonly ready: number | null;
}

/** How the deployments of one service went, and what its last revisions needed at most. */
export type Known = Pick<SimilarService, 'succeeded' | 'failed' | 'observed'>;

/**
 * What was learned from deployments: how often each service stayed well and what it needed, found again by likeness. A cache: the outcomes are facts of the ledger, and a
 * file that is damaged is started anew.
 *
 * Every search compares with all services, exactly: 20 000 with 128 permutations and 128 dimensions each take about 15 ms of a processor once they are read, so that no approximate index is needed.
 */
export class Experience {
  readonly #path: string;
  #database: DatabaseSync;
  /** All fingerprints by app and service, read at the first search. */
  #index: Map<string, { app: string; service: string; bytes: Uint8Array }> | undefined;

  constructor(path: string) {
    this.#path = path;
    try {
      this.#database = open(path);
    } catch {
      this.#database = this.#anew();
    }
  }

  /** Position in the ledger up to which outcomes are counted. */
  get position(): number {
    return this.#whole(() => Number(this.#database.prepare('SELECT max(position) AS position FROM services').get()?.['position'] ?? 0));
  }

  /** Forgets everything. */
  clear(): void {
    this.#whole(() => this.#database.exec('DELETE FROM services'));
    this.#index = undefined;
  }

  /** Counts each deployment of a service once, however often it is told. A failure leaves what is known of how it ran well. */
  count({ app, service, fingerprint, revision, decided, position, language, framework, replicas, health, well }: Outcome): void {
    const bytes = readFingerprint(fingerprint);
    if (bytes === undefined) return;
    this.#whole(() => {
      this.#database.prepare(`INSERT INTO services VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '[]') ON CONFLICT (app, service) DO UPDATE SET
        decided = excluded.decided, position = excluded.position, succeeded = succeeded + excluded.succeeded, failed = failed + excluded.failed,
        fingerprint = CASE WHEN excluded.succeeded THEN excluded.fingerprint ELSE fingerprint END, revision = CASE WHEN excluded.succeeded THEN excluded.revision ELSE revision END,
        language = CASE WHEN excluded.succeeded THEN excluded.language ELSE language END, framework = CASE WHEN excluded.succeeded THEN excluded.framework ELSE framework END,
        replicas = CASE WHEN excluded.succeeded THEN excluded.replicas ELSE replicas END, health = CASE WHEN excluded.succeeded THEN excluded.health ELSE health END
        WHERE excluded.decided > decided`).run(app, service, bytes, revision, decided, position, language, framework, replicas, health, well ? 1 : 0, well ? 0 : 1);
      this.#database.prepare('DELETE FROM services WHERE decided <= (SELECT decided FROM services ORDER BY decided DESC LIMIT 1 OFFSET ?)').run(mostServices);
      const kept = this.#database.prepare('SELECT fingerprint FROM services WHERE app = ? AND service = ?').get(app, service);
      if (kept) this.#index?.set(`${app}/${service}`, { app, service, bytes: kept['fingerprint'] as Uint8Array });
    });
  }

  /** Adds what agents of a revision were seen to need; of several measurements the largest counts. */
  measure(app: AppName, service: ServiceName, measured: Measured): void {
    this.#whole(() => {
      const row = this.#database.prepare('SELECT peaks FROM services WHERE app = ? AND service = ?').get(app, service);
      if (row === undefined) return;
      const peaks = peaksIn(row['peaks']);
      const before = peaks.find(({ decided }) => decided === measured.decided);
      const next = { decided: measured.decided, memory: larger(before?.memory, measured.memory), cpu: larger(before?.cpu, measured.cpu), ready: larger(before?.ready, measured.ready) };
      const kept = [...peaks.filter((peak) => peak !== before), next].toSorted((a, b) => b.decided - a.decided).slice(0, recent);
      this.#database.prepare('UPDATE services SET peaks = ? WHERE app = ? AND service = ?').run(JSON.stringify(kept), app, service);
    });
  }

  /** What is known of one service by its name; undefined when it never ran here. */
  of(app: AppName, service: ServiceName): Known | undefined {
    return this.#whole(() => {
      const row = this.#database.prepare('SELECT * FROM services WHERE app = ? AND service = ?').get(app, service);
      return row && knownOf(row);
    });
  }

  /** At most `most` services that are near enough to a fingerprint, the nearest first. */
  nearest(fingerprint: string, most: number): Omit<SimilarService, 'followed'>[] {
    const wanted = readFingerprint(fingerprint);
    if (wanted === undefined) return [];
    return this.#whole(() => {
      const near: { app: string; service: string; similarity: number }[] = [];
      this.#index ??= new Map(this.#database.prepare('SELECT app, service, fingerprint FROM services').all().map((row) => {
        const [app, service] = [String(row['app']), String(row['service'])];
        return [`${app}/${service}`, { app, service, bytes: row['fingerprint'] as Uint8Array }];
      }));
      for (const { app, service, bytes } of this.#index.values()) {
        const value = similarity(wanted, bytes);
        if (value >= nearEnough) near.push({ app, service, similarity: value });
      }
      const ordered = near.toSorted((a, b) => b.similarity - a.similarity || (`${a.app}/${a.service}` < `${b.app}/${b.service}` ? -1 : 1)).slice(0, most);
      return ordered.flatMap(({ app, service, similarity: value }) => {
        const row = this.#database.prepare('SELECT * FROM services WHERE app = ? AND service = ?').get(app, service);
        if (row === undefined) return [];
        return { app: app as AppName, service: service as ServiceName, similarity: Math.round(value * 100) / 100, ...knownOf(row) };
      });
    });
  }

  close(): void {
    this.#database.close();
  }

  /** Does something with the database; one that proves damaged is started anew, and it is done with that. */
  #whole<T>(act: () => T): T {
    try {
      return act();
    } catch (error) {
      if (!this.#database.isOpen || !damage.has(Number((error as { errcode?: number }).errcode) & 255)) throw error;
      this.#database.close();
      this.#database = this.#anew();
      return act();
    }
  }

  #anew(): DatabaseSync {
    this.#index = undefined;
    for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(`${this.#path}${suffix}`, { force: true, recursive: true });
    return open(this.#path);
  }
}

function open(path: string): DatabaseSync {
  const database = new DatabaseSync(path);
  try {
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
    const version = Number(database.prepare('PRAGMA user_version').get()?.['user_version']);
    if (version !== format && version !== 0) throw new Error(`format ${version}`);
    if (database.prepare('PRAGMA quick_check(1)').get()?.['quick_check'] !== 'ok') throw new Error('damaged');
    database.exec(`BEGIN; CREATE TABLE IF NOT EXISTS services (app TEXT, service TEXT, fingerprint BLOB, revision INTEGER, decided INTEGER, position INTEGER, language TEXT, framework TEXT,
      replicas INTEGER, health TEXT, succeeded INTEGER, failed INTEGER, peaks TEXT, PRIMARY KEY (app, service)); CREATE INDEX IF NOT EXISTS decided ON services (decided); PRAGMA user_version = ${format}; COMMIT`);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function knownOf(row: Record<string, SQLOutputValue>): Known {
  const peaks = peaksIn(row['peaks']);
  const most = (key: 'memory' | 'cpu' | 'ready') => peaks.map((peak) => peak[key]).reduce(larger, null);
  return {
    succeeded: Number(row['succeeded']), failed: Number(row['failed']),
    observed: { memory: most('memory'), cpu: most('cpu'), ready: most('ready'), replicas: Number(row['replicas']), health: row['health'] as string | null },
  };
}

function peaksIn(text: unknown): Measured[] {
  return JSON.parse(String(text)) as Measured[];
}

function larger(a: number | null | undefined, b: number | null): number | null {
  return a === null || a === undefined ? b : b === null ? a : Math.max(a, b);
}
