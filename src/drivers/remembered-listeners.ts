import type { AgentId } from '../model/index.ts';
import type { Listener } from './driver.ts';

/** Milliseconds after which what an agent listens on hardly changes any more, and for which it then is remembered. */
const settledAfter = 60_000;
const rememberedFor = 30_000;

interface Memory { readonly since: number; at: number; listeners: Listener[] }

/**
 * What agents listen on. The kernel walks through all connections of the machine to tell (tcp_seq_next), which takes milliseconds, so of agents
 * that have listened for long it is not asked every time.
 */
export class RememberedListeners {
  readonly #memories = new Map<AgentId, Memory>();
  readonly #now: () => number;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  of(agent: AgentId, look: () => Listener[]): Listener[] {
    const now = this.#now();
    const memory = this.#memories.get(agent);
    const isSettled = memory !== undefined && memory.listeners.length > 0 && now - memory.since > settledAfter;
    if (isSettled && now - memory.at < rememberedFor) return memory.listeners;
    const listeners = look();
    this.#memories.set(agent, { since: memory?.since ?? now, at: now, listeners });
    return listeners;
  }

  forget(agent: AgentId): void {
    this.#memories.delete(agent);
  }
}
