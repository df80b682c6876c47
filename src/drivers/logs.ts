import { watch } from 'node:fs';
import { open, stat, type FileHandle } from 'node:fs/promises';
import { readExtent, writeExtent } from './logs-extent.ts';
import type { LogChunk, LogOptions } from './driver.ts';

/** A log that may still grow. */
export interface LogSource {
  readonly log: string;
  /** Whether nothing more will be written. Asked again and again while the log is followed. */
  ended(): boolean;
  /** Calls back when `ended` may have become true; without it that is found out within {@link fallbackPoll}. */
  onChange?(listener: () => void): () => void;
}

const chunkSize = 65_536;
/** Milliseconds; inotify tells at once, where it works. */
const fallbackPoll = 500;
/** Milliseconds after which a truncation that was not reported as done was left by a daemon that died. */
const cutTimeout = 5000;

/**
 * Output of an agent, in order. An offset that has been freed (see logs-rotation.ts) reads from the first one that is
 * left: a reader sees that from the chunk's offset. A log that is not there yet is empty.
 */
export async function* readLog(source: LogSource, { from = 0, follow = false, signal }: LogOptions = {}): AsyncGenerator<LogChunk, void, void> {
  let position = from >= 0 ? from : Math.max(0, (await endOf(source.log)) + from);
  let read = false;
  const changes = follow ? new Changes(source, signal) : undefined;
  try {
    for (;;) {
      if (signal?.aborted) return;
      // Asked before the read: what was written before the end is then seen by it.
      const ended = source.ended();
      const chunk = await readAt(source.log, position);
      if (chunk) {
        position = chunk.offset + chunk.data.length;
        read = true;
        yield chunk;
      } else if (read && (await wasTruncated(source.log, position))) {
        const extent = readExtent(source.log);
        writeExtent(source.log, { ...extent, start: position, base: position, old: null });
      } else if (!changes || ended) {
        return;
      } else {
        await changes.next();
      }
    }
  } finally {
    changes?.close();
  }
}

/** Offset behind the last byte. */
export async function endOf(log: string): Promise<number> {
  const size = await stat(log).then((found) => found.size, () => 0);
  return readExtent(log).base + size;
}

/** An agent that writes `> /dev/stdout` cuts its own log. What it writes then goes on from where a reader was. */
async function wasTruncated(log: string, position: number): Promise<boolean> {
  return readExtent(log).cutting === null && (await endOf(log)) < position;
}

async function readAt(log: string, wanted: number): Promise<LogChunk | undefined> {
  const extent = readExtent(log);
  const offset = Math.max(wanted, extent.start);
  const inOld = extent.old !== null && offset < extent.base;
  if (!inOld && extent.cutting !== null && Date.now() - extent.cutting < cutTimeout) return undefined;
  const data = await readBytes(inOld ? `${log}.old` : log, offset - (inOld ? extent.old! : extent.base), chunkSize);
  if (data.length === 0) return inOld ? readAt(log, extent.base) : undefined;
  // The part that is being freed reads as zeros: look again whether it was.
  if (data.includes(0) && readExtent(log).start > offset) return readAt(log, wanted);
  return { offset, data };
}

async function readBytes(path: string, position: number, length: number): Promise<Uint8Array> {
  let file: FileHandle;
  try {
    file = await open(path, 'r');
  } catch {
    return new Uint8Array(0);
  }
  try {
    const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(length), 0, length, position);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** Waits for something to happen to a log; what happens between two waits is not missed. */
class Changes {
  #happened = false;
  #wake: (() => void) | undefined;
  readonly #stops: (() => void)[] = [];

  constructor(source: LogSource, signal: AbortSignal | undefined) {
    const notice = () => {
      this.#happened = true;
      this.#wake?.();
    };
    const timer = setInterval(notice, fallbackPoll);
    this.#stops.push(() => clearInterval(timer));
    try {
      const watcher = watch(source.log, notice);
      watcher.on('error', () => watcher.close());
      this.#stops.push(() => watcher.close());
    } catch {
      // No inotify watch left, or no log yet: the timer does it.
    }
    if (source.onChange) this.#stops.push(source.onChange(notice));
    signal?.addEventListener('abort', notice);
    this.#stops.push(() => signal?.removeEventListener('abort', notice));
  }

  async next(): Promise<void> {
    if (!this.#happened) await new Promise<void>((resolve) => (this.#wake = resolve));
    this.#happened = false;
  }

  close(): void {
    for (const stop of this.#stops) stop();
  }
}
