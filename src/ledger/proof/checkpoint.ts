import { hashSize } from '../merkle.ts';
import { NoteError, parseNote, verifiedSignatures, type Note, type Verifier } from './note.ts';

/** What a checkpoint says of a log (C2SP tlog-checkpoint, “Note text”). */
export interface TreeHead {
  /** Names the log. */
  readonly origin: string;
  /** Number of leaves. */
  readonly size: number;
  readonly root: Uint8Array;
}

/** The text that is signed. */
export function checkpointText({ origin, size, root }: TreeHead): string {
  return `${origin}\n${size}\n${Buffer.from(root).toString('base64')}\n`;
}

/** Parses a checkpoint without checking its signatures. Throws {@link NoteError}. */
export function parseCheckpoint(content: string): TreeHead & { note: Note } {
  const note = parseNote(content);
  const [origin, size, root, ...extensions] = note.text.slice(0, -1).split('\n');
  if (!origin || !/^(0|[1-9]\d{0,15})$/.test(size ?? '') || !Number.isSafeInteger(Number(size)) || extensions.includes('')) throw new NoteError('its text is not that of a checkpoint');
  const bytes = Buffer.from(root ?? '', 'base64');
  if (bytes.length !== hashSize || bytes.toString('base64') !== root) throw new NoteError('its root is no hash');
  return { origin, size: Number(size), root: bytes, note };
}

/** Parses a checkpoint that must bear the signature of `log`, whose name is the origin. Throws {@link NoteError}. */
export function trustedCheckpoint(content: string, log: Verifier): TreeHead & { note: Note } {
  const checkpoint = parseCheckpoint(content);
  if (checkpoint.origin !== log.name) throw new NoteError(`it is of ${checkpoint.origin} and not of ${log.name}`);
  if (verifiedSignatures(checkpoint.note, [log]).length === 0) throw new NoteError(`${log.name} has not signed it`);
  return checkpoint;
}
