import { parseStat } from '../host/proc.ts';
import { descendantsOf } from '../host/proc-tree.ts';
import { StratoError } from '../model/index.ts';
import { agentProcesses, bounded, connectionsIn, type AgentProcesses, type ProcessRecord, type Readable } from './processes.ts';

/** Every line of each file after its path, then the paths of all descriptors and, in the same order, what they lead to; without those of the shell that asks, which come and go. */
const question = `grep -a '' /proc/[0-9]*/stat /proc/[0-9]*/cmdline /proc/[0-9]*/smaps /proc/net/tcp /proc/net/tcp6 /proc/net/udp /proc/net/udp6 /proc/net/unix 2>/dev/null
for path in /proc/[0-9]*/fd/*; do case $path in /proc/$$/*) ;; *) set -- "$@" "$path" ;; esac; done
echo descriptors; printf '%s\\n' "$@"; echo targets; readlink -- "$@"; :`;

/**
 * All processes of an agent that has a kernel of its own, as that kernel's `/proc` shows them: the machine's shows the kernel only. The first one,
 * which waits for the program, is left out, and so is who asks.
 *
 * @param run - runs a program beside the agent and gives what it printed; may throw
 */
export async function processRecordWithin(run: (argv: readonly string[]) => Promise<string>, withoutImage: string): Promise<AgentProcesses> {
  try {
    return agentProcesses(recordsOf(await run(['/bin/sh', '-c', question])), withoutImage);
  } catch (error) {
    return { ...agentProcesses([], withoutImage), withoutProcesses: error instanceof StratoError ? error.message : String(error) };
  }
}

function recordsOf(printed: string): ProcessRecord[] {
  const [contents = '', rest = ''] = printed.split('\ndescriptors\n');
  const [paths = [], targets = []] = rest.split('\ntargets\n').map((text) => text.split('\n').filter((line) => line !== ''));
  const files = new Map<string, string[]>();
  for (const line of contents.split('\n')) {
    const [, path, text] = /^\/proc\/([a-z0-9]+\/[a-z0-9]+):(.*)$/s.exec(line) ?? [];
    if (path !== undefined) files.set(path, [...(files.get(path) ?? []), text!]);
  }
  const table = [...files].flatMap(([path, [line]]) => (path.endsWith('/stat') ? (parseStat(line!) ?? []) : []));
  if (table.length === 0) throw new StratoError('snapshot.processes', 'the kernel of the agent did not answer');
  return descendantsOf(new Set([1]), table).map(({ pid, name, state, parent, threads }) => {
    const openFiles: Readable<{ descriptor: number; target: string }[]> = paths.length === targets.length ? bounded({ value: descriptorsOf(pid, paths, targets) }) : { unavailable: 'they changed while they were read' };
    const sections = files.get(`${pid}/smaps`);
    return {
      pid, name, state, parent, threads, openFiles,
      command: readable(files.get(`${pid}/cmdline`), (lines) => lines.join('\n').split('\0').slice(0, -1)),
      memoryMaps: bounded(readable(sections, (lines) => lines.filter((line) => /^[0-9a-f]+-/.test(line)))),
      memory: readable(sections, (lines) => ({ resident: sum(lines, 'Rss'), private: sum(lines, 'Private_Clean') + sum(lines, 'Private_Dirty'), swapped: sum(lines, 'Swap') })),
      registers: { unavailable: 'the kernel of the agent does not tell them' },
      connections: 'value' in openFiles ? { value: connectionsIn((protocol) => (files.get(`net/${protocol}`) ?? []).slice(1), openFiles.value) } : openFiles,
      namespaces: { unavailable: 'the kernel of the agent does not tell them' },
    };
  });
}

function descriptorsOf(pid: number, paths: readonly string[], targets: readonly string[]) {
  const prefix = `/proc/${pid}/fd/`;
  return paths.flatMap((path, index) => (path.startsWith(prefix) ? [{ descriptor: Number(path.slice(prefix.length)), target: targets[index]! }] : []));
}

function readable<T>(lines: string[] | undefined, parse: (lines: string[]) => T): Readable<T> {
  return lines === undefined ? { unavailable: 'the process ended meanwhile' } : { value: parse(lines) };
}

/** Bytes of a field over all sections of a smaps (proc_pid_smaps(5)). */
function sum(lines: readonly string[], field: string): number {
  return lines.reduce((all, line) => all + Number(new RegExp(`^${field}:\\s+(\\d+) kB`).exec(line)?.[1] ?? 0) * 1024, 0);
}
