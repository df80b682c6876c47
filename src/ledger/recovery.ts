import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { genesis } from './chain.ts';
import { ledgerFiles, syncPath } from './files.ts';
import { install } from './opening.ts';
import { buildDatabase } from './rows.ts';
import { Salvage } from './salvage.ts';
import { subjectOf } from './subject.ts';

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
  readonly reason: string;
  /** The true last position, where it is beyond doubt. */
  readonly known: number | null;
  readonly at: number;
}

interface Intent {
  readonly recovery: Recovery;
  readonly end: { readonly position: number; readonly hash: string };
}

/**
 * Puts the longest valid prefix of a damaged ledger into a new database and sets the damaged files aside, with the snapshots that
 * reach beyond it. A crash in between loses nothing: the old files are only moved when the new database is whole and on disk, and an
 * intent says that it is; {@link finishRecovery} then goes on.
 */
export function recover({ directory, reason, known, at }: RecoveryRequest): Recovery {
  const files = ledgerFiles(directory);
  const salvage = new Salvage(files.database, files.wal);
  let end = { position: 0, hash: genesis };
  try {
    buildDatabase(files.next, (inserter) => {
      for (const { position, remaining, hash, event } of salvage.rows()) {
        const { type, body } = JSON.parse(event) as { type: string; body: unknown };
        inserter.insert(position, remaining, type, subjectOf(body), hash, event);
        end = { position, hash };
      }
    });
  } catch (error) {
    rmSync(files.next, { force: true });
    throw error;
  } finally {
    salvage.close();
  }
  const kept = end.position;
  const highest = Math.max(salvage.highest, known ?? 0, ...snapshotPositions(directory));
  const lost = known !== null || highest > kept ? highest - kept : null;
  const recovery = { reason, kept, lost, quarantined: quarantinePlace(directory, at), at };
  mkdirSync(recovery.quarantined, { recursive: true });
  writeFileSync(join(recovery.quarantined, 'recovery.json'), `${JSON.stringify(recovery, null, 2)}\n`);
  writeFileSync(`${files.intent}.next`, JSON.stringify({ recovery, end } satisfies Intent), { flush: true });
  renameSync(`${files.intent}.next`, files.intent);
  syncPath(directory);
  return finishRecovery(directory)!;
}

/** Completes a recovery that was decided on; null when there is none. May be called again after any crash. */
export function finishRecovery(directory: string): Recovery | null {
  const files = ledgerFiles(directory);
  if (!existsSync(files.intent)) return null;
  const { recovery, end } = JSON.parse(readFileSync(files.intent, 'utf8')) as Intent;
  if (existsSync(files.next)) {
    const beyond = snapshotPositions(directory).filter((position) => position > recovery.kept);
    const aside = [files.database, files.wal, files.shm, files.mark, ...beyond.map((position) => join(files.snapshots, `${position}.json`))];
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
