import type { IncomingHttpHeaders } from 'node:http';
import type { SiteFile } from './site.ts';

/** A validator that changes with the file's size or time, and differs between encodings of it (RFC 9110 §8.8.3). */
export function entityTag(file: SiteFile, encoding: string | null): string {
  return `"${file.size.toString(36)}-${file.modified.getTime().toString(36)}${encoding === null ? '' : `-${encoding}`}"`;
}

/** True when the client's copy is still good (RFC 9110 §13.2.2): the tag decides, the date only without one. */
export function isFresh(headers: IncomingHttpHeaders, tag: string, modified: Date): boolean {
  const tags = headers['if-none-match'];
  if (tags !== undefined) return tags.trim() === '*' || tags.split(',').some((each) => each.trim().replace(/^W\//, '') === tag);
  const since = Date.parse(headers['if-modified-since'] ?? '');
  return !Number.isNaN(since) && Math.floor(modified.getTime() / 1000) * 1000 <= since;
}

/** First and last byte to send; `whole` without a usable range, `unsatisfiable` when it lies behind the end (RFC 9110 §14.2). */
export type Range = { first: number; last: number } | 'whole' | 'unsatisfiable';

/** Several ranges in one request are answered by the whole, as is allowed. */
export function rangeOf(headers: IncomingHttpHeaders, tag: string, file: SiteFile): Range {
  const match = /^bytes=(\d*)-(\d*)$/.exec(headers.range?.trim() ?? '');
  if (match === null || (match[1] === '' && match[2] === '') || !stillMeant(headers['if-range'], tag, file.modified)) return 'whole';
  const [from, to] = [match[1]!, match[2]!];
  const first = from === '' ? Math.max(0, file.size - Number(to)) : Number(from);
  const last = from === '' || to === '' ? file.size - 1 : Math.min(Number(to), file.size - 1);
  if (from !== '' && to !== '' && Number(to) < Number(from)) return 'whole';
  return first > last || first >= file.size ? 'unsatisfiable' : { first, last };
}

/** `If-Range`: the client has a part of exactly this state of the file. */
function stillMeant(condition: string | string[] | undefined, tag: string, modified: Date): boolean {
  if (typeof condition !== 'string') return true;
  return condition.startsWith('"') ? condition === tag : Date.parse(condition) === Math.floor(modified.getTime() / 1000) * 1000;
}
