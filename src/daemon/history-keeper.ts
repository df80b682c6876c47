import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { SignedLog } from '../api/backend.ts';
import type { Paths } from '../host/paths.ts';
import { ledgerFiles } from '../ledger/files.ts';
import { parseCheckpoint } from '../ledger/proof/checkpoint.ts';
import { equal } from '../ledger/merkle.ts';
import { StratoError } from '../model/index.ts';
import { basesKey, historyKey, historyOf, rowsInFile, spoolRows, type History } from '../snapshot/history.ts';
import type { Leaf, SnapshotId } from '../snapshot/manifest.ts';
import type { Store } from '../snapshot/store.ts';
import { logKey, subjectKeys } from './log-key.ts';

/** Key of the entry that holds the keys by which the ledger is signed, and people's names in it are sealed. */
export const keysKey = 'keys';

/** Content of files by name. */
export interface KeptKeys {
  /** The log's key, and those that were put aside. */
  readonly log: Readonly<Record<string, string>>;
  readonly subjects: Readonly<Record<string, string>>;
}

/** What a snapshot takes along of the ledger. */
export interface KeptHistory {
  readonly leaves: Leaf[];
  readonly trees: { readonly key: string; readonly path: string; readonly group: null }[];
  readonly rows: { readonly path: string; readonly earlier: SnapshotId | null; readonly upTo: number };
}

/** Hands the ledger, with its keys, to snapshots of the whole system. */
export class HistoryKeeper {
  readonly #paths: Paths;
  readonly #log: Pick<SignedLog, 'source' | 'key' | 'sign'>;

  constructor(paths: Paths, log: Pick<SignedLog, 'source' | 'key' | 'sign'>) {
    this.#paths = paths;
    this.#log = log;
  }

  /** Signs what there is now, and writes those of its rows into `directory` that the newest snapshot does not have. */
  async keep(store: Store, directory: string): Promise<KeptHistory> {
    const { source, key } = this.#log;
    const checkpoint = await this.#log.sign();
    const { size } = parseCheckpoint(checkpoint);
    const { minimum, hash } = await source.extent();
    const hashAt = async (position: number) => (position === minimum ? hash : (await source.rows(position - 1))[0]!.hash);
    const position = Math.max(minimum, Math.floor(size / rowsInFile) * rowsInFile);
    const before = await this.#before(store, { key, minimum, size }, hashAt);
    const upTo = before?.history.complete.position ?? minimum;
    await spoolRows(source, upTo, size, directory);
    const { retention: retentionFile, bases } = ledgerFiles(this.#paths.ledger);
    const retention = minimum === 0 ? null : readFileSync(retentionFile, 'utf8');
    if (retention !== null && (JSON.parse(retention) as { minimum: number }).minimum !== minimum) throw new StratoError('snapshot.busy', 'events are being archived at this moment', { next: 'take the snapshot when that is done', retryable: true });
    const history: History = { key, size, minimum, hash: hex(hash), complete: { position, hash: hex(await hashAt(position)) }, checkpoint, retention };
    return {
      leaves: [{ key: historyKey, value: history }, { key: keysKey, value: this.#keys() }],
      trees: minimum > 0 && existsSync(bases) ? [{ key: basesKey, path: bases, group: null }] : [],
      rows: { path: directory, earlier: before?.id ?? null, upTo },
    };
  }

  /** The newest snapshot that holds the beginning of this ledger. */
  async #before(store: Store, { key, minimum, size }: Pick<History, 'key' | 'minimum' | 'size'>, hashAt: (position: number) => Promise<Uint8Array>) {
    for (const id of store.ids()) {
      try {
        const history = historyOf(store.read(id));
        if (history?.key !== key || history.minimum !== minimum || history.complete.position > size) continue;
        if (equal(await hashAt(history.complete.position), Buffer.from(history.complete.hash, 'hex'))) return { id, history };
      } catch {
        // One that is damaged is of no use here; listing and verifying name it.
      }
    }
    return undefined;
  }

  #keys(): KeptKeys {
    const file = logKey(this.#paths);
    return { log: contents(dirname(file), (name) => name.startsWith(basename(file)) && !name.endsWith('.next')), subjects: contents(subjectKeys(this.#paths), (name) => name.endsWith('.json')) };
  }
}

function contents(directory: string, wanted: (name: string) => boolean): Record<string, string> {
  if (!existsSync(directory)) return {};
  return Object.fromEntries(readdirSync(directory).filter(wanted).sort().map((name) => [name, readFileSync(join(directory, name), 'utf8')]));
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
