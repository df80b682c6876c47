import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import type { ProcessName } from '../host/pause.ts';
import { agentProcesses as membersOf } from '../host/proc-tree.ts';
import { readStat, type ProcessStat } from '../host/proc.ts';

/** What could be read of a process, and of what could not, the reason. `omitted` entries of a list are beyond the most that is kept. */
export type Readable<T> = { readonly value: T; readonly omitted?: number } | { readonly unavailable: string };

export interface Connection {
  readonly protocol: string;
  readonly local: string;
  readonly remote: string;
  readonly state: string;
  readonly inode: string;
}

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
  /** Of each thread: number and arguments of the system call it is in, stack pointer and program counter (proc_pid_syscall(5)); `running` outside of one. */
  readonly registers: Readable<{ thread: number; registers: string }[]>;
  readonly openFiles: Readable<{ descriptor: number; target: string }[]>;
  /** Its sockets of TCP, UDP and the unix domain: protocol, state (the kernel's number), local and remote address as the kernel writes them, and the inode. */
  readonly connections: Readable<Connection[]>;
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

/** Most entries of one list: what is beyond is counted, not kept. */
export const most = 5000;

/**
 * All processes of an agent, the main one first, as /proc shows them at this moment; also those that made themselves daemons. Reading needs the right to trace them (ptrace(2)).
 *
 * @param withoutImage - why their memory is not kept
 */
export function processRecord(agent: string, main: ProcessName, withoutImage: string): AgentProcesses {
  const family = readStat(main.pid)?.start === main.start ? membersOf({ agent, main, log: '\0' }) : [];
  return agentProcesses(family.map(recordOf), withoutImage);
}

export function agentProcesses(processes: readonly ProcessRecord[], withoutImage: string): AgentProcesses {
  return { processes, gpu: { unavailable: 'memory and contexts of a GPU belong to its driver, which offers no way to read them' }, image: { unavailable: withoutImage } };
}

function recordOf({ pid, name, state, parent, threads }: ProcessStat): ProcessRecord {
  const at = (file: string) => `/proc/${pid}/${file}`;
  const descriptors = attempt(() => readdirSync(at('fd')).flatMap((descriptor) => whileThere(() => ({ descriptor: Number(descriptor), target: readlinkSync(at(`fd/${descriptor}`)) }))));
  return {
    pid, name, state, parent, threads,
    openFiles: bounded(descriptors),
    command: attempt(() => readFileSync(at('cmdline'), 'utf8').split('\0').slice(0, -1)),
    memoryMaps: bounded(attempt(() => readFileSync(at('maps'), 'utf8').trimEnd().split('\n'))),
    memory: attempt(() => memoryOf(readFileSync(at('smaps_rollup'), 'utf8'))),
    registers: bounded(attempt(() => readdirSync(at('task')).flatMap((thread) => whileThere(() => ({ thread: Number(thread), registers: readFileSync(at(`task/${thread}/syscall`), 'utf8').trim() }))))),
    connections: 'value' in descriptors ? bounded(attempt(() => connectionsIn((protocol) => readFileSync(at(`net/${protocol}`), 'utf8').trimEnd().split('\n').slice(1), descriptors.value))) : descriptors,
    namespaces: attempt(() => Object.fromEntries(readdirSync(at('ns')).map((kind) => [kind, readlinkSync(at(`ns/${kind}`))]))),
  };
}

/** Descriptors and threads of a process that runs come and go while they are read. */
function whileThere<T>(read: () => T): T[] {
  try {
    return [read()];
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return [];
    throw error;
  }
}

/** A list without what is beyond the most that is kept. */
export function bounded<T>(list: Readable<T[]>): Readable<T[]> {
  return 'value' in list && list.value.length > most ? { value: list.value.slice(0, most), omitted: list.value.length - most } : list;
}

function memoryOf(rollup: string): { resident: number; private: number; swapped: number } {
  const field = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(rollup)?.[1] ?? 0) * 1024;
  return { resident: field('Rss'), private: field('Private_Clean') + field('Private_Dirty'), swapped: field('Swap') };
}

/** Of the tables of a network namespace (lines without their heading), those whose socket is among some open files. */
export function connectionsIn(table: (protocol: string) => readonly string[], files: readonly { target: string }[]): Connection[] {
  const own = new Set(files.flatMap(({ target }) => /^socket:\[(\d+)\]$/.exec(target)?.[1] ?? []));
  return ['tcp', 'tcp6', 'udp', 'udp6', 'unix'].flatMap((protocol) => table(protocol).map((line) => connectionOf(protocol, line.trim().split(/\s+/))).filter(({ inode }) => own.has(inode)));
}

/** The fields of proc_pid_net(5). A unix socket without a name has none as its address. */
function connectionOf(protocol: string, fields: readonly string[]): Connection {
  if (protocol === 'unix') return { protocol, local: fields.slice(7).join(' '), remote: '', state: fields[5]!, inode: fields[6]! };
  return { protocol, local: fields[1]!, remote: fields[2]!, state: fields[3]!, inode: fields[9]! };
}

function attempt<T>(read: () => T): Readable<T> {
  try {
    return { value: read() };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    return { unavailable: code === 'EACCES' || code === 'EPERM' ? 'not permitted: it needs root, or the right to trace the process' : code === 'ENOENT' || code === 'ESRCH' ? 'the process ended meanwhile' : String(code ?? error) };
  }
}
