import { appendFile, rename, stat } from 'node:fs/promises';

/** One line of the access log. */
export interface AccessRecord {
  /** When the request came, milliseconds since the epoch. */
  readonly time: number;
  readonly app: string | null;
  readonly service: string | null;
  readonly agent: string | null;
  readonly method: string | null;
  /** Without the query, which may hold secrets. */
  readonly path: string | null;
  /** 0: the client left before an answer. */
  readonly status: number;
  /** Bytes of the response's body as sent to the client. */
  readonly bytes: number;
  readonly ms: number;
  readonly client: string;
  readonly id: string;
  /** Why the ingress answered itself, or broke off. */
  readonly error?: string;
}

export interface AccessLogOptions {
  readonly path: string;
  /** A file that grew beyond this many bytes is renamed to `<path>.1`, and so on. */
  readonly rotateBytes?: number;
  readonly kept?: number;
}

const flushBytes = 64 * 1024;
const flushInterval = 500;
/** Lines that the disk does not take are dropped beyond this: the log must never stop the traffic. */
const backlogBytes = 8 * 1024 * 1024;
const longestPath = 2048;

/**
 * JSON lines, appended in batches. The file is opened anew for each batch, so that two processes may write it during an
 * upgrade and rotation needs no agreement between them.
 */
export class AccessLog {
  /** Lines lost because the disk was full or too slow. */
  dropped = 0;
  readonly #path: string;
  readonly #rotateBytes: number;
  readonly #kept: number;
  #batch = '';
  #lines = 0;
  #timer: NodeJS.Timeout | null = null;
  #chain: Promise<void> = Promise.resolve();

  constructor(options: AccessLogOptions) {
    this.#path = options.path;
    this.#rotateBytes = options.rotateBytes ?? 32 * 1024 * 1024;
    this.#kept = options.kept ?? 4;
  }

  write(record: AccessRecord): void {
    if (this.#batch.length > backlogBytes) {
      this.dropped++;
      return;
    }
    this.#batch += lineOf(record);
    this.#lines++;
    if (this.#batch.length > flushBytes) void this.flush();
    else this.#timer ??= setTimeout(() => void this.flush(), flushInterval).unref();
  }

  /** Resolves when all lines so far are written (or were dropped). */
  async flush(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#chain = this.#chain.then(() => this.#writeBatch());
    await this.#chain;
  }

  async #writeBatch(): Promise<void> {
    if (this.#batch === '') return;
    const batch = this.#batch;
    const lines = this.#lines;
    this.#batch = '';
    this.#lines = 0;
    try {
      await appendFile(this.#path, batch, { mode: 0o640 });
      if ((await stat(this.#path)).size > this.#rotateBytes) await this.#rotate();
    } catch {
      this.dropped += lines;
    }
  }

  async #rotate(): Promise<void> {
    for (let n = this.#kept - 1; n >= 1; n--) await rename(`${this.#path}.${n}`, `${this.#path}.${n + 1}`).catch(() => undefined);
    await rename(this.#path, `${this.#path}.1`);
  }
}

/** Only `path`, `id` and `error` can hold characters that JSON must escape; the rest is written as it is, which is several times faster. */
function lineOf(r: AccessRecord): string {
  const error = r.error === undefined ? '' : `,"error":${JSON.stringify(r.error)}`;
  const path = r.path === null ? 'null' : JSON.stringify(r.path.length > longestPath ? r.path.slice(0, longestPath) : r.path);
  return `{"time":"${isoTime(r.time)}","app":${text(r.app)},"service":${text(r.service)},"agent":${text(r.agent)},"method":${text(r.method)},"path":${path},"status":${r.status},"bytes":${r.bytes},"ms":${r.ms.toFixed(1)},"client":"${r.client}","id":${JSON.stringify(r.id)}${error}}\n`;
}

function text(value: string | null): string {
  return value === null ? 'null' : `"${value}"`;
}

let isoSecond = -1;
let isoPrefix = '';

/** ISO 8601 in UTC; the part down to the second is kept from one line to the next. */
function isoTime(time: number): string {
  const second = Math.floor(time / 1000);
  if (second !== isoSecond) {
    isoSecond = second;
    isoPrefix = new Date(second * 1000).toISOString().slice(0, 20);
  }
  return `${isoPrefix}${String(time % 1000).padStart(3, '0')}Z`;
}
