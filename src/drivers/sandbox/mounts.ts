/** One line of fstab(5). */
export interface Mount {
  readonly source: string;
  /** Path inside, absolute; `/` is the new root itself. */
  readonly path: string;
  readonly type: string;
  readonly options: string;
}

const quiet = 'nosuid,nodev';

/** A host path shown inside, read-only, with what is mounted below it. */
export const readOnly = (source: string, path: string): Mount => ({ source, path, type: 'none', options: `rbind,ro,${quiet}` });
/** A host directory shown inside, writable. */
export const writable = (source: string, path: string): Mount => ({ source, path, type: 'none', options: `bind,${quiet}` });
export const device = (path: string): Mount => ({ source: path, path, type: 'none', options: 'bind,nosuid,noexec' });
export const fileSystem = (type: string, path: string, options: string): Mount => ({ source: type, path, type, options });

/**
 * The text for `mount --all --fstab`. Targets are below `root`; every option is a constant of ours, so no path is ever in one.
 * A mount point must not be reached through a symbolic link: who makes the points sees to that.
 */
export function fstab(root: string, mounts: readonly Mount[]): string {
  return mounts.map(({ source, path, type, options }) => `${escaped(source)} ${escaped(path === '/' ? root : root + path)} ${type} ${options} 0 0\n`).join('');
}

/** Space, tab, newline, backslash and `#` as `\ooo` (getmntent(3)). */
function escaped(path: string): string {
  return path.replace(/[\s\\#]/g, (character) => `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`);
}
