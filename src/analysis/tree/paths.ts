import { posix } from 'node:path';

/** `name` in `directory`, normalised; `.` is the root. */
export function within(directory: string, name: string): string {
  return posix.join(directory, name);
}

/** Whether `path` is `directory` or lies below it. */
export function isBelow(path: string, directory: string): boolean {
  return directory === '.' || path === directory || path.startsWith(`${directory}/`);
}

/** Tells whether a path is one of `directories` or lies below one, in time that does not grow with their number. */
export function belowAny(directories: readonly string[]): (path: string) => boolean {
  if (directories.length === 0) return () => false;
  const all = new Set(directories);
  if (all.has('.')) return () => true;
  return (path) => {
    for (let end = path.length; end > 0; end = path.lastIndexOf('/', end - 1)) if (all.has(path.slice(0, end))) return true;
    return false;
  };
}

/** `path` as seen from `directory`; `.` for the directory itself. */
export function seenFrom(directory: string, path: string): string {
  return directory === '.' ? path : path === directory ? '.' : path.slice(directory.length + 1);
}

/** `directory`, its parent and so on up to the root. */
export function upwards(directory: string): string[] {
  const all = [directory];
  while (all.at(-1) !== '.') all.push(posix.dirname(all.at(-1)!));
  return all;
}
