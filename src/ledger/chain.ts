import { hash } from 'node:crypto';

/** What the first event is chained to. */
export const genesis = '';

/**
 * The checksum of an event's row: SHA-256, in base64, over the checksum of the row before, the number of events of the same append
 * that still follow, and the event's text. A flipped bit, an edited, missing or exchanged row breaks the chain at its place.
 */
export function chained(previous: string, remaining: number, text: string): string {
  return hash('sha256', `${previous}\n${remaining}\n${text}`, 'base64');
}
