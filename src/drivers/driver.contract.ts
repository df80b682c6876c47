import { describe } from 'vitest';
import { daemonContract } from './contract/daemon.ts';
import { execContract } from './contract/exec.ts';
import { holdContract } from './contract/hold.ts';
import { isolationContract } from './contract/isolation.ts';
import { lifeContract } from './contract/life.ts';
import { limitsContract } from './contract/limits.ts';
import { logsContract } from './contract/logs.ts';
import { processesContract } from './contract/processes.ts';
import { taskContract } from './contract/task.ts';
import type { Subject } from './contract/bench.ts';

export type { Subject } from './contract/bench.ts';

/** What a rung offers beyond the least. */
export interface Traits {
  /** It runs real programs (all but the simulated one). */
  readonly real: boolean;
  /** Each agent has an address of its own: two may listen on one port. */
  readonly ownNetwork: boolean;
  /** An agent sees neither the host's homes nor other agents, and cannot write to the system. */
  readonly ownFilesystem: boolean;
  /** Volumes are at their path. Otherwise arguments and variables that name the path are rewritten. */
  readonly volumesAtPath: boolean;
  /** An agent sees only its own processes. */
  readonly ownProcesses: boolean;
  readonly noNewPrivileges: boolean;
  readonly capabilitiesDropped: boolean;
  /** Which of {@link Resources} hold. */
  readonly limits: readonly ('memory' | 'pids' | 'cpu')[];
}

/** The conformance suite of drivers: what every one of them must do, whatever it runs agents in. */
export function driverContract(name: string, make: () => Promise<Subject>, traits: Traits): void {
  describe(`the ${name} driver`, () => {
    lifeContract(make);
    if (!traits.real) return;
    holdContract(make);
    taskContract(make, traits);
    logsContract(make);
    processesContract(make);
    execContract(make);
    daemonContract(make);
    isolationContract(make, traits);
    limitsContract(make, traits);
  });
}
