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
  /** An agent that waits can be given other code. */
  readonly codeLater: boolean;
  /** The kernel under an agent is the machine's: that sees its processes, tells of them in `/proc`, and reaches its loopback. */
  readonly hostKernel: boolean;
  /** Which of `Resources` hold. */
  readonly limits: readonly ('memory' | 'pids' | 'cpu')[];
}
