import { createPrivateKey, createPublicKey, hash, randomBytes, sign, verify, type KeyObject } from 'node:crypto';
import { StratoError } from '../../model/errors.ts';

/** Kinds of signatures (C2SP signed-note, “Signature types”): a log's own, and a witness's with the time at which it saw the tree. */
export const signatureTypes = { ed25519: 1, cosignature: 4 } as const;
type SignatureType = (typeof signatureTypes)[keyof typeof signatureTypes];

const mostSignatures = 64;
const mostBytes = 1_000_000;

/** A signature line, as it stands under a note. */
export interface Signature {
  readonly name: string;
  readonly id: number;
  readonly bytes: Uint8Array;
}

/** A text with signatures (C2SP signed-note). `text` ends in a newline. */
export interface Note {
  readonly text: string;
  readonly signatures: readonly Signature[];
}

/** A public key with its name: what a verifier trusts. */
export interface Verifier {
  readonly name: string;
  readonly type: SignatureType;
  readonly id: number;
  readonly key: Uint8Array;
}

/** A note, a key or a signature that is not what it should be. Its code is `ledger.note`. */
export class NoteError extends StratoError {
  constructor(why: string, message = 'the signed note does not hold', next?: string) {
    super('ledger.note', message, { why, next });
    this.name = 'NoteError';
  }
}

/** Parses a signed note. Throws {@link NoteError}; no signature is checked. */
export function parseNote(content: string): Note {
  if (content.length > mostBytes || !content.isWellFormed() || hasControl(content)) throw new NoteError('it is too long or holds what a note may not hold');
  const split = content.lastIndexOf('\n\n');
  if (split < 0 || !content.endsWith('\n')) throw new NoteError('it has no signatures');
  const lines = content.slice(split + 2, -1).split('\n');
  if (lines.length > mostSignatures) throw new NoteError('it has too many signatures');
  return { text: content.slice(0, split + 1), signatures: lines.map(parseSignature) };
}

/** True when there is an ASCII control character other than a newline. */
function hasControl(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) < 0x20 && text[i] !== '\n') return true;
  return false;
}

export function formatNote({ text, signatures }: Note): string {
  return `${text}\n${signatures.map(formatSignature).join('')}`;
}

/** The line of a signature, with its newline. */
export function formatSignature({ name, id, bytes }: Signature): string {
  const head = Buffer.alloc(4);
  head.writeUInt32BE(id);
  return `— ${name} ${Buffer.concat([head, bytes]).toString('base64')}\n`;
}

/** Throws {@link NoteError} for a line that is no signature. */
export function parseSignature(line: string): Signature {
  const [, name, encoded] = /^— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})$/u.exec(line) ?? [];
  const bytes = decoded(encoded);
  if (name === undefined || bytes === undefined || bytes.length < 5) throw new NoteError(`this is no signature: ${JSON.stringify(line.slice(0, 100))}`);
  return { name, id: bytes.readUInt32BE(0), bytes: bytes.subarray(4) };
}

/** Parses a verifier key, `<name>+<id>+<base64>`. Throws {@link NoteError}. */
export function parseVerifier(text: string): Verifier {
  const [, name, id, encoded] = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})$/u.exec(text.trim()) ?? [];
  const bytes = decoded(encoded);
  if (name === undefined || id === undefined || bytes?.length !== 33) throw noKey(`it is ${JSON.stringify(text.slice(0, 100))}`);
  const type = bytes[0] as SignatureType;
  if (!Object.values(signatureTypes).includes(type)) throw noKey(`keys of the type ${type} are not known here`);
  const verifier = verifierOf(name, type, bytes.subarray(1));
  if (verifier.id !== Number.parseInt(id, 16)) throw noKey('its id is not that of its name and key');
  return verifier;
}

/** The key of a witness, whose cosignatures have a time. Throws {@link NoteError} also for that of a log, which is no witness of itself. */
export function parseWitness(text: string): Verifier {
  const verifier = parseVerifier(text);
  if (verifier.type !== signatureTypes.cosignature) throw noKey(`${verifier.name} signs a log, and is no witness`);
  return verifier;
}

