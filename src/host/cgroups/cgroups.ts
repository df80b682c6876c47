import type { Bytes, Resources } from '../../model/index.ts';

export type Controller = 'memory' | 'cpu' | 'pids';

/** What a group has used, as its cgroup counts it. Null where the controller is missing. */
export interface Usage {
  /** CPU since the group was made, milliseconds. */
  readonly cpu: number | null;
  /** Memory in use without the page cache that could be dropped at once. */
  readonly memory: Bytes | null;
  /** Processes and threads. */
  readonly pids: number | null;
  /** Processes that the kernel killed because the memory limit was reached. */
  readonly oomKills: number | null;
  /** Periods in which the group was held back by its CPU limit. */
  readonly throttled: number | null;
  /** Forks that failed on the limit of processes. */
  readonly pidsMaxHits: number | null;
}

/**
 * Control groups of one home, all below one parent `stratoswarm-<tag of home>`. Stateless: all answers come from the
 * kernel, so a new daemon sees what the one before it made. `id` is an agent id or any name of `[a-z0-9-]`.
 */
export interface Cgroups {
  readonly version: 'v1' | 'v2';
  readonly controllers: ReadonlySet<Controller>;
  /** Makes the group, or sets the limits of one that exists. Throws `cgroup.limit-unenforceable`, `cgroup.failed`. */
  create(id: string, limits: Resources): void;
  /** Directories of the group, one per hierarchy. A process joins by writing `0` into `cgroup.procs` of each. */
  directories(id: string): string[];
  /** What `linux.cgroupsPath` of an OCI bundle must say so that runc uses the very same group. */
  ociPath(id: string): string;
  /** Moves a process into the group. Throws when it has ended. */
  add(id: string, pid: number): void;
  /** Host pids of all processes in the group; empty when there is no such group. */
  processes(id: string): number[];
  /** Null when there is no such group. */
  read(id: string): Usage | null;
  /** Stops or continues all processes; false where the freezer is missing. */
  freeze(id: string, frozen: boolean): boolean;
  /** SIGKILLs all processes, also those that fork as fast as they can; resolves once none is left. Throws `cgroup.unkillable`. */
  kill(id: string): Promise<void>;
  /** Removes the group, which must be empty, and the parent with the last one. No error when there is none. Throws `cgroup.busy`. */
  remove(id: string): Promise<void>;
  /** Ids of all groups of this home. */
  list(): string[];
  /** Removes the parent when no group is left in it. */
  cleanup(): void;
}

export type CgroupsProbe =
  | { readonly works: true; readonly cgroups: Cgroups; readonly lacks: readonly { what: string; remedy: string }[] }
  | { readonly works: false; readonly reason: string; readonly remedy: string };
