import { posix } from 'node:path';

/** `name` in `directory`, normalised; `.` is the root. */
export function within(directory: string, name: string): string {
  // Most are written as they are when they are normalised, which takes longer than all else that is done with paths.
  if (!isPlain.test(name)) return posix.join(directory, name);
  return directory === '.' ? name : isPlain.test(directory) ? `${directory}/${name}` : posix.join(directory, name);
}

/** No part of it is empty, `.` or `..`, as none begins with a dot. */
const isPlain = /^[^./][^/]*(?:\/[^./][^/]*)*$/;

/** Whether `path` is `directory` or lies below it. */
export function isBelow(path: string, directory: string): boolean {
  return directory === '.' || path === directory || path.startsWith(`${directory}/`);
}

/** Which of `directories` lie below a directory, itself not among them, in their order, in time that does not grow with their number. */
export function groupedBelow(directories: readonly string[]): (directory: string) => readonly string[] {
  const below = new Map<string, string[]>();
  const add = (above: string, path: string) => {
    const known = below.get(above);
    if (known) known.push(path);
    else below.set(above, [path]);
  };
  for (const path of directories) {
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) add(path.slice(0, end), path);
    if (path !== '.') add('.', path);
  }
  return (directory) => below.get(directory) ?? [];
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
