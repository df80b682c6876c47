import type { Agent, AgentId, AppName, Bytes, Exit, Handle, Isolation, Resources, ServiceName } from '../model/index.ts';

export type DriverName = Handle['driver'];

/**
 * How agents are run on a node: the only code that touches the world. Every verb is idempotent, so that a caller who
 * crashed between the act and its record may repeat it. Errors are StratoErrors; `retryable` says whether trying again can help.
 */
export interface Driver {
  readonly name: DriverName;
  readonly isolation: Isolation;
  /** Stronger, but slower: nobody gets it unasked, and it is tried when somebody asks. `look` tells before that whether what it needs is there. Never throws. */
  readonly onRequest?: { look(): Promise<Capability> };

  /** Finds out by *using* it once whether this rung works here. Never throws. */
  probe(): Promise<Capability>;

  /** Pure: the handle by which the agent will be found, made before anything exists. */
  handle(agent: AgentId, port: number | null): Handle;

  /** Makes all that the agent needs (directory, environment, writable layer, network); starts nothing. */
  prepare(handle: Handle, task: Task): Promise<void>;

  /**
   * Like {@link prepare}, and brings the agent as near to its start as can be without its code: shim, namespaces and runtime are there and
   * wait. It stays `prepared` until {@link start} shows it its artefact and lets it go.
   */
  hold(handle: Handle, task: Task): Promise<void>;

  /**
   * Gives an agent that waits another artefact and label. False, and all is as before, when anything else of the task differs from what it
   * waits with, or this rung cannot show it another artefact any more.
   */
  retask(handle: Handle, task: Task): Promise<boolean>;

  /** Starts what was prepared, under a shim that survives the daemon. Resolves once it has a pid. */
  start(handle: Handle): Promise<Report>;

  /** Sends a signal to the agent's main process. An agent that is gone is no error. */
  signal(handle: Handle, signal: NodeJS.Signals): Promise<void>;

  /** Ends every process of the agent with SIGKILL and resolves once none is left. */
  stop(handle: Handle): Promise<void>;

  /** Removes directory, mounts, namespaces, cgroups and addresses of an agent that has ended. Leaves nothing. */
  remove(handle: Handle): Promise<void>;

  /** What has become of one agent, read from the world alone: also in a new daemon. */
  recover(handle: Handle): Promise<Report>;

  /** All agents of this driver that exist on this machine, also those that we forgot. */
  observe(): Promise<Report[]>;

  /** Calls `listener` soon after an agent may have changed (ended, began to listen). Hints: they may be lost or repeated. */
  watch(listener: (agent: AgentId) => void): () => void;

  /** Runs a program beside the agent's main process, inside its isolation and with its environment. */
  exec(handle: Handle, argv: readonly string[], options?: ExecOptions): Promise<Execution>;

  /** Output of the agent from byte `from` on; with `follow`, until `signal` aborts or the agent has ended and all was read. */
  logs(handle: Handle, options?: LogOptions): AsyncIterable<LogChunk>;

  /** What it uses now. Fields that this rung cannot know are null. */
  stats(handle: Handle): Promise<Stats>;

  /** Absent where the memory of an agent cannot be written down while it runs on. */
  readonly images?: Images;
}

/** Running agents written down with their memory; {@link Task.image} starts one from that. */
export interface Images {
  /** Finds out by doing it, once, with an agent of its own. Never throws. */
  probe(): Promise<{ readonly works: true } | { readonly works: false; readonly reason: string; readonly remedy: string }>;
  /** By which `writeImage`, in whatever process, writes this agent down. Throws `agent.not-running`. */
  order(handle: Handle): Promise<ImageOrder>;
}

/** Plain JSON. */
export interface ImageOrder {
  readonly program: string;
  /** Directory in which the program remembers its containers. */
  readonly state: string;
  readonly id: string;
  /** File in which CRIU looks for its options. */
  readonly options: string;
  /** File that is the agent's output: it is not part of what it sees, and another one takes its place. */
  readonly log: string;
  /** Process that has it as its standard output. */
  readonly first: number;
  /** What the agent has in files that no other agent sees, by the name under which an image has it. */
  readonly files: readonly { readonly name: string; readonly path: string }[];
}

