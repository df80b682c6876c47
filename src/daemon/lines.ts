import { StringDecoder } from 'node:string_decoder';
import type { LogChunk } from '../drivers/driver.ts';

/** A line of output with the offsets of its first byte and of the line after it. */
export interface Line {
  readonly offset: number;
  readonly next: number;
  readonly line: string;
}

/** Lines longer than this are cut into several, so that nobody has to hold an endless one. */
const longest = 64 * 1024;

/** Chunks of bytes → lines. The last one comes without its line break when the output ends so. */
export async function* linesOf(chunks: AsyncIterable<LogChunk>): AsyncGenerator<Line> {
  let rest: Buffer = Buffer.alloc(0);
  let offset = 0;
  for await (const chunk of chunks) {
    if (chunk.offset !== offset + rest.length) {
      if (rest.length > 0) yield line(rest, offset, rest.length);
      rest = Buffer.alloc(0);
      offset = chunk.offset;
    }
    rest = rest.length === 0 ? Buffer.from(chunk.data.buffer, chunk.data.byteOffset, chunk.data.byteLength) : Buffer.concat([rest, chunk.data]);
    for (;;) {
      const end = rest.indexOf(10);
      const length = end >= 0 && end < longest ? end : rest.length >= longest ? longest : -1;
      if (length < 0) break;
      const consumed = length === end ? end + 1 : length;
      yield line(rest.subarray(0, length), offset, consumed);
      rest = rest.subarray(consumed);
      offset += consumed;
    }
  }
  if (rest.length > 0) yield line(rest, offset, rest.length);
}

function line(bytes: Buffer, offset: number, length: number): Line {
  return { offset, next: offset + length, line: new StringDecoder('utf8').end(bytes).replace(/\r$/, '') };
}
