import type { AgentId, Handle } from '../../model/index.ts';
import { agentDirectory } from '../agent-directory.ts';
import { LogRotation } from '../logs-rotation.ts';
import { AwaitedListeners } from './awaited.ts';
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

/** Milliseconds between two looks at the size of every log, and, in case a hint was lost, at everything. */
const logPoll = 2000;
const slowPoll = 10_000;

/** `Driver.watch` for agents under shim.sh. While somebody watches, it also keeps the logs small. */
export class ShimWatch {
  readonly #options: ShimWatchOptions;
  readonly #rotation: LogRotation;
  readonly #status = new Map<AgentId, string>();
  readonly #awaited: AwaitedListeners;
  /** Agents that ran when everything was looked at. */
  #running: Handle[] = [];
  #watchers = 0;
  #polls: NodeJS.Timeout[] = [];

  constructor(options: ShimWatchOptions) {
    this.#options = options;
    this.#rotation = options.rotation ?? new LogRotation();
    this.#awaited = new AwaitedListeners(
      (handle) => (this.#statusOf(handle) !== 'running' ? 'ended' : options.listens(handle) ? 'listens' : 'not yet'),
      (agent) => options.hints.tell(agent),
    );
  }

  subscribe(listener: (agent: AgentId) => void): () => void {
    const unsubscribe = this.#options.hints.subscribe(listener);
    this.#watchers += 1;
    if (this.#watchers === 1) this.#polls = [setInterval(() => this.#lookAtAll(), slowPoll).unref(), setInterval(() => this.#lookAtLogs(), logPoll).unref()];
    let subscribed = true;
    return () => {
      if (!subscribed) return;
      subscribed = false;
      unsubscribe();
      this.#watchers -= 1;
      if (this.#watchers > 0) return;
      for (const poll of this.#polls) clearInterval(poll);
      this.#awaited.clear();
    };
  }

  /** Looks, ever more rarely, until the agent that was just started listens, and tells that. */
  started(handle: Handle): void {
    if (this.#watchers === 0) return;
    this.#running.push(handle);
    this.#awaited.add(handle);
  }

  #lookAtAll(): void {
    const handles = this.#options.agents();
    this.#running = handles.filter((handle) => this.#look(handle) === 'running');
    const present = new Set(handles.map((handle) => handle.agent));
    for (const agent of this.#status.keys()) if (!present.has(agent)) this.#status.delete(agent);
  }

  #lookAtLogs(): void {
    for (const handle of this.#running) void this.#rotation.check(agentDirectory(handle).log);
  }

  #look(handle: Handle): string {
    const before = this.#status.get(handle.agent);
    if (before === 'exited') return before;
    const status = this.#statusOf(handle);
    this.#status.set(handle.agent, status);
    if (before !== undefined && before !== status) this.#options.hints.tell(handle.agent);
    return status;
  }

  #statusOf(handle: Handle): string {
    return this.#options.status?.(handle) ?? readShim(agentDirectory(handle)).status;
  }
}
