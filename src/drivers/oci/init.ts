import { readFileSync } from 'node:fs';
import { launchScript } from '../shim/launch.ts';

/** Where a container finds the file in which its process 1 writes down what became of the program. */
export const notesPath = '/.stratoswarm/notes';

/** Where a container finds the script that gives a program its arguments and environment. */
export const launchPath = '/.stratoswarm/launch.sh';
/** Where it finds what it may have to wait at before it begins. */
export const holdPath = '/.stratoswarm/hold';
/** The last step before the program, in a container and beside it. */
export const launch = ['/bin/sh', launchPath] as const;

export const launchText = (): string => readFileSync(launchScript, 'utf8');

/**
 * What runs as process 1 of a container. The kernel shields process 1 from every signal that it does not handle, so a program
 * that relies on SIGTERM's default could not be stopped; and orphans become its children, which few programs expect. So a shell takes
 * that place, waits for the one program, reaps whatever else ends, and notes the exit status.
 */
export function underInit(): string[] {
  return ['/bin/sh', '-c', initScript, 'init', ...launch];
}

/** The shell names a signal in the notes ("Killed"): that tells signal 9 from `exit 137`. */
const initScript = `exec 3>&2 2>>${notesPath}
(exec "$@" 2>&3 3>&-)
status=$?
printf 'exit %s .\n' "$status" >&2
exit "$status"
`;

/** What the notes say of the program; null when process 1 was ended before it could write. */
export function readNotes(notes: string): { code: number | null; signal: number | null } | null {
  const match = /^exit (\d+) \.$/m.exec(notes);
  if (!match) return null;
  const status = Number(match[1]);
  // Of SIGINT and SIGPIPE the shell says nothing.
  const named = notes.slice(0, match.index).trim() !== '' || status === 130 || status === 141;
  return status > 128 && named ? { code: null, signal: status - 128 } : { code: status, signal: null };
}
