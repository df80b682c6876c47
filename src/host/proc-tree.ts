import { markOf } from './proc-marks.ts';
import { processTable, type ProcessStat } from './proc.ts';

export { agentVariable } from './proc-marks.ts';

/** Which processes make up an agent. */
export interface Membership {
  readonly agent: string;
  /** Its main process. Everything that is now of its session or descends from it belongs to the agent. */
  readonly main: { readonly pid: number; readonly start: number } | null;
  /** Its log: what has this as its output belongs to it too, also when it wiped its environment. */
  readonly log: string;
}

/** All descendants of some processes, without these. */
export function descendantsOf(roots: ReadonlySet<number>, table: readonly ProcessStat[]): ProcessStat[] {
  const children = childrenIn(table);
  const found: ProcessStat[] = [];
  const seen = new Set(roots);
  const queue = [...roots];
  for (let pid = queue.pop(); pid !== undefined; pid = queue.pop()) {
    for (const child of children.get(pid) ?? []) {
      if (seen.has(child.pid)) continue;
      seen.add(child.pid);
      found.push(child);
      queue.push(child.pid);
    }
  }
  return found;
}

const indexed = new WeakMap<readonly ProcessStat[], Map<number, ProcessStat[]>>();

function childrenIn(table: readonly ProcessStat[]): Map<number, ProcessStat[]> {
  const known = indexed.get(table);
  if (known) return known;
  const children = new Map<number, ProcessStat[]>();
  for (const process of table) {
    const siblings = children.get(process.parent);
    if (siblings) siblings.push(process);
    else children.set(process.parent, [process]);
  }
  indexed.set(table, children);
  return children;
}

/**
 * The main process, its session and its descendants. Cheap: it opens nothing. Processes that made themselves daemons are
 * missed; see {@link agentProcesses}.
 */
export function familyOf(main: Membership['main'], table: readonly ProcessStat[]): ProcessStat[] {
  const leader = main && table.find((process) => process.pid === main.pid && process.start === main.start);
  if (!leader) return [];
  const session = table.filter((process) => process === leader || (process.session === leader.pid && process.start >= leader.start));
  return [...session, ...descendantsOf(new Set(session.map((process) => process.pid)), table)];
}

/**
 * Every living process of an agent, also those that changed their session and lost their parent: they still carry the
 * agent's variable or its log. The shim is not among them.
 *
 * @param before pids that are known to belong to it
 */
export function agentProcesses(membership: Membership, table: readonly ProcessStat[] = processTable(), before: ReadonlySet<number> = new Set()): ProcessStat[] {
  const family = [...familyOf(membership.main, table), ...table.filter((process) => before.has(process.pid))];
  const known = new Set(family.map((process) => process.pid));
  const notBefore = membership.main?.start ?? 0;
  // Before it there was none of its processes. Threads of the kernel have no environment.
  const strays = table.filter((process) => !known.has(process.pid) && process.start >= notBefore && process.state !== 'Z' && bearsMark(process, membership));
  for (const stray of strays) known.add(stray.pid);
  const all = new Set([...family, ...strays, ...descendantsOf(known, table)]);
  return [...all].filter((process) => process.state !== 'Z' && process.pid !== globalThis.process.pid);
}

function bearsMark(process: ProcessStat, { agent, log }: Membership): boolean {
  const mark = markOf(process);
  return mark.agent === agent || mark.outputs.includes(log);
}
