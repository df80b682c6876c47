import { readFileSync, readdirSync } from 'node:fs';
import { spawnSync } from 'node:child_process';

/** One process, as /proc/<pid>/stat shows it (proc_pid_stat(5)). */
export interface ProcessStat {
  readonly pid: number;
  readonly name: string;
  /** `R`, `S`, `D`, `T`, `Z` … */
  readonly state: string;
  readonly parent: number;
  readonly group: number;
  readonly session: number;
  readonly threads: number;
  /** Field 22: clock ticks from boot to its start; 0 where there is no /proc. With the pid it names a process for ever. */
  readonly start: number;
  /** Milliseconds of CPU, its own and that of its children that ended and were waited for. */
  readonly cpu: number;
  /** Pages of memory that it has resident. */
  readonly residentPages: number;
}

/** USER_HZ, which is 100 on every architecture that Node runs on. */
const millisecondsPerTick = 10;
const onLinux = process.platform === 'linux';

/** One process; undefined when there is none of that pid. */
export function readStat(pid: number): ProcessStat | undefined {
  if (!onLinux) return statsByPs().find((process) => process.pid === pid);
  const text = readSmall(`/proc/${pid}/stat`);
  return text === undefined ? undefined : parseStat(text);
}

/** Parses a line of /proc/<pid>/stat. The name may hold anything, also `) R 1 (`: it ends at the last parenthesis. */
export function parseStat(line: string): ProcessStat | undefined {
  const open = line.indexOf('(');
  const close = line.lastIndexOf(')');
  const fields = line.slice(close + 2).split(' ');
  if (open < 0 || close < open || fields.length < 22) return undefined;
  const field = (n: number) => Number(fields[n - 3]);
  return {
    pid: Number(line.slice(0, open)), name: line.slice(open + 1, close), state: fields[0]!,
    parent: field(4), group: field(5), session: field(6), threads: field(20), start: field(22),
    cpu: (field(14) + field(15) + field(16) + field(17)) * millisecondsPerTick, residentPages: field(24),
  };
}

/** All processes. */
export function processTable(): ProcessStat[] {
  if (!onLinux) return statsByPs();
  const processes: ProcessStat[] = [];
  for (const name of readdirSync('/proc')) {
    const first = name.charCodeAt(0);
    if (first < 48 || first > 57) continue;
    const stat = readStat(Number(name));
    if (stat) processes.push(stat);
  }
  return processes;
}

/** Whether that very process lives: a pid that was given to another process, or is only waiting to be reaped, does not count. */
export function isAlive(pid: number, start: number): boolean {
  const stat = readStat(pid);
  return stat !== undefined && stat.start === start && stat.state !== 'Z' && stat.state !== 'X';
}

/** A variable of the environment that a process was started with; undefined also when we may not read it. */
export function environmentOf(pid: number, name: string): string | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/environ`, 'latin1');
    const at = text.startsWith(`${name}=`) ? 0 : text.indexOf(`\0${name}=`) + 1;
    if (at === 0 && !text.startsWith(`${name}=`)) return undefined;
    const end = text.indexOf('\0', at);
    return text.slice(at + name.length + 1, end < 0 ? undefined : end);
  } catch {
    return undefined;
  }
}

/** Names this boot of the machine; `-` where there is no /proc. Pids and start times mean nothing in another boot. */
export function bootId(): string {
  return (boot ??= readSmall('/proc/sys/kernel/random/boot_id')?.trim() ?? '-');
}

/** No process outlives a boot. */
let boot: string | undefined;

function readSmall(path: string): string | undefined {
  try {
    // As UTF-8, whatever it is, Node reads a file in one call; of a name that is none, the rest of the line still is right.
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** Elsewhere than on Linux: less, and slower. */
function statsByPs(): ProcessStat[] {
  const ps = spawnSync('ps', ['-A', '-o', 'pid=,ppid=,pgid=,rss=,state=,comm='], { encoding: 'utf8', maxBuffer: 2 ** 24 });
  return (ps.stdout ?? '').split('\n').flatMap((line) => {
    const [pid, parent, group, kilobytes, state, ...name] = line.trim().split(/\s+/);
    if (!pid || !state) return [];
    return [{ pid: Number(pid), name: name.join(' '), state: state[0]!, parent: Number(parent), group: Number(group), session: 0, threads: 1, start: 0, cpu: 0, residentPages: Math.round((Number(kilobytes) * 1024) / 4096) }];
  });
}
