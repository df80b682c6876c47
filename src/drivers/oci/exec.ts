import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { AgentId } from '../../model/index.ts';
import { execBeside } from '../exec-beside.ts';
import type { ExecOptions, Execution, Task } from '../driver.ts';
import { launchEnvironment } from '../shim/launch.ts';
import { workingDirectory } from '../working-directory.ts';
import { processOf } from './bundle.ts';
import { launch } from './init.ts';
import { appPath } from './layout.ts';
import type { Ground } from './ground.ts';
import type { ContainerDirectory } from './mounts.ts';
import { globalArguments } from './runtime.ts';
import { agentEnvironment, agentUser, openFiles } from './user.ts';

/** Runs a program in a running container, confined just as the agent's own. */
export async function execInContainer({ runtime, kind: { ownKernel } }: Ground, container: ContainerDirectory, agent: AgentId, task: Task, argv: readonly string[], options: ExecOptions): Promise<Execution> {
  const name = join(container.path, `exec-${randomBytes(6).toString('hex')}`);
  const pidFile = `${name}.pid`;
  const { terminal, signal } = options;
  const program = processOf({
    argv: launch, env: { ...launchEnvironment(argv, agentEnvironment(agent, task)), ...(terminal && terminal.columns > 0 && terminal.rows > 0 && { STRATOSWARM_SIZED: '1' }) },
    cwd: join(appPath, workingDirectory(task)), user: agentUser, maxOpenFiles: openFiles(),
  });
  const consoleSize = terminal && { height: terminal.rows, width: terminal.columns };
  // It holds secrets, as the environment of the agent does.
  writeFileSync(name, JSON.stringify({ ...program, terminal: terminal !== undefined, consoleSize }), { mode: 0o600 });
  // A runtime that is killed does not take the program along; it ends by itself once the program has.
  const runtimeAbort = new AbortController();
  const abort = () => void pidIn(pidFile).then(async (pid) => {
    if (pid === null) runtimeAbort.abort();
    else if (ownKernel) await ownKernel.signal(runtime, agent, pid, 'SIGKILL');
    else kill(pid);
  });
  signal?.addEventListener('abort', abort, { once: true });
  const cleanUp = () => {
    signal?.removeEventListener('abort', abort);
    for (const path of [name, pidFile]) rmSync(path, { force: true });
  };
  try {
    // The program's own terminal gets another size directly: not every runtime passes on that its own has (crun before 1.9).
    const command = [runtime.program, ...globalArguments(runtime), 'exec', '--process', name, ownKernel ? '--internal-pid-file' : '--pid-file', pidFile, agent];
    const execution = await execBeside({ command, environment: { PATH: process.env['PATH'] ?? '' }, cwd: container.path, ...(!ownKernel && { terminalReader: () => pidIn(pidFile) }) }, { ...options, signal: runtimeAbort.signal });
    if (signal?.aborted) abort();
    void execution.exit.then(cleanUp);
    return execution;
  } catch (error) {
    cleanUp();
    throw error;
  }
}

/** The runtime writes the file a little after the program has begun. Null when it did not for a second. */
async function pidIn(pidFile: string): Promise<number | null> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const pid = existsSync(pidFile) ? Number(readFileSync(pidFile, 'utf8')) : 0;
    if (pid > 0) return pid;
    await delay(5);
  }
  return null;
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended.
  }
}
