import type { ApiClient } from '../../api/client.ts';
import type { LogExtent, LogSource, Posting, StoredRow } from '../../ledger/store/source.ts';

const decoded = (text: string) => Buffer.from(text, 'base64');

/** The log of a daemon that runs, as its API hands it out. */
export class ApiSource implements LogSource {
  readonly #client: ApiClient;

  constructor(client: ApiClient) {
    this.#client = client;
  }

  async key(): Promise<string> {
    return (await this.#client.get<{ key: string }>('/v1/log')).key;
  }

  async extent(): Promise<LogExtent> {
    const { hash, ...rest } = await this.#client.get<Omit<LogExtent, 'hash'> & { hash: string }>('/v1/log');
    return { ...rest, hash: decoded(hash) };
  }

  async rows(after: number): Promise<readonly StoredRow[]> {
    const { rows } = await this.#client.get<{ rows: (Omit<StoredRow, 'hash'> & { hash: string })[] }>('/v1/log/rows', { after });
    return rows.map((row) => ({ ...row, hash: decoded(row.hash) }));
  }

  async tile(level: number, index: number): Promise<Uint8Array | undefined> {
    const { hashes } = await this.#client.get<{ hashes: string | null }>(`/v1/log/tiles/${level}/${index}`);
    return hashes === null ? undefined : decoded(hashes);
  }

  async postings(first: number, last: number): Promise<readonly Posting[] | undefined> {
    const answer = await this.#client.get<{ postings: (Omit<Posting, 'offsets'> & { offsets: string })[] }>('/v1/log/postings', { first, last }).catch((error: unknown) => {
      // A daemon of an earlier version runs on until somebody restarts it.
      if ((error as { code?: string }).code === 'route.unknown') return undefined;
      throw error;
    });
    return answer?.postings.map((posting) => ({ ...posting, offsets: decoded(posting.offsets) }));
  }

  async checkpoints(): Promise<readonly string[]> {
    return (await this.#client.get<{ checkpoints: string[] }>('/v1/log/checkpoints')).checkpoints;
  }
}
