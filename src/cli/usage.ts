import { StratoError } from '../model/errors.ts';
import type { Command } from './command.ts';

/** An error of the command line that leads to the command's help. */
export function usage(code: string, message: string, command: Command | undefined, next?: string): StratoError {
  return new StratoError(code, message, { next: next ?? (command === undefined ? 'see `stratoswarm --help`' : `see \`stratoswarm ${command.name} --help\``) });
}

/** Foreign text in a message: quoted, on one line, not endless. */
export function show(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 77)}...` : text);
}
