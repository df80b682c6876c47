import type { ApiClient } from '../api/client.ts';
import type { Paths } from '../host/paths.ts';
import type { Screen } from './render/screen.ts';

export interface ArgumentSpec {
  readonly name: string;
  readonly summary: string;
  readonly optional?: boolean;
  /** Takes all that follow. */
  readonly many?: boolean;
  /** Its parts are written with slashes between them. */
  readonly isPath?: boolean;
}

export interface OptionSpec {
  readonly name: string;
  readonly short?: string;
  /** What stands for its value in the help; absent for a switch. */
  readonly value?: string;
  /** May be given more than once. */
  readonly many?: boolean;
  readonly summary: string;
}

export interface Example {
  readonly line: string;
  readonly does: string;
}

/** One command as data: help, parsing, completion and the reference are made from it; its code is loaded when it runs. */
export interface Command {
  /** `ps`, or `daemon start` for one of a group. */
  readonly name: string;
  readonly summary: string;
  /** More than the summary says; paragraphs. */
  readonly about?: string;
  readonly arguments: readonly ArgumentSpec[];
  readonly options: readonly OptionSpec[];
  readonly examples: readonly Example[];
  /** Arguments after `--`, which are not looked at. */
  readonly rest?: ArgumentSpec;
  readonly load: () => Promise<{ run(invocation: Invocation): Promise<number | void> }>;
}

/** A command as it was called. */
export interface Invocation {
  readonly command: Command;
  readonly values: Values;
  readonly screen: Screen;
  readonly paths: Paths;
  readonly env: NodeJS.ProcessEnv;
  /** The API of a daemon that runs: starts one when there is none. */
  connect(): Promise<ApiClient>;
}

export interface Values {
  /** The argument of that name; throws when the table does not have it. */
  argument(name: string): string;
  optional(name: string): string | undefined;
  many(name: string): readonly string[];
  option(name: string): string | undefined;
  options(name: string): readonly string[];
  flag(name: string): boolean;
  /** What stands after `--`. */
  readonly rest: readonly string[];
  readonly json: boolean;
}

/** Characters of a reason, as the API takes them. */
export const longestReason = 500;
/** Of every command that changes what shall run. */
export const reason: OptionSpec = { name: 'reason', value: 'TEXT', summary: 'why; a compliance rule may ask for it' };

/** Options that every command takes. */
export const globalOptions: readonly OptionSpec[] = [
  { name: 'json', summary: 'print JSON for programs' },
  { name: 'help', short: 'h', summary: 'show this help' },
];
