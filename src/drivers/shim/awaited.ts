import type { AgentId, Handle } from '../../model/index.ts';

/** Milliseconds. The first look comes so long after the start, each next one after half as long again, until the last. Probes find sooner what listens where it should. */
const firstLook = 250;
const lastLook = 20_000;
/** Looks that are due this close to each other are taken together: they share what is read for them. */
const together = 5;

interface Awaited { readonly handle: Handle; due: number; pause: number }

/**
 * Agents that were just started and do not listen yet. Nothing tells when a process begins to listen, so it is looked for:
 * soon at first, then ever more rarely, then no more.
 */
export class AwaitedListeners {
  readonly #look: (handle: Handle) => 'listens' | 'not yet' | 'ended';
  readonly #found: (agent: AgentId) => void;
  readonly #awaited = new Map<AgentId, Awaited>();
  #timer: NodeJS.Timeout | undefined;

  constructor(look: (handle: Handle) => 'listens' | 'not yet' | 'ended', found: (agent: AgentId) => void) {
    this.#look = look;
    this.#found = found;
  }

  add(handle: Handle): void {
    this.#awaited.set(handle.agent, { handle, due: performance.now() + firstLook, pause: firstLook });
    this.#schedule();
  }

  clear(): void {
    this.#awaited.clear();
    clearTimeout(this.#timer);
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    if (this.#awaited.size === 0) return;
    const next = Math.min(...[...this.#awaited.values()].map(({ due }) => due));
    this.#timer = setTimeout(() => this.#lookAtDue(), Math.max(1, next - performance.now())).unref();
  }

  #lookAtDue(): void {
    const now = performance.now();
    for (const awaited of this.#awaited.values()) if (awaited.due <= now + together) this.#lookAt(awaited, now);
    this.#schedule();
  }

  #lookAt(awaited: Awaited, now: number): void {
    const seen = this.#look(awaited.handle);
    awaited.pause *= 1.5;
    awaited.due = now + awaited.pause;
    if (seen !== 'not yet' || awaited.pause > lastLook) this.#awaited.delete(awaited.handle.agent);
    if (seen === 'listens') this.#found(awaited.handle.agent);
  }
}
