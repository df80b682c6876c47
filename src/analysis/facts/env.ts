import type { Token } from '../syntax/lexer.ts';
import { envName, isMark, matchAt, openerOf } from '../syntax/match.ts';
import { failsSoon, given, laterUse, literal } from './env-fallbacks.ts';
import { impliedRead } from './env-implied.ts';
import type { EnvRead } from './env-read.ts';
import { completedRead, holderBefore } from './env-read.ts';
import { freeReaders, readers, readersByFirst } from './env-readers.ts';

/** Calls by which apps read variables through a function or object of their own. */
const wrapper = /^_?(get|read|require|required|must|fetch|load|lookup|need|check|parse|str|int|bool|to|as|from|is|type)?_?([a-z]+_)?(string|int|bool|number|required|optional|must|or)?_?(get|map|bind)?_?(from)?_?env(ironment)?(_?(var|variable|value|string|str|int|bool|boolean|number|float|list|array|json|url|path|file|secret|text|maybe|num|port|double|duration|list|bytes|or|default|required|with|orthrow|as|fallback|key|flag|any|first|of|deprecated|deprecation|legacy|alias|else|none|some|nothing|error))*'?$/i;
const noReader = /^_?(set|unset|delete|stub|clear|remove|put|mock)/i;
const strictWrapper = /require|must|need|orthrow/i;
const configObject = /^(config|configService|configuration|env|environ|settings|viper|secrets|cfg|conf)$/i;
const configGetter = /^(get|getOrThrow|require|str|int|bool|list|url|db|db_url|cache|cache_url|float|json|GetString|GetInt|GetBool|GetValue|BindEnv|getString|getProperty|config|fetch)$/;

/** How a variable is asked for of what stands for the whole environment. */
const aliasUses = [['.', 'NAME'], ['[', 'STRING'], ['.', 'get', '(', 'STRING'], ['.', 'getOrDefault', '(', 'STRING'], ['.', 'getOrElse', '(', 'STRING'], ['.', 'getValue', '(', 'STRING'], ['.', 'env', '[', 'STRING'], ['(', 'STRING']];

/** Every read of an environment variable in a file's tokens. */
export function envReads(tokens: readonly Token[], aliases: ReadonlySet<string> = aliasesIn(tokens)): EnvRead[] {
  const reads: EnvRead[] = [];
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i]!;
    if (token.inner) reads.push(...envReads(token.inner, aliases));
    if (token.kind === 'mark') {
      if (token.text === '}' && isMark(tokens[i + 1], '=')) reads.push(...destructured(tokens, i, aliases));
      continue;
    }
    if (token.kind === 'string' && tokens[i - 1]?.text === 'from' && /^(\$env\/static\/|astro:env\/)/.test(token.text)) reads.push(...importedNames(tokens, i));
    if (token.kind === 'string') {
      const wrapped = wrappedRead(tokens, i) ?? membershipRead(tokens, i);
      if (wrapped) reads.push(wrapped);
      continue;
    }
    if (aliases.has(token.text) && !isMark(tokens[i - 1], '.')) {
      const end = Math.max(...aliasUses.map((use) => matchAt(tokens, i + 1, use)));
      const name = tokens[end - 1]?.text ?? '';
      // What is asked for by a string is a variable however it is written.
      if (end > 0 && (tokens[end - 1]!.kind === 'string' ? /^[A-Za-z_]\w*$/ : envName).test(name) && !isWrite(tokens, end)) {
        reads.push(completedRead(tokens, i, end));
        i = end - 1;
        continue;
      }
    }
    const unnamed = token.text === 'dj_database_url' || token.text === 'env' ? impliedRead(tokens, i) : undefined;
    if (unnamed) reads.push(unnamed);
    for (const { pattern, strict } of readersByFirst.get(token.text) ?? []) {
      const end = matchAt(tokens, i, pattern);
      if (end < 0 || (i > 0 && isMark(tokens[i - 1], '.', '::') && !freeReaders.has(pattern[0]!))) continue;
      const name = tokens[end - 1]!.text;
      if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name) || (pattern[0] === 'env' && !/^[A-Z][A-Za-z0-9_]*$/.test(name)) || isMethod(name) || pattern[0] === '$_SERVER' && ofRequest.test(name) || pattern[0] === '$context' && !/^APP_[A-Z]/.test(name)) continue;
      if (isWrite(tokens, end)) continue;
      reads.push(completedRead(tokens, i, end, strict ?? false));
      i = end - 1;
      break;
    }
  }
  return reads;
}

