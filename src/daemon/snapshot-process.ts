import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { spawn } from '../host/spawn.ts';
import { StratoError, errorFrom } from '../model/index.ts';
import type { Answer, Work, Works } from '../snapshot/program.ts';

const program = fileURLToPath(new URL('../snapshot/program.ts', import.meta.url));

/** Megabytes of heap: the list of the largest tree has to fit. */
const heap = 1024;

/** Has one piece of work on snapshots done by a process of its own. Throws what that throws, or `snapshot.failed`. */
export async function snapshotWork<W extends Work>(directory: string, work: W, order: Works[W]['order']): Promise<Works[W]['answer']> {
  const child = spawn(process.execPath, [`--max-old-space-size=${heap}`, '--disable-warning=ExperimentalWarning', program], { stdio: 'pipe' });
  child.stdin.on('error', () => undefined);
  child.stdin.end(JSON.stringify({ work, directory, parent: process.pid, order }));
  const ended = new Promise<string>((resolve) => child.once('close', (code, signal) => resolve(String(signal ?? code))).once('error', (error) => resolve(error.message)));
  const [said, complaint, end] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  if (said === '') throw new StratoError('snapshot.failed', 'the process that works on snapshots ended early', { why: complaint.trim().split('\n').at(-1) || `it ended with ${end}`, retryable: true });
  const answer = JSON.parse(said) as Answer;
  if ('value' in answer) return answer.value as Works[W]['answer'];
  throw errorFrom(answer.error);
}
