import type { AgentId } from '../../model/index.ts';
import type { Listener } from '../driver.ts';

/** A look takes a process of the runtime and one within: so that it never takes more than this share of the time, the next one waits. */
const share = 0.2;

interface Sight { listeners: Listener[]; looking: boolean; notBefore: number }

/**
 * What agents listen on whose kernel has to be asked for it, which takes a while: whoever asks is told what was seen last, and that it has changed.
 */
export class ListenersWithin {
  readonly #sights = new Map<AgentId, Sight>();
  readonly #look: (agent: AgentId) => Promise<Listener[] | null>;
  readonly #changed: (agent: AgentId) => void;
  readonly #now: () => number;

  constructor(look: (agent: AgentId) => Promise<Listener[] | null>, changed: (agent: AgentId) => void, now: () => number = () => performance.now()) {
    this.#look = look;
    this.#changed = changed;
    this.#now = now;
  }

  of(agent: AgentId): Listener[] {
    const sight = this.#sights.get(agent) ?? { listeners: [], looking: false, notBefore: 0 };
    this.#sights.set(agent, sight);
    if (!sight.looking && this.#now() >= sight.notBefore) void this.#lookAt(agent, sight);
    return sight.listeners;
  }

  forget(agent: AgentId): void {
    this.#sights.delete(agent);
  }

  async #lookAt(agent: AgentId, sight: Sight): Promise<void> {
    sight.looking = true;
    const began = this.#now();
    const found = await this.#look(agent);
    const took = this.#now() - began;
    Object.assign(sight, { looking: false, notBefore: this.#now() + took / share - took });
    if (found === null || this.#sights.get(agent) !== sight || JSON.stringify(found) === JSON.stringify(sight.listeners)) return;
    sight.listeners = found;
    this.#changed(agent);
  }
}
