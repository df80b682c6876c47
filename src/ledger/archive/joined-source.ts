import type { LogExtent, LogSource, Posting, StoredRow } from '../store/source.ts';
import { parseCheckpoint } from '../proof/checkpoint.ts';
import { tileWidth } from '../proof/tree.ts';
import type { ArchiveSource } from './archive-source.ts';

/** Archives that lead up to where a ledger begins, the first first. Others are left out. */
export function leadingTo(minimum: number, archives: readonly ArchiveSource[]): ArchiveSource[] {
  const found: ArchiveSource[] = [];
  for (let end = minimum; end > 0; end = found[0]!.head.from) {
    const next = archives.find(({ head }) => head.upTo === end);
    if (next === undefined) return found;
    found.unshift(next);
  }
  return found;
}

/** A ledger with its archives, as if nothing had been taken out of it. Close the archives yourself. */
export class JoinedSource implements LogSource {
  readonly #archives: readonly ArchiveSource[];
  readonly #rest: LogSource;

  /** @param archives - As {@link leadingTo} gives them, at least one. */
  constructor(archives: readonly ArchiveSource[], rest: LogSource) {
    this.#archives = archives;
    this.#rest = rest;
  }

  async extent(): Promise<LogExtent> {
    const [first, rest] = [await this.#archives[0]!.extent(), await this.#rest.extent()];
    return { ...rest, minimum: first.minimum, hash: first.hash };
  }

  rows(after: number): Promise<readonly StoredRow[]> {
    return (this.#archives.find(({ head }) => after >= head.from && after < head.upTo) ?? this.#rest).rows(after);
  }

  /** Of a tile that begins in one part and ends in another, each has it as far as it went: the longest counts. */
  async tile(level: number, index: number): Promise<Uint8Array | undefined> {
    const tiles = await Promise.all([this.#rest, ...this.#archives].map((source) => source.tile(level, index)));
    return tiles.reduce((longest, tile) => ((tile?.length ?? 0) > (longest?.length ?? 0) ? tile : longest), undefined);
  }

  /** Only of what is not archived. */
  async postings(first: number, last: number): Promise<readonly Posting[] | undefined> {
    return first * tileWidth < this.#archives.at(-1)!.head.upTo ? undefined : await this.#rest.postings?.(first, last);
  }

  async checkpoints(): Promise<readonly string[]> {
    const notes = (await Promise.all([this.#rest, ...this.#archives].map((source) => source.checkpoints()))).flat();
    return [...new Set(notes)].toSorted((a, b) => parseCheckpoint(a).size - parseCheckpoint(b).size);
  }
}
