import { hash } from 'node:crypto';
import { canonical } from '../canonical.ts';
import { sha256 } from '../sha256.ts';

/** Bytes of an entry that a bundle of entries can hold: its length is written in 16 bits (C2SP tlog-tiles, “Log entries”). */
export const largestEntry = 65_535;

/**
 * What of an event is an entry of the log: its canonical text. For one that is too long for a bundle, a canonical text that commits to it by
 * its SHA-256 and its length in bytes.
 */
export function entryOf(text: string): string {
  if (text.length * 3 <= largestEntry) return text;
  const bytes = Buffer.byteLength(text);
  return bytes <= largestEntry ? text : canonical({ bytes, sha256: hash('sha256', text, 'hex') });
}

/** Hash of an event's leaf, from its canonical text: `hashLeaf` of its entry. */
export function leafOf(text: string): Uint8Array {
  return sha256(`\0${entryOf(text)}`);
}
