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
import type { Traits } from './contract/traits.ts';

export type { Subject } from './contract/bench.ts';
export type { Traits } from './contract/traits.ts';

/** The conformance suite of drivers: what every one of them must do, whatever it runs agents in. */
export function driverContract(name: string, make: () => Promise<Subject>, traits: Traits): void {
  describe(`the ${name} driver`, () => {
    lifeContract(make);
    if (!traits.real) return;
    holdContract(make, traits);
    taskContract(make, traits);
    logsContract(make);
    processesContract(make, traits);
    execContract(make, traits);
    daemonContract(make);
    isolationContract(make, traits);
    limitsContract(make, traits);
  });
}