/** `import { DATABASE_URL } from '$env/static/private'`: what is imported are variables. */
function importedNames(tokens: readonly Token[], module: number): EnvRead[] {
  const open = openerOf(tokens, module - 2);
  return open < 0 ? [] : tokens.slice(open + 1, module - 2).flatMap((token, i, all) => (token.kind === 'word' && envName.test(token.text) && all[i - 1]?.text !== 'as' ? [{ name: token.text, line: token.line, default: null, optional: false, required: false, holder: token.text }] : []));
}

/** What stands for the whole environment, by its first word. */
const environments = Map.groupBy(
  ['process . env', 'os . environ', 'Bun . env', 'Deno . env . toObject ( )', 'Platform . environment', 'System . getenv ( )', 'sys . env', 'ProcessInfo . processInfo . environment', 'System . get_env ( )', 'HBEnvironment ( )', 'Environment ( )', 'Environment . dotEnv ( )', 'HBEnvironment . dotEnv ( )'].map((written) => written.split(' ')),
  ([first]) => first!,
);

/** What holds the whole environment, or a copy of it, whatever follows. */
const copies = Map.groupBy(
  ['os . environ . copy', 'dict ( os . environ', 'env :: vars ( )', 'env :: vars_os ( )', 'godotenv . Read (', 'DotEnv . Read (', 'Object . assign ( { } , process . env', 'from ( process . env', 'environ . copy (', 'load_dotenv . values (', 'getEnvironment', 'new Map ( Object . entries ( process . env', 'structuredClone ( process . env'].map((written) => written.split(' ')),
  ([first]) => first!,
);

/** Types of what stands for the whole environment: `(env: NodeJS.ProcessEnv) => …`. */
const environmentTypes = new Set(['ProcessEnv', 'Env', 'Bindings', 'CloudflareBindings', 'CloudflareEnv', 'ImportMetaEnv']);

/** Libraries and words that give a file the environment by a name of their own. */
const aliasWords = /^(?:process|DotEnv|Dotenv|dotenv|dotenv_values|loadEnv|\$env\/dynamic\/|node:process|package:(?:flutter_)?dotenv\/)/;

/** Names that the file gives to the whole environment: `const { env } = process`, `env = os.environ`, `final vars = Platform.environment`. */
function aliasesIn(tokens: readonly Token[]): Set<string> {
  const aliases = new Set<string>();
  let loads: boolean | undefined;
  for (let i = 1; i < tokens.length; i++) {
    const { kind, text } = tokens[i]!;
    if (kind === 'mark') continue;
    for (const pattern of kind === 'word' ? environments.get(text) ?? [] : []) {
      const after = matchAt(tokens, i, pattern);
      const holder = after > 0 && isMark(tokens[i - 1], '=') && !isMark(tokens[after], '.', '[', '?.', '(') ? holderBefore(tokens, i) : null;
      if (holder !== null) aliases.add(holder);
    }
    for (const pattern of kind === 'word' ? copies.get(text) ?? [] : []) {
      const holder = matchAt(tokens, i, pattern) > 0 && isMark(tokens[i - 1], '=', ':=', '<-', '::') ? holderBefore(tokens, isMark(tokens[i - 1], '::') ? i - 2 : i) : null;
      if (holder !== null) aliases.add(holder);
    }
    // `{**dotenv_values(".env"), **os.environ}`, `{ ...process.env, …rest }`
    if (isMerged(tokens, i)) {
      const holder = holderBefore(tokens, openerAround(tokens, i));
      if (holder !== null) aliases.add(holder);
    }
    const owner = isMark(tokens[i - 1], '.') ? i - 3 : i - 1;
    if (environmentTypes.has(text) && isMark(tokens[owner], ':') && tokens[owner - 1]?.kind === 'word') aliases.add(tokens[owner - 1]!.text);
    // `from os import environ as env`, `import { env as vars } from 'node:process'`
    if ((text === 'environ' || text === 'env') && tokens[i + 1]?.text === 'as' && tokens[i + 2]?.kind === 'word' && tokens.slice(Math.max(0, i - 6), i + 8).some((token) => /^(os|process|node:process)$/.test(token.text))) aliases.add(tokens[i + 2]!.text);
    // `const conf = config({ safe: true })` of Deno's dotenv, also by way of the file that gathers what others give.
    if (/^(config|load|loadSync)$/.test(text) && isMark(tokens[i + 1], '(') && (loads ??= loadsDotenv(tokens))) {
      const holder = holderBefore(tokens, tokens[i - 1]?.text === 'await' ? i - 1 : i);
      if (holder !== null) aliases.add(holder);
    }
    if (!aliasWords.test(text)) continue;
    if (/^(loadEnv|[dD]ot[eE]nv|dotenv_values)$/.test(text) && isMark(tokens[i - 1], '=') && tokens[i - 2]?.kind === 'word') aliases.add(tokens[i - 2]!.text);
    if (kind === 'string' && /^\$env\/dynamic\/|^package:/.test(text)) aliases.add('env').add('dotenv');
    if (text === 'process' && isMark(tokens[i - 1], '=') && isMark(tokens[i - 2], '}') && tokens.slice(Math.max(0, i - 12), i).some((token) => token.text === 'env')) aliases.add('env');
    if (kind === 'string' && /^(node:)?process$/.test(text) && tokens.slice(Math.max(0, i - 8), i).some((token) => token.text === 'env')) aliases.add('env');
  }
  return aliases;
}

