import { mkdtempSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { create, extract } from 'tar';
import { StratoError } from '../model/index.ts';
import { parseManifest, SnapshotId } from './manifest.ts';
import { damaged, Objects } from './objects.ts';
import type { Store } from './store.ts';
import { verify } from './verify.ts';

/** What a bundle consists of; anything else in a file is passed over. */
const member = /^(\d{8}-\d{6}-[0-9a-f]{6}\.jsonl|objects\/[0-9a-f]{2}\/[0-9a-f]{62})$/;

/** Writes one file, a tarball, that holds a snapshot whole: to be kept elsewhere, or brought to another machine. Returns its number of objects. */
export async function exportBundle(id: SnapshotId, file: string, store: Store): Promise<number> {
  const needed = [...store.objectsOf(store.read(id))].sort();
  const part = `${file}.part`;
  try {
    // It holds secrets: nobody else may read it.
    writeFileSync(part, '', { mode: 0o600 });
    await create({ file: part, cwd: store.directory, portable: true }, [`${id}.jsonl`, ...needed.map((name) => `objects/${name.slice(0, 2)}/${name.slice(2)}`)]);
    renameSync(part, file);
    return needed.length;
  } catch (cause) {
    if (cause instanceof StratoError) throw cause;
    throw new StratoError('snapshot.not-written', `${file} could not be written`, { why: (cause as Error).message, next: 'name a file in a directory that is there and has room', cause });
  } finally {
    // Where nothing can be written, nothing is to be removed: that is no second error.
    await rm(part, { force: true }).catch(() => undefined);
  }
}

/**
 * Takes a snapshot from a file that {@link exportBundle} wrote, on this or another machine. It is checked whole before it counts: a file that was
 * damaged or made up brings nothing in. Throws `snapshot.not-a-snapshot`, `snapshot.damaged`, `snapshot.version`.
 */
export async function importBundle(file: string, store: Store): Promise<SnapshotId> {
  const place = mkdtempSync(join(store.directory, '.import-'));
  try {
    const failure = await extract({ file, cwd: place, strict: true, preserveOwner: false, filter: (path, entry) => member.test(path) && 'type' in entry && entry.type === 'File' }).then(() => undefined, (error: Error) => error.message);
    const [name, ...more] = readdirSync(place).filter((name) => name.endsWith('.jsonl'));
    if (failure !== undefined || name === undefined || more.length > 0) {
      throw new StratoError('snapshot.not-a-snapshot', `${file} is not a snapshot`, { why: failure ?? 'it holds something else', next: 'give a file that `stratoswarm snapshot export` wrote' });
    }
    const text = readFileSync(join(place, name), 'utf8');
    const manifest = parseManifest(text);
    const { id } = manifest.header;
    if (name !== `${id}.jsonl`) throw damaged(`it says that it is ${id}`);
    const brought = new Objects(join(place, 'objects'));
    verify(manifest, brought);
    for (const name of brought.names()) store.objects.put(brought.get(name));
    await store.objects.flush();
    store.write(id, text);
    return id;
  } finally {
    // Of a file that was refused in the middle, some of what had been read is still being written.
    await rm(place, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  }
}
