import { closeSync, openSync, readSync, statSync } from 'node:fs';

/** Bytes from the end of a file that are looked at. */
const window = 1024 * 1024;

/** The last lines of a file, at most `count`, none before byte `from`. Empty when there is no file. */
export function lastLines(file: string, count: number, from = 0): string[] {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  const begin = Math.max(from, size - window);
  if (size <= begin || count <= 0) return [];
  const buffer = Buffer.alloc(size - begin);
  const descriptor = openSync(file, 'r');
  try {
    readSync(descriptor, buffer, 0, buffer.length, begin);
  } finally {
    closeSync(descriptor);
  }
  return buffer.toString('utf8').replace(/\n$/, '').split('\n').slice(-count);
}