/** What is spread where the environment is part of something else. */
const spread = ['process . env', 'os . environ', 'Deno . env . toObject', 'Bun . env'].map((written) => written.split(' '));

/** `'NAME' in process.env`, `"NAME" not in os.environ`. */
function membershipRead(tokens: readonly Token[], i: number): EnvRead | undefined {
  const isNegated = tokens[i + 1]?.text === 'not';
  const at = isNegated ? i + 3 : i + 2;
  if (tokens[at - 1]?.text !== 'in' || tokens[at - 1]!.kind !== 'word' || !/^[A-Z_][A-Z0-9_]*$/.test(tokens[i]!.text)) return undefined;
  const end = Math.max(...[['process', '.', 'env'], ['os', '.', 'environ'], ['environ']].map((whole) => (whole.every((text, offset) => tokens[at + offset]?.text === text) ? at + whole.length : -1)));
  if (end < 0 || isMark(tokens[end], '.', '[', '(')) return undefined;
  const required = isNegated && failsSoon(tokens, end);
  return { name: tokens[i]!.text, line: tokens[i]!.line, default: null, optional: !required, required, holder: null };
}

/** Whether the whole environment is spread at `i` into something with brackets around. */
function isMerged(tokens: readonly Token[], i: number): boolean {
  if (!isMark(tokens[i - 1], '...', '*')) return false;
  return spread.some((pattern) => {
    const end = matchAt(tokens, i, pattern);
    return end > 0 && isMark(tokens[end], ',', '}', '(');
  });
}

/** The bracket around `i`, near by; -1 when there is none. */
function openerAround(tokens: readonly Token[], i: number): number {
  for (let at = i - 1; at > i - 60 && at > 0; at--) {
    if (isMark(tokens[at], ')', ']', '}')) at = openerOf(tokens, at);
    else if (isMark(tokens[at], '{')) return at;
    if (at < 0) return -1;
  }
  return -1;
}

function loadsDotenv(tokens: readonly Token[]): boolean {
  return tokens.some(({ kind, text }, i) => kind === 'string' && tokens[i - 1]?.text === 'from' && /(?:\/x\/|\bstd[\w.@/-]*\/)dotenv\b|(?:^|\/)deps\.ts$/.test(text));
}

/** What the server of PHP says of a request and of itself beside the environment (PHP manual, `$_SERVER`). */
const ofRequest = /^(?:HTTP_\w+|HTTPS|(?:REQUEST|SERVER|REMOTE|SCRIPT|REDIRECT|CONTENT|AUTH|PHP_AUTH|PATH|GATEWAY|DOCUMENT|CONTEXT|SSL)_\w+|PHP_SELF|ORIG_PATH_INFO|QUERY_STRING|UNIQUE_ID|arg[cv])$/;

function isMethod(name: string): boolean {
  return name === 'get' || name === 'has' || name === 'toObject' || name === 'hasOwnProperty';
}

