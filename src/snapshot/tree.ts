import * as z from 'zod';
import { damaged, type Objects } from './objects.ts';

const place = { path: z.string(), mode: z.int(), uid: z.int(), gid: z.int(), mtime: z.number() };
const Hash = z.string().regex(/^[0-9a-f]{64}$/);

/**
 * One entry of a kept tree. `path` is relative with forward slashes, `.` for the directory itself; `mode` are the permission bits, `mtime` is in
 * milliseconds, with a fraction. `pieces` are the objects that a file consists of, each but the last of `pieceSize` bytes; null stands for one of zeroes.
 */
export const TreeEntry = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('directory'), ...place }),
  z.object({ kind: z.literal('file'), ...place, size: z.int().min(0), pieces: z.array(Hash.nullable()) }),
  z.object({ kind: z.literal('link'), ...place, target: z.string() }),
  /** Another name of the file at `of`, which comes before it. */
  z.object({ kind: z.literal('same'), path: z.string(), of: z.string() }),
]);
export type TreeEntry = z.infer<typeof TreeEntry>;

/** A tree as a snapshot names it: the objects that hold its entries, one JSON document a line. */
export const TreeRef = z.object({ entries: z.array(Hash), files: z.int().min(0), bytes: z.int().min(0) });
export type TreeRef = z.infer<typeof TreeRef>;

/** Characters of the list of entries that go into one object. */
const listPiece = 512 * 1024;

/** Keeps the list of entries itself. Equal trees give equal names. */
export function keepTree(entries: readonly TreeEntry[], objects: Objects): TreeRef {
  const names: string[] = [];
  let text = '';
  const flush = () => {
    if (text !== '') names.push(objects.put(Buffer.from(text)));
    text = '';
  };
  for (const entry of entries) {
    text += `${JSON.stringify(entry)}\n`;
    if (text.length > listPiece) flush();
  }
  flush();
  const files = entries.filter((entry) => entry.kind === 'file');
  return { entries: names, files: files.length, bytes: files.reduce((sum, file) => sum + file.size, 0) };
}

/** The entries of a kept tree, in order. Throws `snapshot.damaged`. */
export function* entriesOf(ref: TreeRef, objects: Objects): Generator<TreeEntry> {
  const directories = new Set<string>();
  for (const name of ref.entries) {
    for (const line of objects.get(name).toString('utf8').split('\n')) {
      if (line === '') continue;
      const parsed = TreeEntry.safeParse(JSON.parse(line));
      if (!parsed.success || !isInside(parsed.data, directories)) throw damaged('a list of files holds what is not one');
      if (parsed.data.kind === 'directory') directories.add(parsed.data.path);
      yield parsed.data;
    }
  }
}

/** Whatever a snapshot says, nothing is written outside of the directory that it is laid into: also not through a link that it lays itself. */
function isInside(entry: TreeEntry, directories: ReadonlySet<string>): boolean {
  const paths = entry.kind === 'same' ? [entry.path, entry.of] : [entry.path];
  return paths.every((path) => path === '.' || (directories.has(parentOf(path)) && !path.includes('\0') && path.split('/').every((part) => part !== '' && part !== '.' && part !== '..')));
}

function parentOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '.' : path.slice(0, slash);
}
