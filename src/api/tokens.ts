import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { StratoError } from '../model/index.ts';

/** Bearer tokens for callers over TCP; the files are made at first use and read by whoever may read the daemon's home. */
export interface Tokens {
  readonly admin: string;
  readonly viewer: string;
}

/** Reads `api-token` and `api-viewer-token` in the secrets directory, and makes what is not there (mode 0600). */
export function loadTokens(secrets: string): Tokens {
  mkdirSync(secrets, { recursive: true, mode: 0o700 });
  chmodSync(secrets, 0o700);
  return { admin: load(join(secrets, 'api-token')), viewer: load(join(secrets, 'api-viewer-token')) };
}

function load(file: string): string {
  try {
    writeFileSync(file, `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    chmodSync(file, 0o600);
  }
  const token = readFileSync(file, 'utf8').trim();
  if (token.length < 32) {
    throw new StratoError('token.invalid', `${file} holds no usable token`, { why: 'it is shorter than 32 characters', next: 'remove the file and start the daemon again' });
  }
  return token;
}

/** Compares secrets in a time that tells nothing about them. */
export function sameSecret(a: string, b: string): boolean {
  return timingSafeEqual(createHash('sha256').update(a).digest(), createHash('sha256').update(b).digest());
}
