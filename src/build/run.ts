import { StringDecoder } from 'node:string_decoder';
import { stripVTControlCharacters } from 'node:util';
import { spawn } from '../host/spawn.ts';
import type { Clock } from '../model/index.ts';

export interface RunOptions {
  readonly cwd: string;
  readonly env: Record<string, string>;
  readonly clock: Clock;
  /** Milliseconds after which it is ended. */
  readonly timeout: number;
  readonly signal?: AbortSignal | undefined;
  /** Bytes of output after which it is ended. */
  readonly outputLimit?: number;
  readonly onLine?: (line: string) => void;
}

export interface RunResult {
  /** 128 + n after signal n, as shells count; null when it could not be started. */
  readonly exitCode: number | null;
  /** The last lines of what it wrote, at most 30. */
  readonly tail: readonly string[];
  readonly ended: 'exit' | 'timeout' | 'output' | 'not-started';
}

const longestLine = 4096;

/**
 * Runs a program in a process group of its own, gives its output (both streams, without terminal codes) line by line, and leaves no process
 * of the group behind. Throws the signal's reason when that aborts.
 */
export async function run(argv: readonly string[], options: RunOptions): Promise<RunResult> {
  options.signal?.throwIfAborted();
  const lines = new Lines(options.onLine);
  const child = spawn(argv[0]!, argv.slice(1), { cwd: options.cwd, env: options.env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  let ended: RunResult['ended'] = 'exit';
  let bytes = 0;
  const kill = () => killGroup(child.pid);
  const end = (why: RunResult['ended']) => {
    ended = why;
    kill();
  };
  const cancelTimeout = options.clock.after(options.timeout, () => end('timeout'));
  options.signal?.addEventListener('abort', kill);
  for (const stream of [child.stdout, child.stderr]) {
    const decoder = new StringDecoder('utf8');
    const part = lines.part();
    stream.on('data', (data: Buffer) => {
      bytes += data.length;
      if (bytes > (options.outputLimit ?? 64 << 20)) end('output');
      else part(decoder.write(data));
    });
    stream.on('close', () => part(`${decoder.end()}\n`));
  }
  try {
    const exitCode = await new Promise<number | null>((resolve) => {
      child.on('error', (error) => {
        ended = 'not-started';
        lines.line(error.message);
        resolve(null);
      });
      // Processes that outlive their parent would hold the pipes open: the group ends with its leader.
      child.on('exit', kill);
      child.on('close', (code, signal) => resolve(code ?? 128 + (signalNumbers[signal ?? ''] ?? 9)));
    });
    options.signal?.throwIfAborted();
    return { exitCode, tail: lines.tail, ended };
  } finally {
    cancelTimeout();
    options.signal?.removeEventListener('abort', kill);
    kill();
  }
}

const signalNumbers: Record<string, number> = { SIGHUP: 1, SIGINT: 2, SIGQUIT: 3, SIGABRT: 6, SIGKILL: 9, SIGSEGV: 11, SIGPIPE: 13, SIGTERM: 15 };

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // The group has ended.
  }
}

class Lines {
  readonly tail: string[] = [];
  private readonly onLine: ((line: string) => void) | undefined;

  constructor(onLine: ((line: string) => void) | undefined) {
    this.onLine = onLine;
  }

  line(raw: string): void {
    const line = stripVTControlCharacters(raw).replace(/(?!\t)\p{Cc}/gu, '').trimEnd();
    if (line === '') return;
    this.tail.push(line);
    if (this.tail.length > 30) this.tail.shift();
    this.onLine?.(line);
  }

  /** One stream's share: text comes in any pieces; a carriage return begins the line anew, as on a terminal. */
  part(): (text: string) => void {
    let open = '';
    return (text) => {
      const pieces = (open + text).split('\n');
      open = pieces.pop()!.slice(-longestLine);
      for (const piece of pieces) this.line(piece.replace(/\r+$/, '').split('\r').at(-1)!.slice(0, longestLine));
    };
  }
}
