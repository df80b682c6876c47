import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { subjectOf } from '../ledger/events/subject.ts';
import { ledgerFiles, writeDurably } from '../ledger/files.ts';
import { install } from '../ledger/recovery/opening.ts';
import { readRetention } from '../ledger/recovery/retention.ts';
import { endOf, type End } from '../ledger/store/mark.ts';
import { beginAt } from '../ledger/store/pruning.ts';
import { buildDatabase } from '../ledger/store/rows.ts';
import { basesKey, historyOf, rowsOf } from './history.ts';
import { layTree } from './lay.ts';
import { treeAt, type Manifest } from './manifest.ts';
import { damaged, type Objects } from './objects.ts';
import { entriesOf } from './tree.ts';

/** Makes a ledger's directory of what a snapshot holds of one, closed in order; `directory` must not be there, and is there whole or not at all. Verify the snapshot first. */
export function layHistory(manifest: Manifest, objects: Objects, directory: string): void {
  const history = historyOf(manifest);
  if (history === undefined) throw damaged('it does not hold the ledger');
  const part = `${directory}.part`;
  rmSync(part, { recursive: true, force: true });
  mkdirSync(part, { recursive: true, mode: 0o700 });
  const files = ledgerFiles(part);
  if (history.retention !== null) writeDurably(files.retention, history.retention);
  const bases = treeAt(manifest, basesKey);
  if (bases) layTree(entriesOf(bases.tree, objects), files.bases, objects);
  const retention = readRetention(part);
  let end: End | undefined;
  buildDatabase(files.next, (writer, database) => {
    if (retention !== undefined) beginAt(writer, database, retention);
    writer.write(rows(manifest, objects));
    database.prepare('INSERT INTO checkpoints (size, note) VALUES (?, ?)').run(history.size, history.checkpoint);
    end = endOf(writer);
  });
  install(part, end!);
  writeDurably(files.checkpoint, history.checkpoint, 0o644);
  // Whose it is, for those who check it later.
  writeDurably(join(part, 'key'), `${history.key}\n`, 0o644);
  renameSync(part, directory);
}

function* rows(manifest: Manifest, objects: Objects) {
  for (const { remaining, event } of rowsOf(manifest, objects)) yield { remaining, event, subject: subjectOf((JSON.parse(event) as { body: unknown }).body) };
}