/** `process.env.X = …` and `os.environ["X"] = …` set a variable. */
function isWrite(tokens: readonly Token[], end: number): boolean {
  const after = isMark(tokens[end], ']') ? end + 1 : end;
  return isMark(tokens[after], '=') && tokens[after]?.kind === 'mark';
}

/** What stands for the whole environment where names are taken out of it. */
const takenApart = ['process . env', 'import . meta . env', 'Bun . env', 'Deno . env . toObject ( )', 'globalThis . process . env', 'c . env', 'context . env', 'event . platform . env', 'platform . env'].map((written) => written.split(' '));

/** `const { A, B = 'x', C: c } = process.env`, also of a name that the file gives to the environment. */
function destructured(tokens: readonly Token[], close: number, aliases: ReadonlySet<string>): EnvRead[] {
  const isAlias = aliases.has(tokens[close + 2]?.text ?? '');
  const source = isAlias ? close + 3 : Math.max(...takenApart.map((pattern) => matchAt(tokens, close + 2, pattern)));
  if (source < 0 || isMark(tokens[source], '.', '[', '(')) return [];
  const open = openerOf(tokens, close);
  if (open < 0) return [];
  const reads: EnvRead[] = [];
  for (let i = open + 1; i < close; i++) {
    const token = tokens[i]!;
    if (token.kind !== 'word' || !isMark(tokens[i - 1], '{', ',') || isAlias && !envName.test(token.text)) continue;
    const renamed = isMark(tokens[i + 1], ':') ? i + 2 : i;
    const value = isMark(tokens[renamed + 1], '=') ? tokens[renamed + 2] : undefined;
    const holder = tokens[renamed]!.text;
    const later = value ? given(value) : laterUse(tokens, close, holder);
    reads.push({ name: token.text, line: token.line, default: value ? literal(value) : later.value, optional: later.optional, required: later.fails, holder });
  }
  return reads;
}

/** `requireEnv('X')`, `config.get<string>('X')`, `env.str("X", default="y")`. */
/** Whether a file takes `config` of python-decouple, which fails for a variable that has neither a value nor a default. */
function isDecouple(tokens: readonly Token[]): boolean {
  return tokens.slice(0, 400).some(({ text }, i) => text === 'decouple' && tokens[i - 1]?.text === 'from');
}

function wrappedRead(tokens: readonly Token[], index: number): EnvRead | undefined {
  const name = tokens[index]!.text;
  if (name.length < 3 || name.length > 100 || !envName.test(name)) return undefined;
  let open = index - 1;
  if (isMark(tokens[open], ',')) {
    let pointer = open - 1;
    while (pointer > 0 && pointer > open - 8 && !isMark(tokens[pointer], '&')) pointer--;
    if (pointer > 0 && isMark(tokens[pointer], '&') && pointer > open - 8) open = pointer - 1;
  }
  // `envOr "PORT" "8080"`, where the language has calls without brackets.
  const bare = tokens[open]?.kind === 'word' ? tokens[open]!.text : 'env';
  const isBare = bare !== 'env' && wrapper.test(bare);
  if (!isMark(tokens[open], '(') && !isBare) return undefined;
  let callee = isBare ? open : open - 1;
  if (isMark(tokens[callee], '>')) while (callee > 0 && open - callee < 8 && !isMark(tokens[callee], '<')) callee--;
  if (isMark(tokens[callee], '<')) callee--;
  // `getEnv[int]("PORT", 80)`
  if (isMark(tokens[callee], ']') && tokens[callee - 1]?.kind === 'word') callee = openerOf(tokens, callee, 8) - 1;
  const called = tokens[callee];
  if (called?.kind !== 'word' || /^(func|function|def|fn)$/.test(tokens[callee - 1]?.text ?? '')) return undefined;
  const owner = isMark(tokens[callee - 1], '.') ? tokens[callee - 2]?.text ?? '' : '';
  const known = (wrapper.test(called.text) && !noReader.test(called.text)) || (configObject.test(owner) && configGetter.test(called.text)) || (owner === '' && called.text === 'config');
  if (!known || readers.some(({ pattern }) => pattern.at(-1) === 'STRING' && matchAt(tokens, index - pattern.length + 1, pattern) === index + 1)) return undefined;
  return completedRead(tokens, Math.max(0, callee - (owner === '' ? 0 : 2)), index + 1, strictWrapper.test(called.text) || owner === '' && called.text === 'config' && isDecouple(tokens));
}
