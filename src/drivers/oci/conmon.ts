import type { ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { spawn } from '../../host/spawn.ts';
import { globalArguments, lastMessage, type Runtime } from './runtime.ts';

export interface ConmonStart {
  /** Absolute path of conmon. */
  readonly conmon: string;
  readonly runtime: Runtime;
  readonly id: string;
  readonly bundle: string;
  /** Standard output and error of the container are appended here, byte by byte as they come. */
  readonly log: string;
  /** Gets the exit status, as decimal digits, in a file called like the container. */
  readonly exitDirectory: string;
  /** Gets the exit status in a file called `exit`, and an empty file `oom` after an out-of-memory kill. */
  readonly persistDirectory: string;
  readonly conmonPidFile: string;
  /** The container goes on from a memory image, in `directory`, and runs at once; `env` is for CRIU. */
  readonly image?: { readonly directory: string; readonly env: Readonly<Record<string, string>> } | undefined;
}

export type ConmonResult = { readonly pid: number } | { readonly failure: string };

const timeout = 30_000;

/** The network is made anew, as for every container. */
const restoreOptions = ['--empty-ns', 'network'];

/**
 * Creates a container whose parent is a conmon of its own session: it outlives whoever calls this, and writes down how the
 * container ended. With `--log-path passthrough` the container writes into the log itself, so nothing is between the two
 * that could be killed, add prefixes, or lose the last lines.
 */
export async function createUnderConmon(start: ConmonStart): Promise<ConmonResult> {
  const log = openSync(start.log, 'a', 0o600);
  // Only what conmon and the runtime say goes into this pipe; the container inherits descriptors 0 to 2.
  let child: ChildProcess;
  try {
    child = spawn(start.conmon, conmonArguments(start), {
      cwd: start.persistDirectory, stdio: ['ignore', log, log, 'pipe'], detached: true, env: { PATH: process.env['PATH'] ?? '', _OCI_SYNCPIPE: '3', ...start.image?.env },
    });
  } finally {
    closeSync(log);
  }
  child.unref();
  return new Promise((resolve) => {
    let said = '';
    const finish = (result: ConmonResult) => {
      clearTimeout(timer);
      sync.destroy();
      resolve(result);
    };
    const timer = setTimeout(() => finish({ failure: `conmon said nothing within ${timeout} ms` }), timeout);
    const sync = child.stdio[3] as NodeJS.ReadableStream & { destroy(): void };
    sync.on('data', (piece: Buffer) => {
      said += piece.toString();
      if (said.includes('\n')) finish(parseSync(said, start.log));
    });
    sync.on('end', () => finish(parseSync(said, start.log)));
    sync.on('error', (error: Error) => finish({ failure: error.message }));
    child.on('error', (error) => finish({ failure: error.message }));
  });
}

function conmonArguments(start: ConmonStart): string[] {
  return [
    '--api-version', '1', '--cid', start.id, '--cuuid', start.id,
    '--runtime', start.runtime.program, ...globalArguments(start.runtime).flatMap((argument) => ['--runtime-arg', argument]),
    '--bundle', start.bundle, '--log-path', 'passthrough',
    '--exit-dir', start.exitDirectory, '--persist-dir', start.persistDirectory, '--conmon-pidfile', start.conmonPidFile,
    ...(start.image === undefined ? [] : ['--restore', start.image.directory, ...restoreOptions.flatMap((option) => ['--runtime-opt', option])]),
  ];
}

/** One line of JSON: `data` is the pid of the container, or negative with a `message`. */
function parseSync(line: string, log: string): ConmonResult {
  try {
    const { data, pid = data, message } = JSON.parse(line) as { data?: number; pid?: number; message?: string };
    if (pid !== undefined && pid > 0) return { pid };
    return { failure: lastMessage(message ?? '') || 'the runtime did not create the container' };
  } catch {
    // The runtime has written the reason into the log.
    return { failure: lastMessage(readFileSync(log, 'utf8').slice(-4096)) || 'conmon ended before the container was created' };
  }
}
