import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Event, NewEvent } from '../../model/index.ts';
import { ledgerFiles } from '../files.ts';
import { openLedger } from '../open.ts';
import { handClock, sample } from './events.ts';

/** A ledger's files as a crash, or an orderly close, left them, with what is in it. */
export interface Image {
  readonly events: readonly Event[];
  /** Positions at which an append ended. */
  readonly ends: readonly number[];
  readonly files: Readonly<Record<string, Buffer>>;
}

/**
 * Fills a ledger with appends of one to three events, some longer than a page, and takes its files: `closed` after closing it, otherwise as they
 * are with part of it in the database (after an orderly closing) and the rest in the write-ahead log; with `journal`, the last appends are in the journal alone.
 */
export async function imageOf(directory: string, { appends, closed, long, journal = false }: { appends: number; closed: boolean; long: boolean; journal?: boolean }): Promise<Image> {
  const events: Event[] = [];
  const ends: number[] = [];
  const open = () => openLedger({ directory, clock: handClock() });
  let ledger = await open();
  for (let n = 0; n < appends; n++) {
    const group: NewEvent[] = Array.from({ length: 1 + (n % 3) }, (_, i) => sample(n * 10 + i, long && n % 7 === 0 ? 11_000 : 60));
    events.push(...(await ledger.append(group)));
    ends.push(ledger.head);
    if (n === Math.floor(appends / 2)) {
      await ledger.close();
      ledger = await open();
    }
  }
  if (closed) await ledger.close();
  else if (!journal) await ledger.read(0);
  const copy = join(directory, 'copy');
  mkdirSync(copy);
  const { database, wal, mark, journal: journalFile } = ledgerFiles(directory);
  const files: Record<string, Buffer> = {};
  for (const path of [database, wal, mark, ...(journal ? [journalFile] : [])]) {
    if (!existsSync(path)) continue;
    const name = path.slice(directory.length + 1);
    copyFileSync(path, join(copy, name));
    files[name] = readFileSync(join(copy, name));
  }
  await ledger.close();
  return { events, ends, files };
}

/** Puts an image into an empty directory, with what `harm` makes of it. */
export function putImage(directory: string, image: Image, harm: (files: Record<string, Buffer>) => void): void {
  const files = Object.fromEntries(Object.entries(image.files).map(([name, content]) => [name, Buffer.from(content)]));
  harm(files);
  for (const [name, content] of Object.entries(files)) writeFileSync(join(directory, name), content);
}
