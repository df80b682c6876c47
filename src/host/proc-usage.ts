import { readFileSync } from 'node:fs';
import type { ProcessStat } from './proc.ts';

/** What some processes use together. */
export interface ProcessUsage {
  /** Milliseconds of CPU, with what ended children of theirs had used. */
  readonly cpu: number;
  /** Bytes of memory; what several of them share is counted once. */
  readonly memory: number;
  /** Processes and threads. */
  readonly pids: number;
}

export function usageOf(processes: readonly ProcessStat[]): ProcessUsage {
  const sum = (value: (process: ProcessStat) => number) => processes.reduce((total, process) => total + value(process), 0);
  // Alone, a process is charged its resident set, which comes for free; the proportional one costs a walk of its mappings.
  const memory = processes.length === 1 ? residentBytes(processes[0]!) : sum((process) => proportionalBytes(process.pid) ?? residentBytes(process));
  return { cpu: sum((process) => process.cpu), memory, pids: sum((process) => process.threads) };
}

function residentBytes(process: ProcessStat): number {
  return process.residentPages * pageSize();
}

/** Proportional set size (proc_pid_smaps(5)): a page that n processes share counts 1/n to each. Undefined when it cannot be read. */
export function proportionalBytes(pid: number): number | undefined {
  try {
    const kilobytes = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1'))?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
  } catch {
    return undefined;
  }
}

let pageBytes: number | undefined;

/** Bytes of a page: AT_PAGESZ (6) of the auxiliary vector (getauxval(3)); 4096 where there is none to read. */
export function pageSize(): number {
  pageBytes ??= readPageSize() ?? 4096;
  return pageBytes;
}

function readPageSize(): number | undefined {
  try {
    const vector = readFileSync('/proc/self/auxv');
    for (let at = 0; at + 16 <= vector.length; at += 16) if (vector.readBigUInt64LE(at) === 6n) return Number(vector.readBigUInt64LE(at + 8));
  } catch {
    return undefined;
  }
  return undefined;
}
