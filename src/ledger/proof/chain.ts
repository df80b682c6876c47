import { hash } from 'node:crypto';
import { hashSize } from '../merkle.ts';
import { sha256 } from '../sha256.ts';

/** What the first event is chained to. */
export const genesis: Uint8Array = new Uint8Array(hashSize);

const input = new Uint8Array(2 * hashSize + 4);
const inputView = new DataView(input.buffer);

/**
 * The checksum of an event's row: SHA-256 over the checksum of the row before, the hash of the event as a leaf of the tree, and the number of events of the
 * same append that still follow (4 bytes, big-endian). A flipped bit, an edited, missing or exchanged row breaks the chain at its place.
 */
export function chained(previous: Uint8Array, leaf: Uint8Array, remaining: number): Uint8Array {
  input.set(previous);
  input.set(leaf, hashSize);
  inputView.setUint32(2 * hashSize, remaining);
  return sha256(input);
}

const beforePosition = ',"position":';

/**
 * True when an event says of itself that it is at `position`. A row may hold the event of another with a checksum that follows, for whoever computes it. Read from the end of
 * its canonical text, where only time, type and version come after.
 */
export function isPlaced(event: string, position: number): boolean {
  const at = event.lastIndexOf(beforePosition);
  return at >= 0 && event.startsWith(`${position},"time":`, at + beforePosition.length);
}

/** How rows of format 1 were chained: base64 over texts, beginning with an empty one. */
export function chainedOfFormat1(previous: string, remaining: number, text: string): string {
  return hash('sha256', `${previous}\n${remaining}\n${text}`, 'base64');
}
