import { existsSync, lstatSync, readlinkSync, statSync } from 'node:fs';
import { isAbsolute, relative } from 'node:path';

/** Directories of the host that hold programs and their data: what an agent sees of the system. All else is not there for it. */
const shown = ['/usr', '/etc', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32', '/opt', '/nix', '/gnu', '/var/cache/fontconfig', '/var/lib/ca-certificates', '/run/current-system'];

export interface SystemView {
  /** Real directories. */
  readonly directories: readonly string[];
  /** Path and target of those that are symbolic links, as `/bin` is where `/usr` was merged. */
  readonly links: readonly (readonly [string, string])[];
}

export function systemView(): SystemView {
  const present = shown.filter((path) => existsSync(path));
  const links = present.filter((path) => lstatSync(path).isSymbolicLink());
  return {
    directories: present.filter((path) => !links.includes(path) && statSync(path).isDirectory()),
    links: links.map((path) => [path, readlinkSync(path)] as const),
  };
}

/** Whether a path is in a directory or is it. Both absolute and normal. */
export function isWithin(path: string, directory: string): boolean {
  const way = relative(directory, path);
  return way === '' || (!way.startsWith('..') && !isAbsolute(way));
}
