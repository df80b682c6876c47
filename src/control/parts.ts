import type { Driver, DriverName, Task } from '../drivers/driver.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Agent, App, Clock, Origin, Proposal, ProbeAction, Random, Service, State } from '../model/index.ts';
import type { ProbeResult } from './health.ts';
import type { Router } from './router.ts';

/** The state as folded so far. */
export interface StateSource {
  readonly current: State;
  /** Calls `listener` after each batch was folded. */
  onChange(listener: () => void): () => void;
}

/** What an agent is asked by a probe: where it is, or by which driver a program runs in it. */
export interface ProbeSubject {
  readonly agent: Agent;
  readonly service: Service;
  /** Where else it may answer while it starts; null for nowhere. */
  readonly address6: string | null;
}

/** Everything that the control loop acts through. Each can be simulated. */
export interface Parts {
  readonly ledger: Ledger;
  readonly state: StateSource;
  readonly drivers: ReadonlyMap<DriverName, Driver>;
  readonly router: Router;
  readonly clock: Clock;
  readonly random: Random;
  /** Resolves when admitted and durable; rejects with the governor's reason. `origin` is what made control want it. */
  propose(proposal: Proposal, origin: Origin): Promise<unknown>;
  /** The driver for a new agent: the best rung that works, or the one asked for. */
  driverFor(service: Service): Driver;
  /** A port that is free on the host, for agents that share its network. */
  allocatePort(agent: Agent['id']): Promise<number>;
  /** Environment with secrets and addresses filled in, volumes and artefact as host paths. */
  task(agent: Agent, service: Service, app: App): Promise<Task>;
  probe(subject: ProbeSubject, action: ProbeAction, timeout: number): Promise<ProbeResult>;
  /** Share of the machine's memory that is available. */
  availableMemory(): number;
  /** Keeps the output of an agent that is about to be removed. */
  archive(agent: Agent): Promise<void>;
  /** The last lines of an agent's output, also after it was removed. */
  tail(agent: Agent['id'], lines: number): Promise<string[]>;
  /** Deletes what an app leaves behind: secrets and, when asked, volumes. */
  erase(app: App): Promise<void>;
}
