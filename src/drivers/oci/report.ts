import type { AgentId, Handle } from '../../model/index.ts';
import { isAlive } from '../../host/proc.ts';
import { listeningSockets, SocketOwners } from '../../host/proc-sockets.ts';
import { isHeld } from '../shim/hold.ts';
import { labelOf, type AgentDirectory } from '../agent-directory.ts';
import type { Listener, Report } from '../driver.ts';
import { withListeners } from '../lazy-listeners.ts';
import { RememberedListeners } from '../remembered-listeners.ts';
import { ListenersWithin } from './listeners-within.ts';
import type { Ground } from './ground.ts';
import type { ContainerDirectory } from './mounts.ts';
import { readOci, type OciState } from './records.ts';

export interface Reporter {
  report(handle: Handle): Promise<Report>;
  /** The agent was started in this moment. */
  started(agent: AgentId): void;
  /** Whether an agent with this main process listens, as far as is known. */
  listens(handle: Handle, pid: number): boolean;
}
type Places = (handle: Handle) => { agent: AgentDirectory; container: ContainerDirectory };

/**
 * Makes reports of agents, from the world alone. Without ground (a missing program, say) addresses and limits are unknown.
 *
 * @param changed - told when an agent was seen to listen on something else than before
 */
export function reporter(places: Places, ground: () => Promise<Ground | null>, changed: (agent: AgentId) => void): Reporter {
  const owners = new SocketOwners();
  const remembered = new RememberedListeners();
  const within = new ListenersWithin(async (agent) => {
    const known = await ground();
    return known?.kind.ownKernel?.listeners(known.runtime, agent) ?? null;
  }, changed);

  async function report(handle: Handle): Promise<Report> {
    const { agent, container } = places(handle);
    const state = readOci(agent, container);
    const { main, exit } = state;
    const held = state.status === 'running' && isHeld(container.hold);
    const running = state.status === 'running' && !held && main !== null && isAlive(main.pid, main.start);
    if (state.status === 'absent') owners.forget(handle.agent);
    if (!running) {
      remembered.forget(handle.agent);
      within.forget(handle.agent);
    }
    const known = state.status === 'absent' ? null : await ground();
    const place = known?.network?.find(handle.agent) ?? null;
    const shared = known !== null && !known.network;
    const oomKills = exit ? (known?.cgroups.read(handle.agent)?.oomKills ?? 0) : 0;
    return withListeners({
      agent: handle.agent,
      handle,
      status: held ? 'prepared' : statusOf(state),
      pid: running ? main.pid : null,
      pidStart: running ? main.start : null,
      address: place?.address ?? (shared ? '127.0.0.1' : null),
      address6: container.ownKernel ? null : place ? place.address6 : shared ? '::1' : null,
      exit: exit && oomKills > 0 ? { ...exit, outOfMemory: true } : exit,
      label: labelOf(agent),
    }, () => (running && isAlive(main.pid, main.start) ? remembered.of(handle.agent, () => (container.ownKernel ? within.of(handle.agent) : listenersOf(handle, main.pid, known, place !== null))) : []));
  }

  function listenersOf(handle: Handle, pid: number, known: Ground | null, ownNetwork: boolean): Listener[] {
    const sockets = listeningSockets(pid);
    const own = ownNetwork ? sockets : (owners.of(handle.agent, sockets, () => known?.cgroups.processes(handle.agent) ?? [pid]) ?? []);
    return own.map(({ address, port }) => ({ address, port }));
  }

  return {
    report,
    started: (agent) => remembered.started(agent),
    listens: (handle, pid) => (places(handle).container.ownKernel ? within.of(handle.agent) : listeningSockets(pid)).length > 0,
  };
}

/** Seen from outside, an agent that is just being started still is prepared: to start it again is right, and does no harm. */
function statusOf({ status }: OciState): Report['status'] {
  return status === 'starting' || status === 'created' ? 'prepared' : status;
}
