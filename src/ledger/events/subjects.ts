import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { syncPath, writeDurably } from '../files.ts';

/** With what a sealed string begins; a subject's id and the ciphertext follow. */
export const sealedPrefix = 'sealed:';

interface Subject {
  readonly id: string;
  /** Who it is, as an actor: `user:ada`. */
  readonly name: string;
  /** 32 bytes, base64. */
  readonly key: string;
  /** The name, sealed once: the same person is the same text in every event, so that it can be looked up. */
  readonly sealed: string;
}

/**
 * The people whom a ledger speaks of, each with a key of their own in a file outside it. What is sealed with a key that was removed cannot be
 * opened any more, while the ledger, its hashes and its proofs stay as they are. AES-256-GCM with random nonces (NIST SP 800-38D); the subject's
 * id is authenticated with it.
 */
export class Subjects {
  readonly #directory: string;
  readonly #byId = new Map<string, Subject>();
  readonly #byName = new Map<string, Subject>();

  constructor(directory: string) {
    this.#directory = directory;
    if (!existsSync(directory)) return;
    for (const file of readdirSync(directory)) {
      if (/^[0-9a-f]{16}\.json$/.test(file)) this.#add(JSON.parse(readFileSync(join(directory, file), 'utf8')) as Subject);
    }
  }

  /** The person's name, sealed. Who is not known yet gets a key, which is on disk before anything is sealed with it. */
  sealName(name: string): string {
    return this.#of(name).sealed;
  }

  /** A text about a person, sealed. */
  seal(name: string, text: string): string {
    const { id, key } = this.#of(name);
    return sealed(id, key, text);
  }

  /** The sealed name of somebody who is known; undefined otherwise. */
  sealedName(name: string): string | undefined {
    return this.#byName.get(name)?.sealed;
  }

  /** What was sealed; undefined when its key is no more, or it is not what was sealed. */
  open(text: string): string | undefined {
    const [, id, encoded] = text.split(':');
    const subject = id === undefined ? undefined : (this.#byId.get(id) ?? this.#load(id));
    if (subject === undefined || encoded === undefined) return undefined;
    if (text === subject.sealed) return subject.name;
    const bytes = Buffer.from(encoded, 'base64url');
    const decipher = createDecipheriv('aes-256-gcm', Buffer.from(subject.key, 'base64'), bytes.subarray(0, 12)).setAAD(Buffer.from(subject.id)).setAuthTag(bytes.subarray(-16));
    try {
      return Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]).toString('utf8');
    } catch {
      return undefined;
    }
  }

  /** Removes somebody's key for good. False when nobody of that name is known. The id under which they still appear is returned with it. */
  erase(name: string): string | undefined {
    const subject = this.#byName.get(name);
    if (subject === undefined) return undefined;
    const path = join(this.#directory, `${subject.id}.json`);
    // Overwritten first: on disks that write in place, the key is not only unlinked.
    writeFileSync(path, randomBytes(512), { flush: true });
    rmSync(path);
    syncPath(this.#directory);
    this.#byId.delete(subject.id);
    this.#byName.delete(name);
    return subject.id;
  }

  /**
   * Removes the keys of a person for good, as who they act with the command line and with the console. Returns under which name each appears from then on; none when
   * nobody is known so.
   */
  erasePerson(name: string): Record<string, string> {
    return Object.fromEntries(namesOf(name).flatMap((known) => {
      const id = this.erase(known);
      return id === undefined ? [] : [[known, `user:erased-${id}`]];
    }));
  }

  #of(name: string): Subject {
    const known = this.#byName.get(name);
    if (known !== undefined) return known;
    const id = randomBytes(8).toString('hex');
    const key = randomBytes(32).toString('base64');
    const subject = { id, name, key, sealed: sealed(id, key, name) };
    mkdirSync(this.#directory, { recursive: true, mode: 0o700 });
    writeDurably(join(this.#directory, `${id}.json`), JSON.stringify(subject));
    this.#add(subject);
    return subject;
  }

  /** Somebody who became known to another reader of the ledger. */
  #load(id: string): Subject | undefined {
    const path = join(this.#directory, `${id}.json`);
    if (!/^[0-9a-f]{16}$/.test(id) || !existsSync(path)) return undefined;
    this.#add(JSON.parse(readFileSync(path, 'utf8')) as Subject);
    return this.#byId.get(id);
  }

  #add(subject: Subject): void {
    this.#byId.set(subject.id, subject);
    this.#byName.set(subject.name, subject);
  }
}

/** The actors that one person is, by different ways in. */
export function namesOf(name: string): string[] {
  const [, bare] = /^(?:user|console):(.+)$/.exec(name) ?? [];
  return bare === undefined ? [name] : [`user:${bare}`, `console:${bare}`];
}

/** Under which name somebody appears whose key was removed. */
export function pseudonym(text: string): string {
  return `user:erased-${text.split(':')[1]}`;
}

export const isPseudonym = (name: string): boolean => /^user:erased-[0-9a-f]{16}$/.test(name);

function sealed(id: string, key: string, text: string): string {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', Buffer.from(key, 'base64'), nonce).setAAD(Buffer.from(id));
  return `${sealedPrefix}${id}:${Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]).toString('base64url')}`;
}
