import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ledgerFiles, writeDurably } from '../files.ts';
import { endOf, type End } from '../store/mark.ts';
import { install } from './opening.ts';
import { readRetention } from './retention.ts';
import { acknowledgedBehind } from '../store/journal.ts';
import { beginAt } from '../store/pruning.ts';
import { buildDatabase } from '../store/rows.ts';
import { Salvage } from './salvage.ts';
import { subjectOf } from '../events/subject.ts';

/** What became of a damaged ledger. */
export interface Recovery {
  /** What was found to be wrong. */
  readonly reason: string;
  /** Events that were kept: the positions 1 to `kept`. */
  readonly kept: number;
  /** Events that are known to be lost; null when there is no knowing whether, or how many. */
  readonly lost: number | null;
  /** Directory in which the damaged files are, as they were found. */
  readonly quarantined: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

export interface RecoveryRequest {
  readonly directory: string;
  /** What is damaged; null when nothing is known to be, and the database only has an earlier format. */
  readonly reason: string | null;
  /** The true last position, where it is beyond doubt. */
  readonly known: number | null;
  readonly at: number;
}

interface Intent {
  /** Null for a database that was only brought to today's format. */
  readonly recovery: Recovery | null;
  readonly end: End;
}

/**
 * Puts the longest valid prefix of a damaged ledger, or all of one of an earlier format, into a new database. Damaged files are set aside, with the
 * snapshots that reach beyond what was kept; those of an earlier format that was whole are replaced. A crash in between loses nothing: the old files are
 * only touched when the new database is whole and on disk, and an intent says that it is; {@link finishRecovery} then goes on.
 */
export function recover({ directory, reason, known, at }: RecoveryRequest): Recovery | null {
  const files = ledgerFiles(directory);
  const retention = readRetention(directory);
  const salvage = new Salvage(files.database, files.wal, retention);
  let end: End | undefined;
  let acknowledged = 0;
  try {
    buildDatabase(files.next, (writer, database) => {
      if (retention !== undefined) beginAt(writer, database, retention);
      writer.write(salvage.rows().map(({ remaining, event }) => ({ remaining, event, subject: subjectOf((JSON.parse(event) as { body: unknown }).body) })));
      const behind = acknowledgedBehind(directory, writer.last);
      writer.write(behind.rows);
      acknowledged = behind.upTo;
      end = endOf(writer);
    });
  } catch (error) {
    rmSync(files.next, { force: true });
    throw error;
  } finally {
    salvage.close();
  }
  const kept = end!.position;
  const highest = Math.max(salvage.highest, acknowledged, known ?? 0, ...snapshotPositions(directory));
  const lost = known !== null || highest > kept ? highest - kept : null;
  let recovery: Recovery | null = null;
  if (reason !== null || highest > kept) {
    recovery = { reason: reason ?? `event ${kept + 1} is not what was written`, kept, lost, quarantined: quarantinePlace(directory, at), at };
    mkdirSync(recovery.quarantined, { recursive: true });
    writeFileSync(join(recovery.quarantined, 'recovery.json'), `${JSON.stringify(recovery, null, 2)}\n`);
  }
  writeDurably(files.intent, JSON.stringify({ recovery, end: end! } satisfies Intent));
  return finishRecovery(directory);
}

/** Completes a recovery that was decided on; null when there is none. May be called again after any crash. */
export function finishRecovery(directory: string): Recovery | null {
  const files = ledgerFiles(directory);
  if (!existsSync(files.intent)) return null;
  const { recovery, end } = JSON.parse(readFileSync(files.intent, 'utf8')) as Intent;
  if (recovery === null) {
    if (existsSync(files.next)) install(directory, end);
  } else if (existsSync(files.next)) {
    const beyond = snapshotPositions(directory).filter((position) => position > recovery.kept);
    const aside = [files.database, files.wal, files.shm, files.mark, files.journal, ...beyond.map((position) => join(files.snapshots, `${position}.json`))];
    for (const path of aside) if (existsSync(path)) renameSync(path, join(recovery.quarantined, path.slice(path.lastIndexOf('/') + 1)));
    install(directory, end);
  }
  rmSync(files.intent);
  return recovery;
}

function snapshotPositions(directory: string): number[] {
  const { snapshots } = ledgerFiles(directory);
  if (!existsSync(snapshots)) return [];
  return readdirSync(snapshots).flatMap((name) => (/^\d{1,15}\.json$/.test(name) ? [Number.parseInt(name, 10)] : []));
}

function quarantinePlace(directory: string, at: number): string {
  const time = new Date(at).toISOString().replaceAll(':', '-');
  for (let n = 1; ; n++) {
    const place = join(ledgerFiles(directory).quarantine, n === 1 ? time : `${time}-${n}`);
    if (!existsSync(place)) return place;
  }
}
