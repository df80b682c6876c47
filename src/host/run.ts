import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { StratoError } from '../model/index.ts';
import { spawn } from './spawn.ts';

export interface Outcome {
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly input?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Milliseconds after which it is killed; 10 s unless told. */
  readonly timeout?: number;
}

/** Runs a system program to its end. Never throws for its exit code; a program that is missing ends with code 127. */
export function run(program: string, args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  return new Promise((resolve) => {
    let child: ChildProcessWithoutNullStreams;
    try {
      child = spawn(program, args, { stdio: 'pipe', env: options.env, cwd: options.cwd, timeout: options.timeout ?? 10_000, killSignal: 'SIGKILL' });
    } catch (error) {
      return resolve({ code: 127, stdout: '', stderr: (error as StratoError).why ?? (error as Error).message });
    }
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.once('error', (error) => resolve({ code: 127, stdout, stderr: error.message }));
    child.once('close', (code) => resolve({ code, stdout, stderr }));
    child.stdin.on('error', () => undefined);
    child.stdin.end(options.input ?? '');
  });
}

/** {@link run}, but any end other than code 0 is a StratoError with the given code that quotes the last line of stderr. */
export async function mustRun(errorCode: string, program: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const { code, stdout, stderr } = await run(program, args, options);
  if (code === 0) return stdout;
  // The last line of mount(8) only says where else something may be said.
  const why = stderr.trim().split('\n').findLast((line) => !/^\s*dmesg\(1\)/.test(line)) || (code === null ? 'it did not end in time' : `it ended with code ${code}`);
  throw new StratoError(errorCode, `${program} ${args.slice(0, 4).join(' ')} failed`, { why, retryable: true });
}
