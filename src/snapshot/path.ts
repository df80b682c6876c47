import { isUtf8 } from 'node:buffer';
import { join } from 'node:path';

/**
 * A name that a file system gave, as text. One that is not UTF-8 has a lone surrogate U+DC80…U+DCFF for each byte above 0x7f (as in PEP 383), which JSON keeps:
 * so it comes back as it was.
 */
export function textOf(name: Buffer): string {
  if (isUtf8(name)) return name.toString('utf8');
  return Array.from(name, (byte) => String.fromCharCode(byte < 0x80 ? byte : 0xdc00 + byte)).join('');
}

/** The bytes, or the text where those are its UTF-8, that {@link textOf} was made from. */
export function nameOf(text: string): string | Buffer {
  if (text.isWellFormed()) return text;
  return Buffer.concat(text.split(/([\u{dc80}-\u{dcff}]+)/u).map((part, i) => (i % 2 === 0 ? Buffer.from(part) : Buffer.from(Array.from(part, (unit) => unit.charCodeAt(0) & 0xff)))));
}

/** Where an entry of a kept tree is in the file system; `.` is the tree's own directory. */
export function placeIn(directory: string, path: string): string | Buffer {
  return path === '.' ? directory : nameOf(join(directory, path));
}
