import { existsSync, readFileSync } from 'node:fs';
import { ArchiveSource } from '../../ledger/archive/archive-source.ts';
import { fileHash } from '../../ledger/archive/make.ts';
import { verifyArchive, type ArchiveReport } from '../../ledger/archive/verify-archive.ts';
import { parseSeen } from '../../ledger/proof/seen.ts';
import { formatVerifier, parseVerifier, parseWitness, type Verifier } from '../../ledger/proof/note.ts';
import { verifyLog, type AuditReport } from '../../ledger/proof/verify.ts';
import { baseHash, readBase } from '../../ledger/state/base.ts';
import { StratoError, reportOf } from '../../model/index.ts';
import { openHistory, openLog, type AuditedLog, type AuditProgram } from './open-log.ts';
import type { AuditRequest } from './request.ts';

/** An archive of the ledger, as it is remembered, and whether it was at hand. */
interface Named {
  readonly from: number;
  readonly upTo: number;
  readonly name: string;
  readonly sha256: string;
  readonly given: boolean;
}

/** Recomputes the ledger with the archives that are given, and each of these by itself. Without a ledger in the home, only these. */
export async function verify(asked: AuditRequest & { verb: 'verify' }, given: AuditProgram): Promise<number> {
  const { history } = asked;
  const program = history === undefined ? given : { ...given, paths: { ...given.paths, ledger: history } };
  let log: AuditedLog | undefined;
  try {
    log = await (history === undefined ? openLog(program.paths, program.key, asked.archives, asked.key) : openHistory(history, asked.archives));
  } catch (error) {
    const { code, why } = reportOf(error);
    if (code === 'ledger.damaged') return tellUnreadable(asked, program, why!);
    if (code !== 'ledger.missing' || asked.archives.length === 0) throw error;
  }
  try {
    const verifier = verifierOf(asked, log);
    const archives = await verifyArchives(asked.archives, verifier);
    const report = log === undefined ? undefined : await verifyLog(log.source, { log: verifier, isPinned: asked.key !== undefined, beside: log.last, others: asked.checkpoints.flatMap((file) => checkpointsIn(file, verifier)), witnesses: asked.witnesses.map(parseWitness) });
    const readable = report?.finding?.kind === 'unreadable' ? undefined : log;
    const named = await namedBy(readable, asked.archives);
    const base = await baseFault(readable, program);
    const ok = (report?.ok ?? true) && archives.every((archive) => archive.report.ok) && base === null;
    const lines = [
      ...archives.map(({ file, report: found }) => `${file}: ${sentences(found)[0]}${found.ok ? stateOf(found) : ''}`), ...(report === undefined ? [] : sentences(report)), ...(base === null ? [] : [`DAMAGED: ${base}`]),
      ...named.filter(({ given }) => !given).map(({ from, upTo, name, sha256 }) => `events ${from + 1} to ${upTo} are in the archive ${name} (SHA-256 ${sha256}), which was not given`),
    ];
    program.tell(asked, { ...(report ?? archives[0]!.report), ok, base, archives: named, bundles: archives.map(({ file, report: found }) => ({ file, ...found })), key: formatVerifier(verifier) }, [...lines, `key: ${formatVerifier(verifier)}`]);
    return ok ? 0 : 1;
  } finally {
    log?.close();
  }
}

/** What is no database any more has no position that could be named. */
function tellUnreadable(asked: AuditRequest & { verb: 'verify' }, program: AuditProgram, message: string): number {
  const report: AuditReport = { ok: false, events: 0, minimum: 0, root: null, signed: 0, checkpoints: 0, witnessed: 0, finding: { kind: 'unreadable', position: null, message } };
  program.tell(asked, report, sentences(report));
  return 1;
}

function verifierOf({ key }: { key?: string | undefined }, log: AuditedLog | undefined): Verifier {
  if (key !== undefined) return parseVerifier(key);
  if (log !== undefined) return log.verifier;
  throw new StratoError('usage.missing', '--key is missing', { why: 'there is no ledger in the home, and an archive cannot vouch for its own key', next: 'give the public key that was noted while the machine was trusted' });
}

async function verifyArchives(files: readonly string[], verifier: Verifier): Promise<{ file: string; report: ArchiveReport }[]> {
  const sources: ArchiveSource[] = [];
  try {
    for (const file of files) sources.push(new ArchiveSource(file));
    const reports = [];
    for (const source of sources) reports.push({ file: source.file, report: await verifyArchive(source, verifier, sources.find(({ head }) => head.upTo === source.head.from)) });
    return reports;
  } finally {
    for (const source of sources) source.close();
  }
}

/** By content, not by name: a file may be called otherwise now. */
async function namedBy(log: AuditedLog | undefined, files: readonly string[]): Promise<Named[]> {
  const archives = log === undefined ? [] : (await log.source.extent()).archives;
  const hashes = new Set(archives.length === 0 ? [] : await Promise.all(files.map(fileHash)));
  return archives.map(({ from, upTo, name, sha256 }) => ({ from, upTo, name, sha256, given: hashes.has(sha256) }));
}

/** What is the matter with the state from which the ledger goes on behind its archives; null when it is as recorded. */
async function baseFault(log: AuditedLog | undefined, { paths }: AuditProgram): Promise<string | null> {
  const last = log === undefined ? undefined : (await log.source.extent()).archives.at(-1);
  if (last === undefined || !existsSync(paths.ledger)) return null;
  try {
    return baseHash(readBase(paths.ledger, last.upTo)) === last.state ? null : `the state from which the ledger goes on at ${last.upTo} is not the one that was recorded`;
  } catch (error) {
    const { message, why, next } = reportOf(error);
    return `${message}: ${why}; ${next}`;
  }
}

function stateOf({ state }: ArchiveReport): string {
  return state === null ? '; its state was not folded anew' : '; its state follows from them';
}

function sentences({ ok, events, minimum, root, signed, checkpoints, witnessed, finding }: AuditReport): string[] {
  const compared = `${checkpoints} ${checkpoints === 1 ? 'checkpoint holds' : 'checkpoints hold'}${witnessed > 0 ? `, ${witnessed} of them witnessed` : ''}${signed > 0 ? `, the last of ${signed} events` : ''}`;
  if (!ok) return [`DAMAGED: ${finding!.kind}${finding!.position === null ? '' : ` at ${finding!.position}`}: ${finding!.message}`, `${events} events before it are what was written`];
  return [`${events} events are what was written${minimum > 0 ? ` (behind ${minimum}, which are archived)` : ''}; ${compared}`, `root: ${root}`];
}

/** A file holds one checkpoint, or is the state of a witness with those of many logs. */
function checkpointsIn(file: string, verifier: Verifier): string[] {
  const content = readFileSync(file, 'utf8');
  if (!content.startsWith('{')) return [content];
  return Object.entries(parseSeen(content, file)).flatMap(([origin, note]) => (origin === verifier.name ? [note] : []));
}