/** Everything that an agent is run with. Holds secrets: it is passed to `prepare` and never stored in the ledger. */
export interface Task {
  readonly app: AppName;
  readonly service: ServiceName;
  readonly slot: number;
  readonly argv: readonly string[];
  /** Complete environment but for what the driver adds (`HOME`, `TMPDIR`, `HOSTNAME`). */
  readonly env: Readonly<Record<string, string>>;
  /** Read-only tree on the host that the agent sees, writable, as its own copy; null for none. */
  readonly artefact: string | null;
  /** Directory within the tree, relative. */
  readonly cwd: string;
  readonly volumes: readonly { readonly source: string; readonly path: string }[];
  readonly resources: Resources;
  /** Same key, same address: agents that follow each other in one place keep it. */
  readonly addressKey: string;
  /** Host names that the agent can look up, beside those of DNS. `gateway` stands for the host itself. */
  readonly hosts: Readonly<Record<string, string | 'gateway'>>;
  /** No way out of its network but to its neighbours and the host. Only for agents with a network of their own. */
  readonly contained?: boolean | undefined;
  /** System calls that it may make at most; absent for all that the rung allows. Only for rungs that filter them. */
  readonly syscalls?: readonly string[] | undefined;
  /** Directory with what `writeImage` wrote, as `memory`, and the agent's own files beside it: it goes on from there. Only for agents of the same home. */
  readonly image?: string | undefined;
  /** Host directories with programs that must be visible and executable, read-only (language runtimes). */
  readonly toolchain: readonly string[];
  /** Kept with the agent and reported again, so that an agent can be adopted although the ledger lost its record. */
  readonly label?: AgentLabel | undefined;
}

/** What an agent is of. */
export type AgentLabel = Pick<Agent, 'app' | 'service' | 'slot' | 'revision' | 'hash' | 'node'>;

export type Capability =
  | { readonly works: true; /** What this rung gives here, for people: `cgroup v1 limits`, `own network`. */ readonly features: readonly string[]; /** Each agent has an address of its own. */ readonly ownNetwork: boolean; /** What it lacks here, with the way to get it. */ readonly lacks: readonly { what: string; remedy: string }[] }
  | { readonly works: false; readonly reason: string; readonly remedy: string };

/** An agent as the world shows it. */
export interface Report {
  readonly agent: AgentId;
  readonly handle: Handle;
  readonly status: 'prepared' | 'running' | 'exited' | 'absent';
  readonly pid: number | null;
  /** Field 22 of /proc/<pid>/stat, clock ticks since boot. */
  readonly pidStart: number | null;
  /** IP address at which its ports are reached from the host. */
  readonly address: string | null;
  /** The same by IPv6, for an agent that listens on nothing else; null where there is none. */
  readonly address6: string | null;
  /** TCP sockets that it listens on, whatever it was told. May be looked for only when it is read. */
  readonly listeners: readonly Listener[];
  readonly exit: Exit | null;
  /** As given to `prepare`; absent when it could not be read. */
  readonly label?: AgentLabel | undefined;
}

export interface Listener {
  readonly address: string;
  readonly port: number;
}

export interface Stats {
  /** CPU used since start, milliseconds. */
  readonly cpu: number | null;
  readonly memory: Bytes | null;
  readonly pids: number | null;
  /** Times that the kernel killed for memory, and held back for CPU. */
  readonly outOfMemoryKills: number | null;
  readonly throttled: number | null;
}

export interface ExecOptions {
  /** Allocate a terminal of this size. */
  readonly terminal?: { columns: number; rows: number };
  readonly signal?: AbortSignal;
}

export interface Execution {
  readonly stdin: NodeJS.WritableStream;
  readonly stdout: NodeJS.ReadableStream;
  /** With a terminal, empty. */
  readonly stderr: NodeJS.ReadableStream;
  /** Exit code; 128 + n after signal n. */
  readonly exit: Promise<number>;
  /** Gives the terminal another size. Absent where there is no terminal, or its size cannot change. */
  resize?(size: { columns: number; rows: number }): void;
}

export interface LogOptions {
  /** Byte offset to start from; negative counts back from the end. */
  readonly from?: number;
  readonly follow?: boolean;
  readonly signal?: AbortSignal;
}

/** `offset` is the position of the first byte in the agent's whole output, which never moves. */
export interface LogChunk {
  readonly offset: number;
  readonly data: Uint8Array;
}
