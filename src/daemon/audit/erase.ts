import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { ApiClient } from '../../api/client.ts';
import { answers } from '../../api/socket.ts';
import { Subjects, namesOf } from '../../ledger/events/subjects.ts';
import { ledgerFiles } from '../../ledger/files.ts';
import { lockDirectory } from '../../ledger/lock.ts';
import { StratoError, reportOf } from '../../model/index.ts';
import { SnapshotId } from '../../snapshot/manifest.ts';
import { Store } from '../../snapshot/store.ts';
import { subjectKeys } from '../log-key.ts';
import type { AuditProgram } from './open-log.ts';
import type { AuditRequest } from './request.ts';

/** Something that still has the name of an erased person, or the key with which it was sealed. */
interface Copy {
  readonly what: 'system snapshot' | 'ledger that was set aside' | 'history of another ledger' | 'events of an early version';
  readonly path: string;
  /** It was removed, because that was asked for. */
  readonly removed: boolean;
}

/** Removes the keys of a person, with the daemon running or stopped, and looks for what does not depend on them. */
export async function erase({ json, subject, copies }: AuditRequest & { verb: 'erase' }, { paths, tell }: AuditProgram): Promise<number> {
  const { erased, unknown } = await eraseKeys(paths, subject);
  const names = [...new Set([subject, ...Object.keys(erased), ...namesOf(subject)])];
  for (const file of filesBelow(ledgerFiles(paths.ledger).snapshots)) if (await mentions(file, names)) rmSync(file, { force: true });
  const found: Copy[] = [];
  const snapshots = join(paths.home, 'snapshots');
  for (const file of existsSync(snapshots) ? readdirSync(snapshots) : []) {
    const id = SnapshotId.safeParse(file.replace(/\.jsonl$/, ''));
    if (!file.endsWith('.jsonl') || !id.success || !(await mentions(join(snapshots, file), names))) continue;
    if (copies) new Store(snapshots).remove(id.data);
    found.push({ what: 'system snapshot', path: join(snapshots, file), removed: copies });
  }
  for (const [what, place] of [['ledger that was set aside', ledgerFiles(paths.ledger).quarantine], ['history of another ledger', join(paths.ledger, 'histories')]] as const) {
    for (const name of existsSync(place) ? readdirSync(place) : []) {
      const path = join(place, name);
      let isNamed = false;
      for (const file of filesBelow(path)) isNamed ||= await mentions(file, names);
      if (!isNamed) continue;
      if (copies) rmSync(path, { recursive: true });
      found.push({ what, path, removed: copies });
    }
  }
  // The key may have gone earlier, and only now the copies.
  if (unknown !== undefined && found.length === 0) throw unknown;
  const { database, wal } = ledgerFiles(paths.ledger);
  for (const path of [database, wal]) if (existsSync(path) && (await mentions(path, names.map((name) => `"${name}"`)))) found.push({ what: 'events of an early version', path, removed: false });
  return tell({ json }, { erased, copies: found }, [
    ...Object.entries(erased).map(([name, now]) => `${name} is erased, and appears as ${now} from now on`),
    ...found.map(({ what, path, removed }) => (removed ? `removed: ${what}, ${path}` : `still has the name, or its key: ${what}, ${path}; ${remedies[what]}`)),
  ]);
}

const remedies: Readonly<Record<Copy['what'], string>> = {
  'system snapshot': 'remove it with --copies, and what was exported of it', 'ledger that was set aside': 'remove it with --copies', 'history of another ledger': 'remove it with --copies',
  'events of an early version': 'they cannot be changed without breaking the ledger; move them out with `swarmctl audit archive`, and destroy that bundle',
};

async function eraseKeys(paths: AuditProgram['paths'], subject: string): Promise<{ erased: Record<string, string>; unknown?: unknown }> {
  try {
    return (await answers(paths.apiSocket)) ? await new ApiClient(paths.apiSocket).post<{ erased: Record<string, string> }>('/v1/log/erasures', { subject }) : { erased: await eraseHere(paths, subject) };
  } catch (error) {
    if (reportOf(error).code !== 'ledger.unknown-subject') throw error;
    return { erased: {}, unknown: error };
  }
}

/** With the ledger locked, so that no daemon comes to know the person meanwhile. */
async function eraseHere(paths: AuditProgram['paths'], subject: string): Promise<Record<string, string>> {
  if (!existsSync(paths.ledger)) throw new StratoError('ledger.missing', `there is no ledger in ${paths.ledger}`, { next: 'set STRATOSWARM_HOME to the home that is meant' });
  const lock = await lockDirectory(paths.ledger);
  try {
    const erased = new Subjects(subjectKeys(paths)).erasePerson(subject);
    if (Object.keys(erased).length === 0) throw new StratoError('ledger.unknown-subject', `the ledger knows nobody as ${subject}`, { next: 'write it as `stratoswarm events` shows it, as user:ada' });
    return erased;
  } finally {
    lock.release();
  }
}

function filesBelow(path: string): string[] {
  if (!existsSync(path)) return [];
  if (statSync(path).isFile()) return [path];
  return readdirSync(path, { recursive: true, encoding: 'utf8' }).map((name) => join(path, name)).filter((file) => statSync(file, { throwIfNoEntry: false })?.isFile());
}

/** Whether a file holds one of the texts. Read in pieces that overlap: it may be larger than memory. */
async function mentions(path: string, texts: readonly string[]): Promise<boolean> {
  const overlap = Math.max(...texts.map((text) => Buffer.byteLength(text)));
  const file = await open(path);
  try {
    const buffer = Buffer.alloc(1 << 20);
    for (let at = 0; ; at += buffer.length - overlap) {
      const { bytesRead } = await file.read(buffer, 0, buffer.length, at);
      const part = buffer.subarray(0, bytesRead);
      if (texts.some((text) => part.includes(text))) return true;
      if (bytesRead < buffer.length) return false;
    }
  } finally {
    await file.close();
  }
}
