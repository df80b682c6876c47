import { join } from 'node:path';
import { StratoError } from '../../model/index.ts';
import { findProgram } from '../../host/programs.ts';
import { shell } from '../shim/launch.ts';
import type { AgentDirectory } from '../agent-directory.ts';
import type { Place } from './place.ts';
import type { ProcessRecord } from '../shim/records.ts';

const setupScript = join(import.meta.dirname, 'setup.sh');
const execScript = join(import.meta.dirname, 'exec.sh');

/** The command that becomes a sandbox: enters the network, makes the namespaces, and sets up from inside. */
export function setupCommand(directory: AgentDirectory, place: Place): string[] {
  const network = place.network === null ? [] : [program('nsenter'), `--net=${place.network}`, '--'];
  const users = place.uid === null ? ['--user', '--map-root-user'] : [];
  return [
    ...network, program('unshare'), ...users, '--mount', '--uts', '--ipc', '--pid', '--cgroup', '--fork', '--kill-child=SIGKILL', '--',
    shell, setupScript, directory.path, ...identity(place), place.hostname, place.cwd,
  ];
}

/** The command that joins a sandbox. */
export function joinCommand(place: Place, init: ProcessRecord, main: ProcessRecord): string[] {
  return [shell, execScript, String(init.pid), String(main.pid), ...identity(place), place.cwd];
}

function identity({ uid, nested }: Place): string[] {
  return [uid === null ? '-' : String(uid), nested ? 'yes' : 'no'];
}

function program(name: string): string {
  const path = findProgram(name);
  if (path === undefined) throw new StratoError('driver.unavailable', `the program ${name} is missing`, { next: 'install the package util-linux' });
  return path;
}
