import { chmodSync, lstatSync, readdirSync, readlinkSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { breather } from './breathe.ts';
import type { FileStore } from './filestore.ts';
import type { Entry } from './tree.ts';

export interface CaptureOptions {
  readonly signal?: AbortSignal | undefined;
  /** Absolute path by which programs knew the directory: links to it become relative, so that the tree can be moved. */
  readonly knownAs?: string;
  /** Entries that are left out, by relative path. */
  readonly without?: (path: string) => boolean;
}

/**
 * Takes a tree apart: moves the content of its files into the store and returns what it consisted of. The directory is used up. Nobody may
 * write to it meanwhile. Sockets, pipes and devices are left behind.
 */
export async function capture(directory: string, store: FileStore, options: CaptureOptions = {}): Promise<Entry[]> {
  const entries: Entry[] = [];
  const breathe = breather(options.signal);
  const visit = async (path: string): Promise<void> => {
    const at = join(directory, path);
    const stat = lstatSync(at);
    // Builds may leave directories that even their owner cannot list.
    if ((stat.mode & 0o700) !== 0o700) chmodSync(at, 0o755);
    for (const name of readdirSync(at).sort()) {
      await breathe();
      const child = path === '' ? name : `${path}/${name}`;
      if (options.without?.(child)) continue;
      const stat = lstatSync(join(directory, child));
      if (stat.isDirectory()) {
        entries.push({ kind: 'directory', path: child });
        await visit(child);
      } else if (stat.isSymbolicLink()) entries.push({ kind: 'link', path: child, target: movable(readlinkSync(join(directory, child)), child, options.knownAs) });
      else if (stat.isFile()) {
        const executable = (stat.mode & 0o111) !== 0;
        if ((stat.mode & 0o400) === 0) chmodSync(join(directory, child), 0o400);
        entries.push({ kind: 'file', path: child, executable, ...(await store.take(join(directory, child), executable)) });
      }
    }
  };
  await visit('');
  return entries;
}

function movable(target: string, path: string, knownAs: string | undefined): string {
  if (knownAs === undefined || (target !== knownAs && !target.startsWith(`${knownAs}/`))) return target;
  return posix.relative(dirname(path), target.slice(knownAs.length + 1)) || '.';
}
