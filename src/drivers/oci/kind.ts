import type { AgentId, Isolation } from '../../model/index.ts';
import type { Outcome } from '../../host/run.ts';
import type { DriverName, Listener } from '../driver.ts';
import { findRuntime, startContainer, type Runtime } from './runtime.ts';

/** What differs between the runtimes by which agents run in containers. */
export interface ContainerKind {
  readonly driver: Extract<DriverName, 'oci' | 'gvisor'>;
  readonly isolation: Isolation;
  /** Debian's, when there is no runtime. */
  readonly package: string;
  /** Containers of several drivers do not lie in one directory: `/run/stratoswarm-<tag><suffix>`. */
  readonly suffix: string;
  find(state: string): Runtime | undefined;
  /** Lets the program of a created container begin; that it has begun already is no failure. */
  start(runtime: Runtime, id: string): Promise<Outcome>;
  /** Asked by a shell in a container: whether it is confined as agents rely on. */
  readonly confined: string;
  /** For people. */
  readonly features: (runtime: Runtime) => readonly string[];
  readonly ownKernel: OwnKernel | null;
}

/** Processes or bytes beside those of an agent's program. */
export interface Overhead {
  readonly pids: number;
  readonly memory: number;
}

/**
 * A kernel that a container brings along, which runs its programs: the machine sees none of them, nor their sockets. It is asked through its runtime.
 * Pids are those within.
 */
export interface OwnKernel {
  /** The program is the first child of process 1. */
  readonly program: number;
  readonly overhead: Overhead;
  signal(runtime: Runtime, id: AgentId, pid: number, signal: NodeJS.Signals): Promise<Outcome>;
  /** Null when it did not answer. */
  listeners(runtime: Runtime, id: AgentId): Promise<Listener[] | null>;
  /** Number of processes, process 1 among them; null when it did not answer. */
  processes(runtime: Runtime, id: AgentId): Promise<number | null>;
}

/** Containers on the kernel of the machine. */
export const hostKernel: ContainerKind = {
  driver: 'oci', isolation: 'container', package: 'runc', suffix: '', find: findRuntime, start: startContainer, ownKernel: null,
  // A filter of system calls, no capability, a system that cannot be written to.
  confined: 'grep -q "^Seccomp:.2" /proc/self/status && grep -q "^CapEff:.0*$" /proc/self/status && ! touch /etc/probe 2>/dev/null && touch /app/probe',
  features: ({ program }) => [program.endsWith('crun') ? 'crun' : 'runc', 'mapped users', 'seccomp', 'read-only system'],
};
