import { StratoError } from '../../model/errors.ts';
import { entryOf } from '../proof/leaf.ts';
import { entriesOf, tilePath } from '../proof/tile-path.ts';
import { tileWidth } from '../proof/tree.ts';
import type { LogExtent, LogSource, StoredRow } from '../store/source.ts';
import { archiveFormat, blockPath, unpackRows, type ArchiveHead } from './layout.ts';
import { TarReader } from './tar.ts';

/** The part of a log that a bundle holds. Nothing of it is checked by reading it. */
export class ArchiveSource implements LogSource {
  readonly file: string;
  readonly head: ArchiveHead;
  readonly #tar: TarReader;

  /** @throws StratoError `ledger.archive` for what is no archive. */
  constructor(file: string) {
    this.file = file;
    this.#tar = new TarReader(file);
    try {
      this.head = JSON.parse(this.text('archive.json')) as ArchiveHead;
    } catch (error) {
      this.close();
      throw error instanceof StratoError ? error : this.#broken('its first member cannot be read');
    }
    const { format, from, upTo } = this.head;
    if (format === archiveFormat && Number.isSafeInteger(from) && Number.isSafeInteger(upTo) && from % tileWidth === 0 && upTo % tileWidth === 0 && from < upTo) return;
    this.close();
    throw this.#broken(`it is of the form ${JSON.stringify(format)?.slice(0, 60)}`);
  }

  async extent(): Promise<LogExtent> {
    const { from, upTo, hash } = this.head;
    return { head: upTo, minimum: from, hash: Buffer.from(hash, 'hex'), archives: [], continues: true };
  }

  async rows(after: number): Promise<readonly StoredRow[]> {
    const { from, upTo } = this.head;
    if (after < from || after >= upTo) return [];
    const index = Math.floor(after / tileWidth);
    const [entries, packed] = [this.#tar.read(tilePath('entries', index)), this.#tar.read(blockPath(index))];
    if (entries === undefined || packed === undefined) return [];
    const texts = entriesOf(entries).map((entry, i) => this.#large(index * tileWidth + i + 1, entry));
    return unpackRows(packed, index * tileWidth, texts).slice(after % tileWidth);
  }

  /** Also of a tile that had not become full, as far as it went. */
  async tile(level: number, index: number): Promise<Uint8Array | undefined> {
    const width = Math.floor(this.head.upTo / tileWidth ** level) - index * tileWidth;
    if (level === 0 && index >= this.head.from / tileWidth) return this.#tar.read(tilePath(0, index));
    return width > 0 && width < tileWidth ? this.#tar.read(tilePath(level, index, width)) : this.#tar.read(tilePath(level, index));
  }

  async checkpoints(): Promise<readonly string[]> {
    return [...this.#tar.paths].filter((path) => path.startsWith('checkpoints/')).map((path) => this.text(path));
  }

  /** A member as text. Throws `ledger.archive` when it is not there. */
  text(member: string): string {
    const bytes = this.#tar.read(member);
    if (bytes === undefined) throw this.#broken(`${member} is missing in it`);
    return bytes.toString('utf8');
  }

  close(): void {
    this.#tar.close();
  }

  /** An entry that only commits to its event has that beside it. */
  #large(position: number, entry: string): string {
    const event = entry.startsWith('{"bytes":') ? this.#tar.read(`large/${position}.json`)?.toString('utf8') : undefined;
    return event !== undefined && entryOf(event) === entry ? event : entry;
  }

  #broken(why: string): StratoError {
    return new StratoError('ledger.archive', `${this.file} is not an archive of a ledger`, { why, next: 'bring the file back from a copy' });
  }
}
