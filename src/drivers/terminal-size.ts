import { execFile } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import { findProgram } from '../host/programs.ts';

/** Characters. */
export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

/** Gives the terminal from which a process reads another size; the kernel tells those who are on it (SIGWINCH). Does nothing when it reads from none, or has ended. */
export function resizeTerminalOf(pid: number, { columns, rows }: TerminalSize): void {
  const stty = findProgram('stty');
  const input = `/proc/${pid}/fd/0`;
  if (stty && isTerminal(input)) execFile(stty, ['-F', input, 'columns', String(columns), 'rows', String(rows)], () => undefined);
}

/** The child of a script(1), which reads from the terminal that it made; undefined when it has none. */
export function childOfScript(script: number): number | undefined {
  try {
    return Number(readFileSync(`/proc/${script}/task/${script}/children`, 'latin1').trim().split(' ')[0]) || undefined;
  } catch {
    return undefined;
  }
}

function isTerminal(descriptor: string): boolean {
  try {
    return /^\/dev\/pts\/\d+$/.test(readlinkSync(descriptor));
  } catch {
    return false;
  }
}
