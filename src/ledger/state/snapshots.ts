import { createHash } from 'node:crypto';
import { mkdir, open, readFile, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { threadId } from 'node:worker_threads';
import { ledgerFiles } from '../files.ts';
import { basePositions, readBase } from './base.ts';

/** Bytes that hold the first line of a file. */
const headSize = 512;

/** Version of what the files hold. Those of the first had more sealed than events have: they are made again from the events. */
const format = 2;

/** Milliseconds after which whoever was writing a state is gone. */
const longestSave = 3_600_000;

/** States that this thread has written. */
let saves = 0;

export interface SnapshotsOptions<S> {
  /** The ledger's directory. */
  readonly directory: string;
  /** Names the fold that made the state: a snapshot of another one is no use. */
  readonly reducerHash: string;
  /** To and from plain JSON. `load` may throw on what it does not understand. */
  readonly dump: (state: S) => unknown;
  readonly load: (plain: unknown) => S;
  /** A state to which archived events led (see `base.ts`), from its text. Without it such states are not looked for. */
  readonly loadBase?: (text: string) => S;
  /** How many of the newest to keep; 3 when absent. */
  readonly keep?: number;
  /** Of older ones, one in each stretch of so many events is kept, so that any moment of the past is near one; none when absent. */
  readonly every?: number;
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
    // Another thread, or another call, may be writing the same.
    const next = `${path}.${threadId}-${saves++}.next`;
    const file = await open(next, 'w');
    try {
      await file.writeFile(`${JSON.stringify(head)}\n${text}`);
      await file.sync();
    } catch (error) {
      await rm(next, { force: true });
      throw error;
    } finally {
      await file.close();
    }
    await rename(next, path);
    await Promise.all((await this.#superfluous()).map((old) => rm(join(this.#place, `${old}.json`), { force: true })));
  }

  /** The newest that can be used, at or before `position`; undefined when there is none. Throws `ledger.base`. */
  async latest(position = Infinity): Promise<Snapshot<S> | undefined> {
    const bases = new Set(this.#bases());
    for (const candidate of await this.positions()) {
      if (candidate > position) continue;
      const state = (await this.#load(candidate)) ?? (bases.has(candidate) ? { value: this.#options.loadBase!(readBase(this.#options.directory, candidate)) } : undefined);
      if (state !== undefined) return { position: candidate, state: state.value };
    }
    return undefined;
  }

  /** Removes what another fold made, or nobody can read, as it would only be passed over, and what was begun long ago and never ended. `now`: milliseconds since the epoch. */
  async clean(now: number): Promise<void> {
    for (const name of await readdir(this.#place).catch(() => [])) {
      const path = join(this.#place, name);
      if (name.endsWith('.next') && now - ((await stat(path).catch(() => undefined))?.mtimeMs ?? Infinity) > longestSave) await rm(path, { force: true });
    }
    for (const position of await this.#files()) {
      const head = await this.#head(position);
      if (head === undefined || !this.#isUsable(head, position)) await rm(join(this.#place, `${position}.json`), { force: true });
    }
  }

  async #superfluous(): Promise<number[]> {
    const { keep = 3, every } = this.#options;
    const older = (await this.#files()).slice(keep);
    if (every === undefined) return older;
    const stretches = new Set<number>();
    return older.reverse().filter((position) => {
      const stretch = Math.floor(position / every);
      return stretches.has(stretch) || !stretches.add(stretch);
    });
  }

  async #head(position: number): Promise<Record<string, unknown> | undefined> {
    try {
      const file = await open(join(this.#place, `${position}.json`));
      try {
        const { buffer, bytesRead } = await file.read(Buffer.alloc(headSize), 0, headSize, 0);
        const text = buffer.toString('utf8', 0, bytesRead);
        return JSON.parse(text.slice(0, text.indexOf('\n'))) as Record<string, unknown>;
      } finally {
        await file.close();
      }
    } catch {
      return undefined;
    }
  }

  #isUsable(head: Record<string, unknown>, position: number): boolean {
    return head['format'] === format && head['position'] === position && head['reducerHash'] === this.#options.reducerHash;
  }

  async #load(position: number): Promise<{ value: S } | undefined> {
    try {
      const content = await readFile(join(this.#place, `${position}.json`), 'utf8');
      const end = content.indexOf('\n');
      const head = JSON.parse(content.slice(0, end)) as Record<string, unknown>;
      const text = content.slice(end + 1);
      return this.#isUsable(head, position) && head['checksum'] === checksum(text) ? { value: this.#options.load(JSON.parse(text)) } : undefined;
    } catch {
      return undefined;
    }
  }

  /** Where there are any, newest first; some of them may be no use. */
  async positions(): Promise<number[]> {
    return [...new Set([...(await this.#files()), ...this.#bases()])].sort((a, b) => b - a);
  }

  #bases(): number[] {
    return this.#options.loadBase === undefined ? [] : basePositions(this.#options.directory);
  }

  #files(): Promise<number[]> {
    return filesIn(this.#place);
  }
}

/** Removes the snapshots of a ledger's directory from which no event leads on any more, because it was archived. */
export async function removeSnapshotsBefore(directory: string, position: number): Promise<void> {
  const place = ledgerFiles(directory).snapshots;
  for (const old of await filesIn(place)) if (old < position) await rm(join(place, `${old}.json`), { force: true });
}

async function filesIn(place: string): Promise<number[]> {
  const names = await readdir(place).catch(() => []);
  return names.flatMap((name) => (/^\d{1,15}\.json$/.test(name) ? [Number.parseInt(name, 10)] : [])).sort((a, b) => b - a);
}

function checksum(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
