import type { AgentId } from '../model/index.ts';
import type { Listener } from './driver.ts';

/** What an agent listens on changes the more rarely the longer it has run: it is remembered for this share of its age, and so many milliseconds at most. */
const share = 0.5;
const rememberedFor = 300_000;
/** Milliseconds of age before which it is looked at every time: somebody waits for its port. */
const youth = 5000;

/** Ports that debuggers and tools open beside the app's own, often before. */
export const sidePorts: ReadonlySet<number> = new Set([9229, 9230, 5858, 6060, 24678]);

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
    const age = memory === undefined ? 0 : now - memory.since;
    const hasOpened = memory?.listeners.some((listener) => !sidePorts.has(listener.port)) ?? false;
    if (memory && hasOpened && age > youth && now - memory.at < Math.min(rememberedFor, age * share)) return memory.listeners;
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
