import { closeSync, openSync, readFileSync, readdirSync } from 'node:fs';
import type { StdioOptions } from 'node:child_process';

/** O_CLOEXEC as /proc/<pid>/fdinfo prints it, octal. */
const closeOnExec = 0o2000000;

let found: number[] | undefined;

/**
 * Descriptors above 2 that our children would inherit. Node opens none of that kind: they were handed to us by whoever
 * started us (a shell's pipe, a terminal), who may wait for them to be closed.
 */
export function inheritedDescriptors(): readonly number[] {
  found ??= look();
  return found;
}

function look(): number[] {
  try {
    return readdirSync('/proc/self/fdinfo').map(Number).filter((descriptor) => descriptor > 2 && isInheritable(descriptor));
  } catch {
    return [];
  }
}

function isInheritable(descriptor: number): boolean {
  try {
    const flags = /^flags:\s+([0-7]+)/m.exec(readFileSync(`/proc/self/fdinfo/${descriptor}`, 'latin1'))?.[1];
    return flags !== undefined && (parseInt(flags, 8) & closeOnExec) === 0;
  } catch {
    return false;
  }
}

/**
 * Calls `spawn` with an stdio that puts /dev/null in the place of every descriptor that would be inherited.
 *
 * @param stdio for descriptors 0, 1 and 2
 */
export function withoutInherited<T>(stdio: readonly ('ignore' | 'pipe')[], spawn: (stdio: StdioOptions) => T): T {
  const inherited = inheritedDescriptors();
  if (inherited.length === 0) return spawn([...stdio]);
  const nothing = openSync('/dev/null', 'r+');
  try {
    const places = Array.from({ length: Math.max(...inherited) + 1 }, (_, descriptor) => stdio[descriptor] ?? (inherited.includes(descriptor) ? nothing : 'ignore'));
    return spawn(places);
  } finally {
    closeSync(nothing);
  }
}
