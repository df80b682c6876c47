import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { constants } from 'node:os';
import { PassThrough } from 'node:stream';
import { StratoError } from '../model/index.ts';
import { withoutInherited } from '../host/descriptors.ts';
import { findProgram } from '../host/programs.ts';
import { spawn } from '../host/spawn.ts';
import type { ExecOptions, Execution } from './driver.ts';
import { childOfScript, resizeTerminalOf, type TerminalSize } from './terminal-size.ts';

/** How a driver gets a command to where its agent is. */
export interface Beside {
  /** Absolute path of a program and its arguments: enters the isolation, and ends with `sh launch.sh`. */
  readonly command: readonly string[];
  /** From `launchEnvironment`, plus what the command needs. */
  readonly environment: Readonly<Record<string, string>>;
  /** Working directory on the host. */
  readonly cwd: string;
  /** Told the pid of the command's session as soon as it is known. */
  readonly onSpawn?: (pid: number) => void;
  /** A process that reads from the program's terminal, when that is not the terminal of the command itself; null when it is not known. */
  readonly terminalReader?: () => Promise<number | null>;
}

/** Constant text: what is to be run comes in the environment and as arguments of the inner shell. */
const sized = 'stty columns "$STRATOSWARM_COLUMNS" rows "$STRATOSWARM_ROWS"; unset STRATOSWARM_COLUMNS STRATOSWARM_ROWS; eval "set -- $STRATOSWARM_WRAP"; unset STRATOSWARM_WRAP $STRATOSWARM_WORDS; unset STRATOSWARM_WORDS; exec "$@"';

/** Runs a command beside an agent, in a session of its own; with a terminal through script(1). */
export async function execBeside(beside: Beside, options: ExecOptions = {}): Promise<Execution> {
  const { command, environment } = options.terminal ? inTerminal(beside, options.terminal) : beside;
  const child = withoutInherited(['pipe', 'pipe', 'pipe'], (stdio) => spawn(command[0]!, command.slice(1), { cwd: beside.cwd, env: { ...environment }, detached: true, stdio })) as ChildProcessWithoutNullStreams;
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (error) => reject(new StratoError('exec.failed', 'the program could not be run beside the agent', { why: error.message, retryable: true, cause: error })));
  });
  if (child.exitCode === null && child.signalCode === null) beside.onSpawn?.(child.pid!);
  // A program that does not read its input is no error.
  child.stdin.on('error', () => {});
  const abort = () => {
    try {
      process.kill(-child.pid!, 'SIGKILL');
    } catch {
      // It has ended.
    }
  };
  const exit = new Promise<number>((resolve) => {
    child.once('exit', (code, signal) => {
      options.signal?.removeEventListener('abort', abort);
      resolve(signal ? 128 + constants.signals[signal] : (code ?? 0));
    });
  });
  if (options.signal?.aborted) abort();
  options.signal?.addEventListener('abort', abort, { once: true });
  // Both terminals, where the program has one of its own: a runtime that still has to hand over the first size takes that of the outer one.
  const resize = (size: TerminalSize) => {
    const outer = childOfScript(child.pid!);
    if (outer !== undefined) resizeTerminalOf(outer, size);
    void beside.terminalReader?.().then((pid) => pid && resizeTerminalOf(pid, size));
  };
  const streams = { stdin: child.stdin, stdout: child.stdout, exit };
  return options.terminal ? { ...streams, stderr: empty(child.stderr), resize } : { ...streams, stderr: child.stderr };
}

function inTerminal({ command, environment }: Beside, { columns, rows }: { columns: number; rows: number }): Pick<Beside, 'command' | 'environment'> {
  const script = findProgram('script');
  if (!script) throw new StratoError('exec.no-terminal', 'no terminal can be made', { why: 'the program script is missing', next: 'install the package bsdutils (util-linux-script on Fedora), or leave the terminal out' });
  const size = { STRATOSWARM_COLUMNS: String(columns), STRATOSWARM_ROWS: String(rows) };
  if (process.platform !== 'linux') return { command: [script, '-q', '/dev/null', ...command], environment };
  // script(1) of util-linux takes a shell text and no arguments: they go by the environment, each in a variable of its own.
  const words = Object.fromEntries(command.map((word, index) => [`STRATOSWARM_WORD_${index}`, word]));
  const wrap = command.map((_, index) => `"$STRATOSWARM_WORD_${index}"`).join(' ');
  return { command: [script, '--quiet', '--return', '--flush', '--command', sized, '/dev/null'], environment: { ...environment, ...size, ...words, STRATOSWARM_WRAP: wrap, STRATOSWARM_WORDS: Object.keys(words).join(' ') } };
}

function empty(stream: NodeJS.ReadableStream): NodeJS.ReadableStream {
  stream.resume();
  return new PassThrough().end();
}
