import type { AgentId } from '../../model/index.ts';
import { isAlive } from '../../host/proc.ts';
import { listeningSockets } from '../../host/proc-sockets.ts';

/** Milliseconds between two looks, growing to the last one; and how long a start is watched. */
const firstLook = 5;
const longestPause = 100;
const patience = 60_000;

/** Tells soon after a program that was just started begins to listen: the kernel gives no notice of that. */
export class ListeningWatch {
  readonly #tell: (agent: AgentId) => void;

  constructor(tell: (agent: AgentId) => void) {
    this.#tell = tell;
  }

  watch(agent: AgentId, pid: number, start: number): void {
    const until = performance.now() + patience;
    const before = listeningSockets(pid).length;
    const look = (pause: number) => {
      const timer = setTimeout(() => {
        if (!isAlive(pid, start) || performance.now() > until) return;
        if (listeningSockets(pid).length !== before) this.#tell(agent);
        else look(Math.min(longestPause, pause * 1.1));
      }, pause);
      timer.unref();
    };
    look(firstLook);
  }
}
