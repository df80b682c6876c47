import type { Token } from '../syntax/lexer.ts';
import { closerOf, isMark, matchAt } from '../syntax/match.ts';
import type { EnvRead } from './env-read.ts';

interface Implied {
  /** What is called, up to its parenthesis. */
  call: readonly string[];
  name: string;
  /** The argument that would name another variable; `first` for whatever comes first. */
  unless: string;
}

/** Calls that read a variable which they need not be told (dj-database-url, `config`; django-environ, `db` and `cache`). */
const implied: readonly Implied[] = [
  { call: ['dj_database_url', '.', 'config', '('], name: 'DATABASE_URL', unless: 'env' },
  { call: ['env', '.', 'db', '('], name: 'DATABASE_URL', unless: 'first' },
  { call: ['env', '.', 'db_url', '('], name: 'DATABASE_URL', unless: 'first' },
  { call: ['env', '.', 'cache', '('], name: 'CACHE_URL', unless: 'first' },
];

/** The variable that a call at `i` reads without naming it; undefined for any other call. */
export function impliedRead(tokens: readonly Token[], i: number): EnvRead | undefined {
  for (const { call, name, unless } of implied) {
    const end = matchAt(tokens, i, call);
    if (end < 0) continue;
    const close = closerOf(tokens, end - 1);
    const named = unless === 'first' ? tokens[end]?.kind === 'string' : tokens.slice(end, close).some(({ text }, at, all) => text === unless && isMark(all[at + 1], '='));
    const hasDefault = tokens.slice(end, close).some(({ text }) => text === 'default');
    if (!named) return { name, line: tokens[i]!.line, default: null, optional: hasDefault || unless !== 'first', required: false, holder: null };
  }
  return undefined;
}
