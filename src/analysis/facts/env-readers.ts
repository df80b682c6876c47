import type { Token } from '../syntax/lexer.ts';
import { isMark, matchAt } from '../syntax/match.ts';

interface Reader {
  pattern: readonly string[];
  /** Fails by itself when the variable is absent and no default is given. */
  strict?: boolean;
}

const reader = (pattern: string, strict = false): Reader => ({ pattern: pattern.split(' '), strict });

/** How languages and their usual libraries read a variable. `NAME` or `STRING` comes last, or second to last. */
export const readers: readonly Reader[] = [
  reader('process . env . NAME'), reader('process . env ?. NAME'), reader('process . env [ STRING'), reader('import . meta . env . NAME'), reader('Bun . env . NAME'), reader('Bun . env [ STRING'), reader('Deno . env . get ( STRING'), reader('env . get ( STRING'),
  reader('os . environ [ STRING', true), reader('os . environ . get ( STRING'), reader('os . environ . setdefault ( STRING'), reader('os . getenv ( STRING'), reader('environ [ STRING', true), reader('environ . get ( STRING'), reader('getenv ( STRING'),
  reader('os . Getenv ( STRING'), reader('os . LookupEnv ( STRING'), reader('syscall . Getenv ( STRING'),
  reader('env :: var ( STRING'), reader('env :: var_os ( STRING'), reader('env ! ( STRING', true), reader('option_env ! ( STRING'), reader('dotenvy :: var ( STRING'), reader('dotenv :: var ( STRING'),
  reader('System . getenv ( STRING'), reader('System . getenv ( ) [ STRING'), reader('System . getenv ( ) . get ( STRING'), reader('System . getenv ( ) . getOrDefault ( STRING'), reader('sys . env ( STRING', true), reader('sys . env . get ( STRING'), reader('sys . env . getOrElse ( STRING'),
  reader('ENV [ STRING'), reader('ENV . fetch ( STRING', true), reader('ENV . fetch STRING', true), reader('$_ENV [ STRING'), reader('$_SERVER [ STRING'), reader('$context [ STRING'), reader('env ( STRING'),
  reader('Environment . GetEnvironmentVariable ( STRING'), reader('Environment . GetEnvironmentVariable STRING'), reader('System . get_env ( STRING'), reader('System . fetch_env ! ( STRING', true), reader('Platform . environment [ STRING'), reader('std :: getenv ( STRING'), reader('dotenv :: env [ STRING'), reader('ProcessInfo . processInfo . environment [ STRING'), reader('Environment . get ( STRING'),
  reader('System / getenv STRING'), reader('uiop : getenv STRING'), reader('getenv STRING'), reader('posix - getenv STRING'), reader('getEnv STRING'), reader('lookupEnv STRING'), reader('envoy . get ( STRING'), reader('env . get_string ( STRING'), reader('env . get_int ( STRING'), reader('env . get_bool ( STRING'), reader('Sys . getenv STRING'), reader('Sys . getenv_opt STRING'), reader('Sys . getenv ( STRING'), reader('$ENV { NAME'), reader('$ENV { STRING'),
  reader('os : getenv ( STRING'), reader('System . fetch_env ( STRING'), reader('Environment . process . NAME'), reader('secure_getenv ( STRING'), reader('qgetenv ( STRING'), reader('qEnvironmentVariable ( STRING'), reader('dotenv ! ( STRING', true), reader('dotenv . env [ STRING'), reader('dotenv [ STRING'), reader('dotenv . get ( STRING'), reader('dotenv ( ) [ STRING'),
  reader('ENV . key ? ( STRING'), reader('ENV . has_key ? ( STRING'), reader('ENV . include ? ( STRING'), reader('Deno . env . has ( STRING'), reader('get ( System / getenv ) STRING'),
  reader('envMaybe STRING'), reader('env STRING'), reader('env . getOrElse ( STRING'), reader('HBEnvironment ( ) . get ( STRING'), reader('Environment ( ) . get ( STRING'),
  ...['c', 'ctx', 'context', 'platform'].flatMap((holder) => [reader(`${holder} . env . NAME`), reader(`${holder} . env [ STRING`)]), reader('import . meta . env [ STRING'), reader('System . env . NAME'),
  ...['getEnvironmentVariable', 'tryGetEnvironmentVariable'].flatMap((name) => [reader(`${name} STRING`), reader(`${name} ( STRING`)]),
];

/** First words that any object may have before them. */
export const freeReaders = new Set(['env', 'environ', 'getenv', 'process', 'getEnvironmentVariable', 'tryGetEnvironmentVariable', 'Environment', 'System', 'lookupEnv', 'getEnv']);

/** The same by their first word. */
export const readersByFirst = Map.groupBy(readers, ({ pattern }) => pattern[0]!);

/** Where a read ends whose name is not written but held by a word: `process.env[name]`, `os.getenv(key)`; -1 when there is none at `i`. */
export function readerAt(tokens: readonly Token[], i: number): number {
  for (const { pattern } of readersByFirst.get(tokens[i]!.text) ?? []) {
    if (pattern.at(-1) !== 'STRING') continue;
    const end = matchAt(tokens, i, [...pattern.slice(0, -1), 'NAME']);
    // Where arguments stand without brackets, anything may follow.
    const isBare = !['(', '[', '{'].includes(pattern.at(-2)!);
    if (end > 0 && (isBare || isMark(tokens[end], ')', ']', ',') || isMark(tokens[end], '.') && isMark(tokens[end + 2], ')', ']'))) return end;
  }
  return -1;
}
