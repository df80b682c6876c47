import type { AgentId, Handle } from '../../model/index.ts';
import { agentDirectory } from '../agent-directory.ts';
import { LogRotation } from '../logs-rotation.ts';
import type { Hints } from './hints.ts';
import { readShim } from './records.ts';

export interface ShimWatchOptions {
  readonly hints: Hints;
  /** All agents of the driver. */
  readonly agents: () => Handle[];
  /** Whether an agent listens by now. */
  readonly listens: (handle: Handle) => boolean;
  /** How far an agent has come; as its shim.sh says unless told. */
  readonly status?: (handle: Handle) => string;
  readonly rotation?: LogRotation;
}

/** Milliseconds between two looks at everything, in case a hint was lost. */
const slowPoll = 2000;
/** The first look for a listener comes this long after the start, each next one after half as long again. */
const firstLook = 10;
const lastLook = 60_000;

/** `Driver.watch` for agents under shim.sh. While somebody watches, it also keeps the logs small. */
export class ShimWatch {
  readonly #options: ShimWatchOptions;
  readonly #rotation: LogRotation;
  readonly #status = new Map<AgentId, string>();
  #watchers = 0;
  #poll: NodeJS.Timeout | undefined;

  constructor(options: ShimWatchOptions) {
    this.#options = options;
    this.#rotation = options.rotation ?? new LogRotation();
  }

  subscribe(listener: (agent: AgentId) => void): () => void {
    const unsubscribe = this.#options.hints.subscribe(listener);
    this.#watchers += 1;
    if (this.#watchers === 1) this.#poll = setInterval(() => this.#lookAtAll(), slowPoll).unref();
    let subscribed = true;
    return () => {
      if (!subscribed) return;
      subscribed = false;
      unsubscribe();
      this.#watchers -= 1;
      if (this.#watchers === 0) clearInterval(this.#poll);
    };
  }

  /** Looks, ever more rarely, until the agent that was just started listens, and tells that. */
  started(handle: Handle): void {
    if (this.#watchers > 0) this.#lookForListener(handle, firstLook);
  }

  #lookForListener(handle: Handle, delay: number): void {
    setTimeout(() => {
      if (this.#watchers === 0 || this.#statusOf(handle) !== 'running') return;
      if (this.#options.listens(handle)) this.#options.hints.tell(handle.agent);
      else if (delay < lastLook) this.#lookForListener(handle, delay * 1.5);
    }, delay).unref();
  }

  #lookAtAll(): void {
    const handles = this.#options.agents();
    for (const handle of handles) this.#look(handle);
    const present = new Set(handles.map((handle) => handle.agent));
    for (const agent of this.#status.keys()) if (!present.has(agent)) this.#status.delete(agent);
  }

  #look(handle: Handle): void {
    const before = this.#status.get(handle.agent);
    if (before === 'exited') return;
    const status = this.#statusOf(handle);
    this.#status.set(handle.agent, status);
    if (before !== undefined && before !== status) this.#options.hints.tell(handle.agent);
    if (status === 'running') void this.#rotation.check(agentDirectory(handle).log);
  }

  #statusOf(handle: Handle): string {
    return this.#options.status?.(handle) ?? readShim(agentDirectory(handle)).status;
  }
}
