import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../model/index.ts';
import { findProgram } from '../host/programs.ts';
import { configuration, gitEnvironment } from './git.ts';
import { leftOut, rulesAt } from './ignore-rules.ts';
import { run } from './run.ts';
import { partsOf } from './snapshot.ts';

/** So many such files are asked for: more are no exceptions. */
const most = 10_000;

/**
 * Files that git keeps although a rule of `.gitignore` names them: somebody added them on purpose, and a clone has them. Relative to the directory; none where it is no checkout, or git cannot tell. What a
 * `.stratoswarmignore` names stays out.
 */
export async function trackedThoughIgnored(directory: string, options: { clock: Clock; signal?: AbortSignal | undefined }): Promise<string[]> {
  const git = findProgram('git');
  if (!git || !existsSync(join(directory, '.git'))) return [];
  const paths: string[] = [];
  const { exitCode } = await run([git, ...configuration, '-c', `safe.directory=${directory}`, '-c', 'core.quotePath=false', '-C', directory, 'ls-files', '--cached', '--ignored', '--exclude-standard'], {
    cwd: directory, env: gitEnvironment(), clock: options.clock, timeout: 20_000, signal: options.signal, onLine: (line) => void (paths.length < most && paths.push(line)),
  });
  const own = rulesAt(directory, '', undefined, ['.stratoswarmignore']);
  // A name that git writes in quotes has a character that a line cannot hold.
  return exitCode === 0 ? paths.filter((path) => path !== '' && !path.startsWith('"') && !partsOf(path).some((part, index, all) => leftOut(own, part, index < all.length - 1))) : [];
}
