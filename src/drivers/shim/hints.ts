import { mkdirSync, watch, type FSWatcher } from 'node:fs';
import type { AgentId } from '../../model/index.ts';

/**
 * Tells within milliseconds that a shim wrote something down about an agent: one inotify watch on the directory of hints
 * for all agents of a driver. Hints may be lost (no watch left, queue overflow): who needs certainty also looks by itself.
 */
export class Hints {
  readonly #path: string;
  readonly #listeners = new Set<(agent: AgentId) => void>();
  #watcher: FSWatcher | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  /** Calls `listener` until the returned function is called. */
  subscribe(listener: (agent: AgentId) => void): () => void {
    this.#listeners.add(listener);
    this.#open();
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.#close();
    };
  }

  /** Passes on a hint that came another way. */
  tell(agent: AgentId): void {
    for (const listener of this.#listeners) listener(agent);
  }

  #open(): void {
    if (this.#watcher) return;
    try {
      mkdirSync(this.#path, { recursive: true, mode: 0o711 });
      this.#watcher = watch(this.#path, { persistent: false }, (_event, name) => {
        if (name) this.tell(name as AgentId);
      });
      this.#watcher.on('error', () => this.#close());
    } catch {
      this.#watcher = undefined;
    }
  }

  #close(): void {
    this.#watcher?.close();
    this.#watcher = undefined;
  }
}
