import type { Evidence } from '../../model/index.ts';
import { seen } from '../draft.ts';
import type { Caller } from './caller.ts';

interface Served {
  to: Caller;
  evidence: Evidence;
}

/** Which services answer which paths, by their first two parts: one alone is too often the same in several. */
export class Routes {
  /** The first route of each service. */
  readonly #served = new Map<string, Served[]>();

  constructor(all: readonly Caller[]) {
    for (const to of all) for (const { path: file, routes } of to.code) for (const { path, line } of routes) this.#add(to, path, seen(file, line, `answers ${path}`));
  }

  /** The one service that answers an address of an unknown host. */
  find(text: string): Served | undefined {
    const path = /^(?:https?:\/\/)?\*(?::[\d*]+)?(\/[a-z][\w-]*\/[a-z][\w-]*)(?=[/?]|$)/i.exec(text)?.[1];
    const served = path === undefined ? [] : this.#served.get(path) ?? [];
    return served.length === 1 ? served[0] : undefined;
  }

  #add(to: Caller, path: string, evidence: Evidence): void {
    const start = /^\/[^/]+\/[^/]+/.exec(path)?.[0];
    if (start === undefined) return;
    const served = this.#served.get(start);
    // Those of a service come one after the other.
    if (served?.at(-1)?.to === to) return;
    if (served) served.push({ to, evidence });
    else this.#served.set(start, [{ to, evidence }]);
  }
}
