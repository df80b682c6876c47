import { mkdirSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { ApiClient } from '../../api/client.ts';
import { answers } from '../../api/socket.ts';
import type { Archived } from '../../ledger/archive/archived.ts';
import { ArchiveSource } from '../../ledger/archive/archive-source.ts';
import { beginBehind } from '../../ledger/archive/begin-behind.ts';
import { boundaryBefore, makeArchive } from '../../ledger/archive/make.ts';
import { verifyArchive } from '../../ledger/archive/verify-archive.ts';
import { readBase, writeBase } from '../../ledger/state/base.ts';
import { parseMoment } from '../../ledger/state/moment.ts';
import { positionAt } from '../../ledger/state/past.ts';
import type { LogSource } from '../../ledger/store/source.ts';
import { StratoError } from '../../model/index.ts';
import { openLedgerOf } from '../open-ledger.ts';
import { systemClock } from '../system.ts';
import { openLog, signNow, type AuditProgram } from './open-log.ts';
import type { AuditRequest } from './request.ts';

/** Writes the events before a moment into a bundle, verifies that, and takes them out of the ledger. */
export async function archive(asked: AuditRequest & { verb: 'archive' }, program: AuditProgram): Promise<number> {
  const { paths, key } = program;
  const checkpoint = await signNow(paths, key);
  const log = await openLog(paths, key);
  let archived: Archived;
  try {
    const { minimum } = await log.source.extent();
    const upTo = await boundaryBefore(log.source, await positionBefore(log.source, asked.before));
    if (upTo === 0) throw new StratoError('ledger.archive', 'There is nothing to archive', { why: `behind event ${minimum} no block of 256 events ends before ${asked.before}`, next: 'name a later moment' });
    mkdirSync(asked.directory, { recursive: true, mode: 0o700 });
    const file = join(asked.directory, `${log.verifier.name.replaceAll(/[^\w.-]/g, '-')}-${minimum + 1}-${upTo}.tar`);
    const made = await makeArchive({ source: log.source, log: log.verifier, checkpoint, upTo, file, base: minimum === 0 ? undefined : readBase(paths.ledger, minimum) });
    archived = made.archived;
    await requireSound(file, log.verifier);
    writeBase(paths.ledger, upTo, made.state);
  } finally {
    log.close();
  }
  await commit(archived, program);
  return program.tell(asked, archived, [`events ${archived.from + 1} to ${archived.upTo} are in ${join(asked.directory, archived.name)}, and no longer in the ledger`, `sha256: ${archived.sha256}`]);
}

/** Brings back the state from which a ledger goes on, when its file was lost. */
export async function restoreBase(asked: AuditRequest & { verb: 'archive-restore' }, program: AuditProgram): Promise<number> {
  const log = await openLog(program.paths, program.key);
  const source = new ArchiveSource(asked.file);
  try {
    const { archives } = await log.source.extent();
    const { upTo } = source.head;
    if (archives.at(-1)?.upTo !== upTo) throw new StratoError('ledger.archive', `${asked.file} does not lead up to where the ledger begins`, { next: '`swarmctl audit verify` names the archives' });
    await requireSound(asked.file, log.verifier);
    writeBase(program.paths.ledger, upTo, source.text('state.json'));
    return program.tell(asked, { upTo }, [`the ledger can go on from ${upTo} again`]);
  } finally {
    source.close();
    log.close();
  }
}

async function requireSound(file: string, verifier: Parameters<typeof verifyArchive>[1]): Promise<void> {
  const source = new ArchiveSource(file);
  try {
    const { ok, finding } = await verifyArchive(source, verifier);
    if (!ok) throw new StratoError('ledger.archive', `${file} does not hold what was written`, { why: finding!.message, next: 'run `swarmctl audit verify`; nothing was removed' });
  } finally {
    source.close();
  }
}

async function commit(archived: Archived, { paths }: AuditProgram): Promise<void> {
  if (await answers(paths.apiSocket)) return void (await new ApiClient(paths.apiSocket).post('/v1/log/archives', archived));
  const ledger = await openLedgerOf(paths, process.env);
  try {
    await beginBehind(archived, `user:${userInfo().username}`, { ledger, directory: paths.ledger });
  } finally {
    await ledger.close();
  }
}

/** The last position before a moment. */
async function positionBefore(source: LogSource, text: string): Promise<number> {
  const moment = parseMoment(text, systemClock.now());
  if ('position' in moment) return moment.position - 1;
  const { head, minimum } = await source.extent();
  return positionAt(moment.time - 1, head, async (position) => JSON.parse((await source.rows(position - 1))[0]!.event) as { time: number }, minimum);
}
