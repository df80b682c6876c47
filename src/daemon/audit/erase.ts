import { existsSync } from 'node:fs';
import { ApiClient } from '../../api/client.ts';
import { answers } from '../../api/socket.ts';
import { Subjects, namesOf } from '../../ledger/events/subjects.ts';
import { ledgerFiles } from '../../ledger/files.ts';
import { lockDirectory } from '../../ledger/lock.ts';
import { StratoError, isPerson, reportOf } from '../../model/index.ts';
import { subjectKeys } from '../log-key.ts';
import { copiesOf, remedies, removeCopy, removeNaming } from './copies.ts';
import type { AuditProgram } from './open-log.ts';
import type { AuditRequest } from './request.ts';

/** Removes the keys of a person, with the daemon running or stopped, and looks for what does not depend on them. */
export async function erase({ json, subject, copies }: AuditRequest & { verb: 'erase' }, { paths, tell }: AuditProgram): Promise<number> {
  // Every file speaks of the daemon, or of "web": copies are looked for, and removed, by names of people alone.
  if (!isPerson(subject)) throw unknownSubject(subject);
  const { erased, unknown } = await eraseKeys(paths, subject);
  const names = [...new Set([subject, ...Object.keys(erased), ...namesOf(subject)])];
  await removeNaming(ledgerFiles(paths.ledger).snapshots, names);
  const found = (await copiesOf(paths, names)).map((copy) => ({ ...copy, removed: copies && remedies[copy.what].removable }));
  // The key may have gone earlier, and only now the copies.
  if (unknown !== undefined && found.length === 0) throw unknown;
  for (const copy of found) if (copy.removed) removeCopy(copy);
  return tell({ json }, { erased, copies: found }, [
    ...Object.entries(erased).map(([name, now]) => `${name} is erased, and appears as ${now} from now on`),
    ...found.map(({ what, path, removed }) => (removed ? `removed: ${what}, ${path}` : `still has the name, or its key: ${what}, ${path}; ${remedies[what].next}`)),
  ]);
}

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
    if (Object.keys(erased).length === 0) throw unknownSubject(subject);
    return erased;
  } finally {
    lock.release();
  }
}

function unknownSubject(subject: string): StratoError {
  return new StratoError('ledger.unknown-subject', `the ledger knows nobody as ${subject}`, { next: 'write it as `stratoswarm events` shows it, as user:ada' });
}
