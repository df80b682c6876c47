import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseEnv } from 'node:util';
import type { Command } from './command.ts';
import { show, usage } from './usage.ts';

/** The variables that files list in the manner of `.env`, those of later files before those of earlier ones, without any that have no value. Throws `usage.option` for a file that cannot be read. */
export function variablesIn(files: readonly string[], command: Command): Record<string, string> {
  const found = files.flatMap((file) => Object.entries(parseEnv(textOf(file, command))));
  return Object.fromEntries(found.filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== ''));
}

function textOf(file: string, command: Command): string {
  try {
    return readFileSync(resolve(process.cwd(), file), 'utf8');
  } catch (error) {
    throw usage('usage.option', `${show(file)} cannot be read`, command, `--env-from names a file with lines NAME=VALUE (${(error as NodeJS.ErrnoException).code ?? 'unreadable'})`);
  }
}
