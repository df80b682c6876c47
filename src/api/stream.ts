import type { ServerResponse } from 'node:http';
import { problemOf } from './problems.ts';
import type { StreamFormat, StreamItem } from './route.ts';

const mediaTypes: Record<StreamFormat, string> = {
  events: 'text/event-stream; charset=utf-8',
  ndjson: 'application/x-ndjson; charset=utf-8',
  text: 'text/plain; charset=utf-8',
};

/** Milliseconds after which a silent event stream says that it is alive, so that both ends notice a dead connection. */
const heartbeat = 15_000;

/** Which format the caller asked for; `fallback` when it does not care. */
export function formatFor(accept: string, fallback: StreamFormat): StreamFormat {
  if (accept.includes('text/event-stream')) return 'events';
  if (accept.includes('application/x-ndjson')) return 'ndjson';
  if (accept.includes('text/plain')) return 'text';
  return fallback;
}

/**
 * Writes items as they come, no faster than the reader takes them, until they end or the reader is gone. An error in the
 * middle becomes a last item (`event: problem`, or a `problem` line).
 */
export async function writeStream(response: ServerResponse, format: StreamFormat, items: AsyncIterable<StreamItem>, signal: AbortSignal): Promise<void> {
  response.writeHead(200, { 'content-type': mediaTypes[format], 'cache-control': 'no-store', 'x-accel-buffering': 'no' });
  response.flushHeaders();
  if (format === 'events') response.write('retry: 1000\n\n');
  const beat = format === 'events' ? setInterval(() => response.write(':\n\n'), heartbeat).unref() : undefined;
  try {
    for await (const item of items) {
      if (signal.aborted) break;
      if (!response.write(encode(format, item))) await writable(response, signal);
    }
  } catch (error) {
    const problem = problemOf(error);
    if (!signal.aborted) response.write(encode(format, { event: 'problem', data: format === 'ndjson' ? { problem } : problem, text: problem.title }));
  } finally {
    clearInterval(beat);
    response.end();
  }
}

function encode(format: StreamFormat, item: StreamItem): string {
  if (format === 'text') return `${item.text}\n`;
  const data = JSON.stringify(item.data);
  if (format === 'ndjson') return `${data}\n`;
  return `${item.event === undefined ? '' : `event: ${item.event}\n`}${item.id === undefined ? '' : `id: ${item.id}\n`}data: ${data}\n\n`;
}

function writable(response: ServerResponse, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      response.off('drain', done);
      signal.removeEventListener('abort', done);
      resolve();
    };
    response.once('drain', done);
    signal.addEventListener('abort', done);
    if (signal.aborted) done();
  });
}
