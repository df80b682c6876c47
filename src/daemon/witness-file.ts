import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import type { Paths } from '../host/paths.ts';
import { parseWitness } from '../ledger/proof/note.ts';
import { writeDurably } from '../ledger/files.ts';
import type { KnownWitness } from '../ledger/proof/witness-feed.ts';
import { StratoError } from '../model/index.ts';

const File = z.strictObject({ witnesses: z.array(z.strictObject({ url: z.url({ protocol: /^https?$/ }), key: z.string().refine(isWitnessKey, { message: 'no key of a witness' }) })).max(20) });

/** The witnesses in `witnesses.json` of the home, read again when the file changes. */
export class WitnessFile {
  readonly path: string;
  #stamp = '';
  #known: readonly KnownWitness[] = [];

  constructor(paths: Pick<Paths, 'home'>) {
    this.path = join(paths.home, 'witnesses.json');
  }

  /** Throws `witness.file` while the file cannot be used. */
  current(): readonly KnownWitness[] {
    const stat = statSync(this.path, { throwIfNoEntry: false });
    if (stat === undefined) return [];
    const stamp = `${stat.mtimeMs} ${stat.size} ${stat.ino}`;
    if (stamp === this.#stamp) return this.#known;
    try {
      this.#known = File.parse(JSON.parse(readFileSync(this.path, 'utf8'))).witnesses;
    } catch (error) {
      throw new StratoError('witness.file', `the witnesses in ${this.path} cannot be used`, { why: error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message, next: 'mend the file, or write it anew with `swarmctl audit witness add`', cause: error });
    }
    this.#stamp = stamp;
    return this.#known;
  }

  /** Adds a witness, or takes another key for one that is known. Throws `usage.value`. */
  add(url: string, key: string): void {
    const parsed = File.safeParse({ witnesses: [...this.current().filter((known) => known.url !== url), { url, key }] });
    if (!parsed.success) throw new StratoError('usage.value', 'this is no witness', { why: z.prettifyError(parsed.error), next: 'give its address, and with --witness-key the key that it prints when it starts' });
    this.#write(parsed.data.witnesses);
  }

  /** False when there is none with that address. */
  remove(url: string): boolean {
    const [before, left] = [this.current(), this.current().filter((known) => known.url !== url)];
    if (left.length < before.length) this.#write(left);
    return left.length < before.length;
  }

  #write(witnesses: readonly KnownWitness[]): void {
    writeDurably(this.path, `${JSON.stringify({ witnesses }, null, 2)}\n`);
  }
}

function isWitnessKey(key: string): boolean {
  try {
    parseWitness(key);
    return true;
  } catch {
    return false;
  }
}
