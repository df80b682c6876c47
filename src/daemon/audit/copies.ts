import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Paths } from '../../host/paths.ts';
import { ledgerFiles } from '../../ledger/files.ts';
import { SnapshotId } from '../../snapshot/manifest.ts';

/** Something in a home that has the name of a person, or the key with which it is sealed. */
export interface Copy {
  readonly what: 'system snapshot' | 'ledger that was set aside' | 'history of another ledger' | 'output of an agent that is gone' | 'output' | 'events of an early version';
  readonly path: string;
}

/** How each of them goes: with `--copies`, or by what a person has to do. */
export const remedies: Readonly<Record<Copy['what'], { readonly removable: boolean; readonly next: string }>> = {
  'system snapshot': { removable: true, next: 'remove it with --copies, and what was exported of it' },
  'ledger that was set aside': { removable: true, next: 'remove it with --copies' },
  'history of another ledger': { removable: true, next: 'remove it with --copies' },
  'output of an agent that is gone': { removable: true, next: 'remove it with --copies' },
  output: { removable: false, next: 'it is still written to: remove it when that has ended' },
  'events of an early version': { removable: false, next: 'they cannot be changed without breaking the ledger; move them out with `swarmctl audit archive`, and destroy that bundle' },
};

/**
 * Where a home names somebody beside the ledger's sealed events and states. Output is searched for who somebody is as an actor (`user:ada`), which is all that the
 * program writes of a person; what apps write of their own users is not known to it.
 */
export async function copiesOf(paths: Pick<Paths, 'home' | 'ledger' | 'logs' | 'agents'>, names: readonly string[]): Promise<Copy[]> {
  const { quarantine, database, wal } = ledgerFiles(paths.ledger);
  const ended = join(paths.logs, 'agents');
  const candidates: { what: Copy['what']; path: string; files: readonly string[] }[] = [
    ...entriesOf(join(paths.home, 'snapshots')).filter(isManifest).map((path) => ({ what: 'system snapshot' as const, path, files: [path] })),
    ...entriesOf(quarantine).map((path) => ({ what: 'ledger that was set aside' as const, path, files: filesBelow(path) })),
    ...entriesOf(join(paths.ledger, 'histories')).map((path) => ({ what: 'history of another ledger' as const, path, files: filesBelow(path) })),
    ...filesBelow(ended).map((path) => ({ what: 'output of an agent that is gone' as const, path, files: [path] })),
    ...[...entriesOf(paths.logs).filter((path) => path !== ended), ...entriesOf(paths.agents).flatMap(entriesOf).flatMap((agent) => [join(agent, 'log'), join(agent, 'log.old')])]
      .filter(isFile).map((path) => ({ what: 'output' as const, path, files: [path] })),
  ];
  const found: Copy[] = [];
  for (const { what, path, files } of candidates) if (await isNamedIn(files, names)) found.push({ what, path });
  for (const path of [database, wal].filter(isFile)) if (await mentions(path, names.map((name) => `"${name}"`))) found.push({ what: 'events of an early version', path });
  return found;
}

export function removeCopy({ path }: Copy): void {
  rmSync(path, { recursive: true, force: true });
}

/** Files of a directory that name somebody are removed: those that are made again from the ledger. */
export async function removeNaming(directory: string, names: readonly string[]): Promise<void> {
  for (const file of filesBelow(directory)) if (await mentions(file, names)) rmSync(file, { force: true });
}

const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
const isManifest = (path: string): boolean => path.endsWith('.jsonl') && SnapshotId.safeParse(path.slice(path.lastIndexOf('/') + 1, -'.jsonl'.length)).success;

function entriesOf(directory: string): string[] {
  return statSync(directory, { throwIfNoEntry: false })?.isDirectory() ? readdirSync(directory).map((name) => join(directory, name)) : [];
}

function filesBelow(path: string): string[] {
  if (!existsSync(path)) return [];
  return isFile(path) ? [path] : readdirSync(path, { recursive: true, encoding: 'utf8' }).map((name) => join(path, name)).filter(isFile);
}

async function isNamedIn(files: readonly string[], names: readonly string[]): Promise<boolean> {
  for (const file of files) if (await mentions(file, names)) return true;
  return false;
}

/** Whether a file holds one of the names, and not only a longer one. Read in pieces that overlap: it may be larger than memory. */
async function mentions(path: string, names: readonly string[]): Promise<boolean> {
  // Byte by byte, so that a piece may begin within a character.
  const bytes = names.map((name) => Buffer.from(name).toString('latin1'));
  const pattern = new RegExp(`(?:${bytes.map((name) => RegExp.escape(name)).join('|')})(?![\\w@\\x80-\\xff-]|\\.\\w)`, 'g');
  const behind = 2;
  const overlap = Math.max(...bytes.map(({ length }) => length)) + behind;
  const file = await open(path);
  try {
    const buffer = Buffer.alloc(1 << 20);
    for (let at = 0; ; at += buffer.length - overlap) {
      const { bytesRead } = await file.read(buffer, 0, buffer.length, at);
      const isLast = bytesRead < buffer.length;
      // What ends a name at the end of a piece is seen with the next one.
      if (buffer.toString('latin1', 0, bytesRead).matchAll(pattern).some(({ 0: name, index }) => isLast || index + name.length + behind <= bytesRead)) return true;
      if (isLast) return false;
    }
  } finally {
    await file.close();
  }
}
