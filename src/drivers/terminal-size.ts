import { execFile } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import { findProgram } from '../host/programs.ts';

/** Characters. */
export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

/**
 * Gives the terminal of a script(1), which has the process id `script`, another size; the kernel tells those who are on it (SIGWINCH). A container runtime
 * that has it as its own terminal passes the size on. Does nothing when there is no terminal, or no more.
 */
export function resizeTerminal(script: number, { columns, rows }: TerminalSize): void {
  const stty = findProgram('stty');
  const terminal = terminalOf(script);
  if (stty && terminal) execFile(stty, ['-F', terminal, 'columns', String(columns), 'rows', String(rows)], () => undefined);
}

/** The terminal that script(1) made is what its child reads from. */
function terminalOf(script: number): string | undefined {
  try {
    const [child] = readFileSync(`/proc/${script}/task/${script}/children`, 'latin1').trim().split(' ');
    const terminal = readlinkSync(`/proc/${child}/fd/0`);
    return /^\/dev\/pts\/\d+$/.test(terminal) ? terminal : undefined;
  } catch {
    return undefined;
  }
}
