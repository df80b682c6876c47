import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { ErrorReport } from '../model/index.ts';
import { Plan, StratoError } from '../model/index.ts';
import type { AnalysisOptions } from './plan.ts';

export interface IsolationLimits {
  signal?: AbortSignal | undefined;
  /** Milliseconds. */
  timeout?: number | undefined;
  /** MiB of heap that the analysis may use. */
  memory?: number | undefined;
}

const program = fileURLToPath(new URL('./process.ts', import.meta.url));
/** A plan is far smaller; what is larger is not taken in. */
const outputLimit = 64 << 20;

/**
 * {@link analyse} in a process of its own, with an empty environment but for PATH, killed when it takes longer than
 * `timeout` (60 s). Its errors are thrown as they were; `analysis.timeout`, `analysis.aborted`, `analysis.too-large` and
 * `analysis.failed` are added.
 */
export async function analyseIsolated(directory: string, options: AnalysisOptions = {}, limits: IsolationLimits = {}): Promise<Plan> {
  const { signal, timeout = 60_000, memory = 768 } = limits;
  if (signal?.aborted) throw aborted();
  const args = [`--max-old-space-size=${memory}`, program];
  if (options.name !== undefined) args.push(`--name=${options.name}`);
  if (options.hints !== undefined) args.push(`--hints=${JSON.stringify(options.hints)}`);
  args.push('--', directory);
  const { output, errors, code, cause } = await run(args, timeout, signal);
  if (cause === 'aborted') throw aborted();
  if (cause === 'timeout') throw new StratoError('analysis.timeout', `the code was not read within ${Math.round(timeout / 1000)} s`, { next: 'deploy a smaller directory, or leave large data out with .gitignore', retryable: true });
  if (cause === 'output') throw new StratoError('analysis.too-large', 'the plan of this directory is too large', { next: 'deploy the directories of its services one by one' });
  const answer = parse(output);
  if (answer && typeof answer === 'object' && 'error' in answer) {
    const { code: id, message, ...rest } = answer.error as ErrorReport;
    throw new StratoError(id, message, rest);
  }
  const plan = Plan.safeParse(answer);
  if (code === 0 && plan.success) return plan.data;
  if (/heap out of memory/.test(errors)) throw new StratoError('analysis.too-large', `reading this directory takes more than ${memory} MiB of memory`, { next: 'leave large data out with .gitignore' });
  const why = plan.success || answer === undefined ? errors.trim().split('\n').at(-1)?.slice(0, 300) : `the plan is not well formed: ${plan.error.issues[0]?.path.join('.')} ${plan.error.issues[0]?.message}`;
  throw new StratoError('analysis.failed', 'the code could not be analysed', { why: why || `the analysis ended with ${code}`, next: 'please report this with the directory that caused it' });
}

function aborted(): StratoError {
  return new StratoError('analysis.aborted', 'the analysis was cancelled');
}

function parse(output: string): unknown {
  try {
    return JSON.parse(output);
  } catch {
    return undefined;
  }
}

interface Run {
  output: string;
  errors: string;
  code: number | null;
  cause: 'ended' | 'aborted' | 'timeout' | 'output';
}

function run(args: readonly string[], timeout: number, signal: AbortSignal | undefined): Promise<Run> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { PATH: process.env['PATH'] } });
    const chunks: Buffer[] = [];
    let size = 0;
    let errors = '';
    let cause: Run['cause'] = 'ended';
    const kill = (why: Run['cause']) => {
      cause = why;
      child.kill('SIGKILL');
    };
    const onAbort = () => kill('aborted');
    const timer = setTimeout(() => kill('timeout'), timeout);
    signal?.addEventListener('abort', onAbort, { once: true });
    const settle = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    };
    child.stdout.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > outputLimit) kill('output');
      else chunks.push(chunk);
    });
    child.stderr.on('data', (chunk: Buffer) => (errors = (errors + chunk.toString('utf8')).slice(-20_000)));
    child.once('error', (error) => {
      settle();
      reject(new StratoError('analysis.failed', 'the analysis could not be started', { why: error.message, retryable: true, cause: error }));
    });
    child.once('close', (code) => {
      settle();
      resolve({ output: Buffer.concat(chunks).toString('utf8'), errors, code, cause });
    });
  });
}
