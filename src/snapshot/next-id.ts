import type { Random } from '../model/index.ts';
import { SnapshotId } from './manifest.ts';

/**
 * An id for a snapshot that is taken at `time`, milliseconds since the epoch. It comes behind the newest that there is, also when the clock was set back and when two are taken within a second: who restores
 * `latest` wants the one that was taken last.
 */
export function nextId(time: number, newest: SnapshotId | undefined, random: Random): SnapshotId {
  const behind = newest === undefined ? 0 : momentOf(newest) + 1_000;
  const stamp = new Date(Math.max(time, behind)).toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15);
  return SnapshotId.parse(`${stamp}-${Math.floor(random.next() * 2 ** 24).toString(16).padStart(6, '0')}`);
}

/** 0 where what should be a moment is none. */
function momentOf(id: SnapshotId): number {
  return Date.parse(id.replace(/^(.{4})(..)(..)-(..)(..)(..)-.*$/, '$1-$2-$3T$4:$5:$6Z')) || 0;
}
