import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { findProgram } from '../host/programs.ts';
import { readText } from '../host/read-text.ts';

/** An account of /etc/passwd. */
export interface User {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/**
 * The account whose rights agents get when the daemon is root: `stratoswarm` if the administrator made one, else `nobody`.
 * It must have a name: PostgreSQL's initdb and Node's `os.userInfo()` refuse a nameless one. Undefined: nobody to become.
 */
export function unprivilegedUser(passwd = readText('/etc/passwd')): User | undefined {
  const users = passwd.split('\n').flatMap((line) => {
    const [name, , uid, gid] = line.split(':');
    return name && uid && gid ? [{ name, uid: Number(uid), gid: Number(gid) }] : [];
  });
  return ['stratoswarm', 'nobody'].map((name) => users.find((user) => user.name === name && user.uid !== 0)).find((user) => user !== undefined);
}

/** The first directory on the way to `path` (or itself) that a user may not enter; undefined when the way is free or not there. */
export function barrier(path: string, { uid, gid }: User): string | undefined {
  const above = dirname(path) === path ? undefined : barrier(dirname(path), { name: '', uid, gid });
  if (above !== undefined) return above;
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) return undefined;
  const shift = stat.uid === uid ? 6 : stat.gid === gid ? 3 : 0;
  return (stat.mode >> shift) & 1 ? undefined : path;
}

/** Puts a command under the rights of a user, with no way to gain more. Empty without one. */
export function asUser(user: User | undefined): string[] {
  const setpriv = findProgram('setpriv');
  if (!setpriv) return [];
  if (!user) return [setpriv, '--no-new-privs'];
  return [setpriv, '--reuid', String(user.uid), '--regid', String(user.gid), '--clear-groups', '--no-new-privs', '--inh-caps=-all', '--bounding-set=-all'];
}
