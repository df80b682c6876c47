import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { descendantsOf } from '../host/proc-tree.ts';
import { processTable, readStat, type ProcessStat } from '../host/proc.ts';

/** What could be read of a process, and of what could not, the reason. */
export type Readable<T> = { readonly value: T } | { readonly unavailable: string };

export interface ProcessRecord {
  readonly pid: number;
  readonly name: string;
  readonly state: string;
  readonly parent: number;
  readonly threads: number;
  readonly command: Readable<string[]>;
  /** Lines of /proc/<pid>/maps (proc_pid_maps(5)). */
  readonly memoryMaps: Readable<string[]>;
  /** Bytes: resident, private, swapped (smaps_rollup). */
  readonly memory: Readable<{ resident: number; private: number; swapped: number }>;
  /** Number and arguments of the system call it is in, stack pointer and program counter (proc_pid_syscall(5)); `running` outside of one. */
  readonly registers: Readable<string>;
  readonly openFiles: Readable<{ descriptor: number; target: string }[]>;
  /** Its sockets: protocol, state (the kernel's number), local and remote address as the kernel writes them, and the inode. */
  readonly connections: Readable<{ protocol: string; local: string; remote: string; state: string; inode: string }[]>;
  readonly namespaces: Readable<Record<string, string>>;
}

export interface AgentProcesses {
  readonly processes: readonly ProcessRecord[];
  /** Why there are none, where that is not because none ran. */
  readonly withoutProcesses?: string;
  /** State of a GPU cannot be read from outside a process: said, so that nobody takes its absence for emptiness. */
  readonly gpu: Readable<never>;
  /** Content of their memory: with it they could go on where they were. */
  readonly image: Readable<never>;
}

/** Most lines of one list: what is beyond is counted, not kept. */
export const most = 5000;

/**
 * All processes of an agent, the main one first, as /proc shows them at this moment. Reading needs the right to trace them (ptrace(2)).
 *
 * @param withoutImage - why their memory is not kept
 */
export function processRecord(pid: number, start: number, withoutImage: string): AgentProcesses {
  const main = readStat(pid);
  const family = main && (start === 0 || main.start === start) ? [main, ...descendantsOf(new Set([pid]), processTable())] : [];
  return agentProcesses(family.map(recordOf), withoutImage);
}

export function agentProcesses(processes: readonly ProcessRecord[], withoutImage: string): AgentProcesses {
  return { processes, gpu: { unavailable: 'memory and contexts of a GPU belong to its driver, which offers no way to read them' }, image: { unavailable: withoutImage } };
}

function recordOf({ pid, name, state, parent, threads }: ProcessStat): ProcessRecord {
  const at = (file: string) => `/proc/${pid}/${file}`;
  const openFiles = attempt(() => readdirSync(at('fd')).slice(0, most).map((descriptor) => ({ descriptor: Number(descriptor), target: readlinkSync(at(`fd/${descriptor}`)) })));
  return {
    pid, name, state, parent, threads, openFiles,
    command: attempt(() => readFileSync(at('cmdline'), 'utf8').split('\0').slice(0, -1)),
    memoryMaps: attempt(() => readFileSync(at('maps'), 'utf8').trimEnd().split('\n').slice(0, most)),
    memory: attempt(() => memoryOf(readFileSync(at('smaps_rollup'), 'utf8'))),
    registers: attempt(() => readFileSync(at('syscall'), 'utf8').trim()),
    connections: attempt(() => connectionsIn((protocol) => readFileSync(`/proc/${pid}/net/${protocol}`, 'utf8').trimEnd().split('\n').slice(1), 'value' in openFiles ? openFiles.value : [])),
    namespaces: attempt(() => Object.fromEntries(readdirSync(at('ns')).map((kind) => [kind, readlinkSync(at(`ns/${kind}`))]))),
  };
}

function memoryOf(rollup: string): { resident: number; private: number; swapped: number } {
  const field = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(rollup)?.[1] ?? 0) * 1024;
  return { resident: field('Rss'), private: field('Private_Clean') + field('Private_Dirty'), swapped: field('Swap') };
}

/** Of the tables of a network namespace (lines without their heading), those whose socket is among some open files. */
export function connectionsIn(table: (protocol: string) => readonly string[], files: readonly { target: string }[]) {
  const own = new Set(files.flatMap(({ target }) => /^socket:\[(\d+)\]$/.exec(target)?.[1] ?? []));
  return ['tcp', 'tcp6', 'udp', 'udp6'].flatMap((protocol) => {
    return table(protocol).map((line) => line.trim().split(/\s+/)).filter((fields) => own.has(fields[9]!)).map((fields) => ({ protocol, local: fields[1]!, remote: fields[2]!, state: fields[3]!, inode: fields[9]! }));
  });
}

function attempt<T>(read: () => T): Readable<T> {
  try {
    return { value: read() };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    return { unavailable: code === 'EACCES' || code === 'EPERM' ? 'not permitted: it needs root, or the right to trace the process' : code === 'ENOENT' || code === 'ESRCH' ? 'the process ended meanwhile' : String(code ?? error) };
  }
}
