import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { StratoError } from '../../model/index.ts';
import { parseCheckpoint } from './checkpoint.ts';

const Seen = z.record(z.string(), z.string());

/** What a witness has seen: the last checkpoint of each log, by the log's origin. */
export type Seen = z.infer<typeof Seen>;

/** Reads the file in which a witness keeps what it has seen; nothing where there is none. Throws `witness.state`. */
export function readSeen(path: string): Seen {
  try {
    return parseSeen(readFileSync(path, 'utf8'), path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
}

/** Throws `witness.state`, without the content: what was named may be any file. */
export function parseSeen(text: string, path: string): Seen {
  try {
    const seen = Seen.parse(JSON.parse(text));
    for (const note of Object.values(seen)) parseCheckpoint(note);
    return seen;
  } catch (cause) {
    throw new StratoError('witness.state', `${path} is not the state of a witness`, { why: 'that is JSON with one checkpoint for each log', next: 'name the file that `audit witness` keeps, or one that is not there yet', cause });
  }
}
