import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';
import { StratoError } from '../../model/errors.ts';
import { writeDurably } from '../files.ts';
import { newSecret, signatureTypes, signerOf, type Signer } from './note.ts';

interface Stored {
  readonly name: string;
  /** 32 bytes in base64. */
  readonly secret: string;
}

/**
 * Who signs: the name and the Ed25519 key kept in a file that only its owner reads. Made when it is missing, for a log with a name of its own
 * (`stratoswarm.local/<12 hexadecimal digits>`, also the origin of its checkpoints).
 *
 * @throws StratoError `ledger.key` when the file is there and is no key.
 */
export function identityIn(path: string, type: Signer['verifier']['type'] = signatureTypes.ed25519, name: string = `stratoswarm.local/${randomBytes(6).toString('hex')}`): Signer {
  if (!existsSync(path)) {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeDurably(path, JSON.stringify({ name, secret: Buffer.from(newSecret()).toString('base64') } satisfies Stored));
  }
  try {
    const stored = JSON.parse(readFileSync(path, 'utf8')) as Stored;
    const secret = Buffer.from(String(stored.secret), 'base64');
    if (secret.length !== 32 || typeof stored.name !== 'string' || stored.name === '') throw new Error('it does not hold a name and 32 bytes');
    return signerOf(stored.name, type, secret);
  } catch (error) {
    throw new StratoError('ledger.key', `${path} is no key`, { why: error instanceof Error ? error.message : undefined, next: 'bring back the file from a copy, or move it away: then a new log begins', cause: error });
  }
}

/** Puts the key aside for good, because the log that it signed is no more; what it signed can still be checked. Returns where it is. */
export function retireIdentity(path: string): string {
  for (let n = 1; ; n++) {
    const aside = `${path}.retired-${n}`;
    if (existsSync(aside)) continue;
    renameSync(path, aside);
    return aside;
  }
}
