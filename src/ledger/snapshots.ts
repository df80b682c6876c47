import { createHash } from 'node:crypto';
import { mkdir, open, readFile, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ledgerFiles } from './files.ts';

/** Version of the files' shape. */
const format = 1;

export interface SnapshotsOptions<S> {
  /** The ledger's directory. */
  readonly directory: string;
  /** Names the fold that made the state: a snapshot of another one is no use. */
  readonly reducerHash: string;
  /** To and from plain JSON. `load` may throw on what it does not understand. */
  readonly dump: (state: S) => unknown;
  readonly load: (plain: unknown) => S;
  /** How many to keep; 3 when absent. */
  readonly keep?: number;
}

export interface Snapshot<S> {
  readonly position: number;
  readonly state: S;
}

/**
 * States of a fold, kept beside the ledger so that a start needs not fold everything. They are only a shortcut: one that is damaged, of
 * another fold or of a newer version is passed over, and with none left the ledger is folded from its beginning.
 */
export class Snapshots<S> {
  readonly #options: SnapshotsOptions<S>;
  readonly #place: string;

  constructor(options: SnapshotsOptions<S>) {
    this.#options = options;
    this.#place = ledgerFiles(options.directory).snapshots;
  }

  /** Writes the state at `position`, durably and at once or not at all, and removes what exceeds the number to keep. */
  async save(position: number, state: S): Promise<void> {
    const text = JSON.stringify(this.#options.dump(state));
    const head = { format, position, reducerHash: this.#options.reducerHash, checksum: checksum(text) };
    await mkdir(this.#place, { recursive: true });
    const path = join(this.#place, `${position}.json`);
    const file = await open(`${path}.next`, 'w');
    try {
      await file.writeFile(`${JSON.stringify(head)}\n${text}`);
      await file.sync();
    } catch (error) {
      await rm(`${path}.next`, { force: true });
      throw error;
    } finally {
      await file.close();
    }
    await rename(`${path}.next`, path);
    const old = (await this.#positions()).slice(this.#options.keep ?? 3);
    await Promise.all(old.map((position) => rm(join(this.#place, `${position}.json`), { force: true })));
  }

  /** The newest that can be used, at or before `position`; undefined when there is none. */
  async latest(position = Infinity): Promise<Snapshot<S> | undefined> {
    for (const candidate of await this.#positions()) {
      if (candidate > position) continue;
      const state = await this.#load(candidate);
      if (state !== undefined) return { position: candidate, state: state.value };
    }
    return undefined;
  }

  async #load(position: number): Promise<{ value: S } | undefined> {
    try {
      const content = await readFile(join(this.#place, `${position}.json`), 'utf8');
      const end = content.indexOf('\n');
      const head = JSON.parse(content.slice(0, end)) as Record<string, unknown>;
      const text = content.slice(end + 1);
      const usable = head['format'] === format && head['position'] === position && head['reducerHash'] === this.#options.reducerHash;
      return usable && head['checksum'] === checksum(text) ? { value: this.#options.load(JSON.parse(text)) } : undefined;
    } catch {
      return undefined;
    }
  }

  /** Newest first. */
  async #positions(): Promise<number[]> {
    const names = await readdir(this.#place).catch(() => []);
    return names.flatMap((name) => (/^\d{1,15}\.json$/.test(name) ? [Number.parseInt(name, 10)] : [])).sort((a, b) => b - a);
  }
}

function checksum(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
