import { randomBytes } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AgentId } from '../../model/index.ts';
import { execBeside } from '../exec-beside.ts';
import type { ExecOptions, Execution, Task } from '../driver.ts';
import { launchEnvironment } from '../shim/launch.ts';
import { workingDirectory } from '../working-directory.ts';
import { processOf } from './bundle.ts';
import { launch } from './init.ts';
import { appPath } from './layout.ts';
import type { ContainerDirectory } from './mounts.ts';
import { globalArguments, type Runtime } from './runtime.ts';
import { agentEnvironment, agentUser, openFiles } from './user.ts';

/** Runs a program in a running container, confined just as the agent's own. */
export async function execInContainer(runtime: Runtime, container: ContainerDirectory, agent: AgentId, task: Task, argv: readonly string[], options: ExecOptions): Promise<Execution> {
  const name = join(container.path, `exec-${randomBytes(6).toString('hex')}`);
  const pidFile = `${name}.pid`;
  const { terminal, signal } = options;
  const program = processOf({
    argv: launch, env: launchEnvironment(argv, agentEnvironment(agent, task)),
    cwd: join(appPath, workingDirectory(task)), user: agentUser, maxOpenFiles: openFiles(),
  });
  const consoleSize = terminal && { height: terminal.rows, width: terminal.columns };
  // It holds secrets, as the environment of the agent does.
  writeFileSync(name, JSON.stringify({ ...program, terminal: terminal !== undefined, consoleSize }), { mode: 0o600 });
  // The runtime, which execBeside ends, does not take the program along.
  const abort = () => killFrom(pidFile);
  signal?.addEventListener('abort', abort, { once: true });
  const cleanUp = () => {
    signal?.removeEventListener('abort', abort);
    for (const path of [name, pidFile]) rmSync(path, { force: true });
  };
  try {
    const command = [runtime.program, ...globalArguments(runtime), 'exec', '--process', name, '--pid-file', pidFile, agent];
    const execution = await execBeside({ command, environment: { PATH: process.env['PATH'] ?? '' }, cwd: container.path }, options);
    void execution.exit.then(cleanUp);
    return execution;
  } catch (error) {
    cleanUp();
    throw error;
  }
}

function killFrom(pidFile: string): void {
  try {
    process.kill(Number(readFileSync(pidFile, 'utf8')), 'SIGKILL');
  } catch {
    // Not begun yet, or ended.
  }
}
