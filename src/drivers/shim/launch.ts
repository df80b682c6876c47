import { join } from 'node:path';
import { EnvName } from '../../model/index.ts';
import { findProgram } from '../../host/programs.ts';

const here = import.meta.dirname;

export const shell = '/bin/sh';
export const shimScript = join(here, 'shim.sh');
/** Run as the last step, as the agent's user and inside its isolation: `sh launch.sh`. */
export const launchScript = join(here, 'launch.sh');

/** Names that one shell or another treats as its own, so that `export` would refuse or change the value. */
const shellsOwn = new Set(['UID', 'EUID', 'GID', 'EGID', 'PPID', 'GROUPS', 'OPTIND', 'LINENO', 'RANDOM', 'SECONDS', 'BASHOPTS', 'SHELLOPTS', 'BASHPID', 'BASH_VERSINFO', 'DIRSTACK', 'FUNCNAME', 'HISTCMD', 'EPOCHSECONDS', 'EPOCHREALTIME', 'SRANDOM', 'PWD', 'OLDPWD']);

/**
 * The environment in which `launch.sh` finds a program, its arguments and its variables. Nothing else is in it, so what
 * runs before (the shim, setsid, setpriv, unshare) is untouched by what an agent wants.
 *
 * @param argv the program, looked up in the PATH of `env`, and its arguments
 * @param hold where the program finds what `putHold` puts up; null for a program that never waits
 */
export function launchEnvironment(argv: readonly string[], env: Readonly<Record<string, string>>, hold: string | null = null): Record<string, string> {
  const valid = Object.entries(env).filter(([name]) => EnvName.safeParse(name).success);
  const awkward = valid.filter(([name]) => shellsOwn.has(name));
  const plain = valid.filter(([name]) => !shellsOwn.has(name));
  const whole = awkward.length === 0 ? argv : [findProgram('env') ?? 'env', ...awkward.map(([name, value]) => `${name}=${value}`), ...argv];
  return {
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    STRATOSWARM_ARGC: String(whole.length),
    ...Object.fromEntries(whole.map((value, index) => [`STRATOSWARM_ARG_${index + 1}`, value])),
    ...(hold !== null && { STRATOSWARM_HOLD: hold }),
    STRATOSWARM_NAMES: plain.map(([name]) => name).join(' '),
    ...Object.fromEntries(plain.map(([name, value]) => [`STRATOSWARM_ENV_${name}`, value])),
  };
}
