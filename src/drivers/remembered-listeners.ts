import type { AgentId } from '../model/index.ts';
import type { Listener } from './driver.ts';

/** Milliseconds after which what an agent listens on hardly changes any more, and for which it then is remembered. */
const settledAfter = 60_000;
const rememberedFor = 300_000;

/** Milliseconds for which an agent that was just started is taken to listen on nothing: nobody needs to know, and it needs the processor. */
const busyFor = 200;

interface Memory { readonly since: number; at: number; listeners: Listener[]; isNew: boolean }

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
    if (memory?.isNew && now - memory.at < busyFor) return [];
    const listeners = look();
    this.#memories.set(agent, { since: memory?.since ?? now, at: now, listeners, isNew: false });
    return listeners;
  }

  /** The agent was started in this moment. */
  started(agent: AgentId): void {
    const now = this.#now();
    this.#memories.set(agent, { since: now, at: now, listeners: [], isNew: true });
  }

  forget(agent: AgentId): void {
    this.#memories.delete(agent);
  }
}
