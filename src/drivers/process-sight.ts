import type { Handle } from '../model/index.ts';
import type { Cgroups } from '../host/cgroups/cgroups.ts';
import { processTable } from '../host/proc.ts';
import { SocketOwners, listeningSockets, type ListeningSocket } from '../host/proc-sockets.ts';
import { familyOf } from '../host/proc-tree.ts';
import { usageOf } from '../host/proc-usage.ts';
import { agentDirectory, labelOf } from './agent-directory.ts';
import type { Listener, Report, Stats } from './driver.ts';
import { explainExit } from './exit-detail.ts';
import { withListeners } from './lazy-listeners.ts';
import { isHeld } from './shim/hold.ts';
import { readShim, type ProcessRecord } from './shim/records.ts';

/** What the process driver sees of its agents: everything is read anew from files and /proc. */
export class ProcessSight {
  readonly #cgroups: Cgroups | null;
  readonly #owners = new SocketOwners();
  readonly #table = shared(processTable);
  readonly #sockets = shared(listeningSockets);

  constructor(cgroups: Cgroups | null) {
    this.#cgroups = cgroups;
  }

  report(handle: Handle): Report {
    const directory = agentDirectory(handle);
    const { status, main, exit } = readShim(directory);
    const held = status === 'running' && isHeld(directory.hold);
    const running = status === 'running' && main !== null && !held;
    return withListeners({
      agent: handle.agent, handle,
      status: status === 'starting' || held ? 'prepared' : status,
      pid: held ? null : (main?.pid ?? null),
      pidStart: held ? null : (main?.start ?? null),
      address: running ? '127.0.0.1' : null,
      address6: running ? '::1' : null,
      exit: exit && { ...explainExit(directory, exit), outOfMemory: this.#outOfMemoryKills(handle) > 0 },
      label: labelOf(directory),
    }, () => (running ? this.#listeners(handle, main) : []));
  }

  #listeners(handle: Handle, main: ProcessRecord): Listener[] {
    const sockets = this.#sockets();
    const own = this.#owners.of(handle.agent, sockets, () => familyOf(main, this.#table()).map((process) => process.pid));
    // Where we may not look whose a socket is, the port that it was told to use is taken for its own.
    return distinct(own ?? sockets.filter((socket) => socket.port === handle.port));
  }

  stats(handle: Handle): Stats {
    const { status, main } = readShim(agentDirectory(handle));
    const group = this.#cgroups?.read(handle.agent) ?? null;
    const usage = usageOf(status === 'running' ? familyOf(main, this.#table()) : []);
    return {
      cpu: group?.cpu ?? (status === 'running' ? usage.cpu : null),
      memory: group?.memory ?? usage.memory,
      pids: group?.pids ?? usage.pids,
      outOfMemoryKills: group?.oomKills ?? null,
      throttled: group?.throttled ?? null,
    };
  }

  #outOfMemoryKills(handle: Handle): number {
    return this.#cgroups?.read(handle.agent)?.oomKills ?? 0;
  }

  forget(agent: string): void {
    this.#owners.forget(agent);
  }
}

function distinct(sockets: readonly ListeningSocket[]): Listener[] {
  const byName = new Map(sockets.map(({ address, port }) => [`${address} ${port}`, { address, port }]));
  return [...byName.values()].toSorted((a, b) => a.port - b.port);
}

/** One look at all processes or sockets serves all who ask before the event loop turns: many agents are asked about at once. */
function shared<T>(look: () => T): () => T {
  let seen: { value: T } | undefined;
  return () => {
    if (!seen) {
      seen = { value: look() };
      setImmediate(() => (seen = undefined));
    }
    return seen.value;
  };
}
