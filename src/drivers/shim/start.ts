import { spawn } from 'node:child_process';
import { readText } from '../../host/read-text.ts';
import { StratoError } from '../../model/index.ts';
import { withoutInherited } from '../../host/descriptors.ts';
import type { AgentDirectory } from '../agent-directory.ts';
import type { Hints } from './hints.ts';
import { shell, shimScript } from './launch.ts';
import { readShim, type ShimState } from './records.ts';

export interface ShimStart {
  readonly directory: AgentDirectory;
  /** Hints of the driver. */
  readonly hints: Hints;
  /** Absolute path of a program and its arguments; it ends by executing `sh launch.sh`, keeping its pid if it can. */
  readonly command: readonly string[];
  /** From `launchEnvironment`, plus what the command itself needs. */
  readonly environment: Readonly<Record<string, string>>;
  /** Working directory of the command, on the host. */
  readonly cwd: string;
  /** cgroup.procs files that the command enters before anything else; without spaces. */
  readonly cgroups?: readonly string[];
}

/** Milliseconds. Only a machine that stands still needs more than a few. */
const startTimeout = 20_000;
const fallbackPoll = 20;

/**
 * Starts an agent under a shim of its own session, which lives on without the daemon. Resolves once the agent has a pid,
 * or has even ended. If another shim was first, that one's agent is waited for: an agent never runs twice.
 *
 * @throws `agent.start-failed` when the shim could not start it
 */
export async function startShim(start: ShimStart): Promise<ShimState> {
  const { directory, hints } = start;
  let failure: Error | undefined;
  let wake = (): void => {};
  const unsubscribe = hints.subscribe((agent) => {
    if (agent === directory.agent) wake();
  });
  const deadline = performance.now() + startTimeout;
  try {
    spawnShim(start, (error) => {
      failure ??= error;
      wake();
    });
    for (;;) {
      const state = readShim(directory);
      if (state.status === 'running' || state.status === 'exited') return state;
      if (failure && state.status !== 'starting') throw startFailed(directory, failure.message);
      if (performance.now() > deadline) throw startFailed(directory, `it did not tell a pid within ${startTimeout} ms`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, fallbackPoll);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  } finally {
    unsubscribe();
  }
}

function spawnShim({ directory, hints, command, environment, cwd, cgroups }: ShimStart, onFailure: (error: Error) => void): void {
  const env = cgroups?.length ? { ...environment, STRATOSWARM_CGROUPS: cgroups.join(' ') } : { ...environment };
  const child = withoutInherited(['ignore', 'ignore', 'ignore'], (stdio) => spawn(shell, [shimScript, directory.path, ...command], { cwd, env, detached: true, stdio }));
  child.on('error', onFailure);
  child.on('exit', (code, signal) => {
    onFailure(new Error(`its shim ended (${signal ?? code})`));
    hints.tell(directory.agent);
  });
  child.unref();
}

function startFailed(directory: AgentDirectory, what: string): StratoError {
  return new StratoError('agent.start-failed', `${directory.agent} could not be started: ${what}`, {
    why: notesOf(directory) || undefined, next: 'see `stratoswarm doctor`; the control loop tries again', retryable: true,
  });
}

/** What the shim's shell said, last line. */
export function notesOf(directory: AgentDirectory): string {
  return readText(directory.notes).trim().split('\n').at(-1) ?? '';
}