function noKey(why: string): NoteError {
  return new NoteError(why, 'that is no public key of a log or a witness', 'give all of it, as `audit verify` and `audit witness run` print it: name+id+base64');
}

/** The verifier key as people hand it on. */
export function formatVerifier({ name, type, id, key }: Verifier): string {
  return `${name}+${id.toString(16).padStart(8, '0')}+${Buffer.from([type, ...key]).toString('base64')}`;
}

function verifierOf(name: string, type: SignatureType, key: Uint8Array): Verifier {
  const id = hash('sha256', Buffer.concat([Buffer.from(`${name}\n`), Buffer.from([type]), key]), 'buffer').readUInt32BE(0);
  return { name, type, id, key };
}

/** Signs in the name of somebody. What it is made of is its secret. */
export interface Signer {
  readonly verifier: Verifier;
  /** Signs a note's text; a witness adds the time, in seconds since the epoch. */
  sign(text: string, time?: number): Signature;
}

/** A new secret of 32 bytes from which a signer is made. */
export const newSecret = (): Uint8Array => randomBytes(32);

/** A signer with an Ed25519 key (RFC 8032) made of a secret of 32 bytes. */
export function signerOf(name: string, type: SignatureType, secret: Uint8Array): Signer {
  const key = privateKey(secret);
  const verifier = verifierOf(name, type, rawPublic(createPublicKey(key)));
  return {
    verifier,
    sign(text, time = 0) {
      if (type === signatureTypes.ed25519) return { name, id: verifier.id, bytes: sign(null, Buffer.from(text), key) };
      const stamp = Buffer.alloc(8);
      stamp.writeBigUInt64BE(BigInt(time));
      return { name, id: verifier.id, bytes: Buffer.concat([stamp, sign(null, Buffer.from(cosigned(text, time)), key)]) };
    },
  };
}

/**
 * Signatures of a note that `verifiers` made, each with the time that a witness gave it (seconds since the epoch, 0 for a log's own). Signatures of others are
 * passed over. Throws {@link NoteError} when one of a known key is wrong.
 */
export function verifiedSignatures({ text, signatures }: Note, verifiers: readonly Verifier[]): { verifier: Verifier; time: number; signature: Signature }[] {
  return signatures.flatMap((signature) => {
    const verifier = verifiers.find(({ name, id }) => name === signature.name && id === signature.id);
    if (verifier === undefined) return [];
    const isLog = verifier.type === signatureTypes.ed25519;
    const bytes = Buffer.from(signature.bytes);
    const time = isLog ? 0 : bytes.length === 72 ? Number(bytes.readBigUInt64BE(0)) : -1;
    const message = isLog ? text : cosigned(text, time);
    const key = createPublicKey({ key: Buffer.concat([publicPrefix, verifier.key]), format: 'der', type: 'spki' });
    if (time < 0 || !Number.isSafeInteger(time) || !verify(null, Buffer.from(message), key, isLog ? bytes : bytes.subarray(8))) throw new NoteError(`the signature of ${verifier.name} is wrong`);
    return [{ verifier, time, signature }];
  });
}

/** What a witness signs (C2SP tlog-cosignature, “Ed25519 signed message”). */
function cosigned(text: string, time: number): string {
  return `cosignature/v1\ntime ${time}\n${text}`;
}

// Ed25519 keys in DER (RFC 8410) are these bytes and the raw key.
const privatePrefix = Buffer.from('302e020100300506032b657004220420', 'hex');
const publicPrefix = Buffer.from('302a300506032b6570032100', 'hex');

function privateKey(secret: Uint8Array): KeyObject {
  return createPrivateKey({ key: Buffer.concat([privatePrefix, secret]), format: 'der', type: 'pkcs8' });
}

function rawPublic(key: KeyObject): Uint8Array {
  return key.export({ format: 'der', type: 'spki' }).subarray(publicPrefix.length);
}

/** Undefined unless it is base64 and written in the only way. */
function decoded(text: string | undefined): Buffer | undefined {
  if (text === undefined) return undefined;
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : undefined;
}
