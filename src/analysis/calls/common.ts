import type { Draft } from '../draft.ts';
import type { Caller } from './caller.ts';

/** Tells code of one service from a library of several, in which there are clients for whoever needs them. */
export class CommonCode {
  readonly #owners = new Map<string, Set<string>>();
  readonly #spoken = new Map<Caller, string>();

  constructor(all: readonly Caller[]) {
    for (const { code, draft } of all) for (const { path } of code) this.#owners.set(path, (this.#owners.get(path) ?? new Set()).add(owner(draft)));
  }

  /** Whether a file is code of several services, other than processes of the same program. */
  has(path: string): boolean {
    return (this.#owners.get(path)?.size ?? 0) > 1;
  }

  /** Whether both services have the file. */
  isOfBoth(path: string, one: Caller, other: Caller): boolean {
    return this.#owners.get(path)?.has(owner(one.draft)) === true && this.#owners.get(path)!.has(owner(other.draft));
  }

  /** Whether what stands in `path` about `subject` is meant for the caller: it is its own file, or its own code calls something of that name. */
  isMeant(caller: Caller, path: string, subject: string): boolean {
    if (!this.has(path)) return true;
    let spoken = this.#spoken.get(caller);
    if (spoken === undefined) {
      spoken = caller.code.filter((facts) => !this.has(facts.path)).flatMap((facts) => [...facts.called, ...facts.words.keys()]).join(' ').toLowerCase();
      this.#spoken.set(caller, spoken);
    }
    return spoken === '' || spoken.includes(subject.toLowerCase());
  }
}

function owner({ path, entry }: Draft): string {
  return `${path} ${entry ?? ''}`;
}
