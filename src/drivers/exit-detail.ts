import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { Exit } from '../model/index.ts';
import { readTask, type AgentDirectory } from './agent-directory.ts';
import { notesOf } from './shim/start.ts';

/**
 * Adds to an exit what its code alone does not say. Only when launch.sh itself complained at the end of the log was it the
 * agent's program that could not be executed, and not one that it called.
 */
export function explainExit(directory: AgentDirectory, exit: Exit): Exit {
  if (exit.detail !== null || exit.code === null || exit.code < 125 || exit.code > 127) return exit;
  const program = JSON.stringify(readTask(directory)?.argv[0] ?? 'the program');
  const said = lastLine(directory.log);
  if (exit.code === 125) return { ...exit, detail: `it could not be started: ${notesOf(directory) || said}` };
  if (!said.includes('launch.sh')) return exit;
  const detail = exit.code === 127
    ? `${program} was not found, or else the interpreter that its first line names`
    : `${program} may not be executed: it is a directory, no program, or not executable for the agent's user`;
  return { ...exit, detail };
}

function lastLine(path: string): string {
  try {
    const file = openSync(path, 'r');
    try {
      const buffer = Buffer.alloc(2048);
      const length = readSync(file, buffer, 0, buffer.length, Math.max(0, fstatSync(file).size - buffer.length));
      return buffer.toString('utf8', 0, length).trim().split('\n').at(-1) ?? '';
    } finally {
      closeSync(file);
    }
  } catch {
    return '';
  }
}
