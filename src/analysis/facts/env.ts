import type { Token } from '../syntax/lexer.ts';
import { closerOf, envName, isMark, nextMark, matchAt, openerOf } from '../syntax/match.ts';

/** A place where code reads an environment variable. */
export interface EnvRead {
  name: string;
  line: number;
  /** The literal that is used when it is not set. */
  default: string | null;
  /** Something is used instead when it is not set, known or not. */
  optional: boolean;
  /** The code fails when it is not set. */
  required: boolean;
  /** The variable of the code that holds the value. */
  holder: string | null;
}

interface Reader {
  pattern: readonly string[];
  /** Fails by itself when the variable is absent and no default is given. */
  strict?: boolean;
}

const reader = (pattern: string, strict = false): Reader => ({ pattern: pattern.split(' '), strict });

/** How languages and their usual libraries read a variable. `NAME` or `STRING` comes last, or second to last. */
const readers: readonly Reader[] = [
  reader('process . env . NAME'), reader('process . env ?. NAME'), reader('process . env [ STRING'), reader('import . meta . env . NAME'), reader('Bun . env . NAME'), reader('Deno . env . get ( STRING'), reader('env . get ( STRING'),
  reader('os . environ [ STRING', true), reader('os . environ . get ( STRING'), reader('os . environ . setdefault ( STRING'), reader('os . getenv ( STRING'), reader('environ [ STRING', true), reader('environ . get ( STRING'), reader('getenv ( STRING'),
  reader('os . Getenv ( STRING'), reader('os . LookupEnv ( STRING'), reader('syscall . Getenv ( STRING'),
  reader('env :: var ( STRING'), reader('env :: var_os ( STRING'), reader('env ! ( STRING', true), reader('option_env ! ( STRING'), reader('dotenvy :: var ( STRING'), reader('dotenv :: var ( STRING'),
  reader('System . getenv ( STRING'), reader('System . getenv ( ) [ STRING'), reader('System . getenv ( ) . get ( STRING'), reader('System . getenv ( ) . getOrDefault ( STRING'), reader('sys . env ( STRING', true), reader('sys . env . get ( STRING'), reader('sys . env . getOrElse ( STRING'),
  reader('ENV [ STRING'), reader('ENV . fetch ( STRING', true), reader('ENV . fetch STRING', true), reader('$_ENV [ STRING'), reader('$_SERVER [ STRING'), reader('env ( STRING'),
  reader('Environment . GetEnvironmentVariable ( STRING'), reader('System . get_env ( STRING'), reader('System . fetch_env ! ( STRING', true), reader('Platform . environment [ STRING'), reader('std :: getenv ( STRING'), reader('ProcessInfo . processInfo . environment [ STRING'), reader('Environment . get ( STRING'),
  reader('System / getenv STRING'), reader('getEnv STRING'), reader('lookupEnv STRING'), reader('Sys . getenv STRING'), reader('Sys . getenv_opt STRING'), reader('Sys . getenv ( STRING'), reader('$ENV { NAME'),
];
const readersByFirst = Map.groupBy(readers, ({ pattern }) => pattern[0]!);

/** Calls by which apps read variables through a function or object of their own. */
const wrapper = /^_?(get|read|require|required|must|fetch|load|lookup|need|check|parse|str|int|bool|to|as|from|is|type)?_?([a-z]+_)?(string|int|bool|number|required|optional|must|or)?_?(get|map|bind)?_?(from)?_?env(ironment)?(_?(var|variable|value|string|str|int|bool|boolean|number|float|list|array|json|url|path|file|secret|or|default|required|with|orthrow|as|fallback|key|flag))*$/i;
const noReader = /^_?(set|unset|delete|stub|clear|remove|put|mock)/i;
const strictWrapper = /require|must|need|orthrow/i;
const configObject = /^(config|configService|configuration|env|environ|settings|viper|secrets|cfg|conf)$/i;
const configGetter = /^(get|getOrThrow|require|str|int|bool|list|url|db|db_url|cache|cache_url|float|json|GetString|GetInt|GetBool|BindEnv|getString|getProperty|config|fetch)$/;

/** Every read of an environment variable in a file's tokens. */
export function envReads(tokens: readonly Token[], aliases: ReadonlySet<string> = aliasesIn(tokens)): EnvRead[] {
  const reads: EnvRead[] = [];
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i]!;
    if (token.inner) reads.push(...envReads(token.inner, aliases));
    if (token.kind === 'mark') {
      if (token.text === '}' && isMark(tokens[i + 1], '=')) reads.push(...destructured(tokens, i));
      continue;
    }
    if (token.kind === 'string' && tokens[i - 1]?.text === 'from' && /^(\$env\/static\/|astro:env\/)/.test(token.text)) reads.push(...importedNames(tokens, i));
    if (token.kind === 'string') {
      const wrapped = wrappedRead(tokens, i);
      if (wrapped) reads.push(wrapped);
      continue;
    }
    if (aliases.has(token.text) && !isMark(tokens[i - 1], '.')) {
      const end = Math.max(matchAt(tokens, i + 1, ['.', 'NAME']), matchAt(tokens, i + 1, ['[', 'STRING']), matchAt(tokens, i + 1, ['.', 'get', '(', 'STRING']));
      if (end > 0 && envName.test(tokens[end - 1]!.text) && !isWrite(tokens, end)) reads.push(completed(tokens, i, end, false));
    }
    for (const { pattern, strict } of readersByFirst.get(token.text) ?? []) {
      const end = matchAt(tokens, i, pattern);
      if (end < 0 || (i > 0 && isMark(tokens[i - 1], '.', '::') && pattern[0] !== 'env' && pattern[0] !== 'environ' && pattern[0] !== 'getenv' && pattern[0] !== 'process')) continue;
      const name = tokens[end - 1]!.text;
      if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name) || (pattern[0] === 'env' && !/^[A-Z][A-Za-z0-9_]*$/.test(name)) || isMethod(name)) continue;
      if (isWrite(tokens, end)) continue;
      reads.push(completed(tokens, i, end, strict ?? false));
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

/** What the tokens begin with by which a name stands for the environment. */
const aliasWords = /^(?:process|os|loadEnv|\$env\/dynamic\/|node:process)/;

/** Names that the file gives to the whole environment: `const { env } = process`, `env = os.environ`, `config = process.env`. */
function aliasesIn(tokens: readonly Token[]): Set<string> {
  const aliases = new Set<string>();
  for (let i = 1; i < tokens.length; i++) {
    if (!aliasWords.test(tokens[i]!.text)) continue;
    const after = matchAt(tokens, i, ['process', '.', 'env']) >= 0 || matchAt(tokens, i, ['os', '.', 'environ']) >= 0 ? i + 3 : -1;
    if (after > 0 && isMark(tokens[i - 1], '=') && !isMark(tokens[after], '.', '[', '?.') && tokens[i - 2]?.kind === 'word') aliases.add(tokens[i - 2]!.text);
    if (tokens[i]!.text === 'loadEnv' && isMark(tokens[i - 1], '=') && tokens[i - 2]?.kind === 'word') aliases.add(tokens[i - 2]!.text);
    if (tokens[i]!.kind === 'string' && /^\$env\/dynamic\//.test(tokens[i]!.text)) aliases.add('env');
    if (tokens[i]!.text === 'process' && isMark(tokens[i - 1], '=') && isMark(tokens[i - 2], '}') && tokens.slice(Math.max(0, i - 12), i).some((token) => token.text === 'env')) aliases.add('env');
    if (tokens[i]!.kind === 'string' && /^(node:)?process$/.test(tokens[i]!.text) && tokens.slice(Math.max(0, i - 8), i).some((token) => token.text === 'env')) aliases.add('env');
  }
  return aliases;
}

/** Where a read ends whose name is not written but held by a word: `process.env[name]`, `os.getenv(key)`; -1 when there is none at `i`. */
export function readerAt(tokens: readonly Token[], i: number): number {
  for (const { pattern } of readersByFirst.get(tokens[i]!.text) ?? []) {
    if (pattern.at(-1) !== 'STRING') continue;
    const end = matchAt(tokens, i, [...pattern.slice(0, -1), 'NAME']);
    if (end > 0 && isMark(tokens[end], ')', ']', ',')) return end;
  }
  return -1;
}

/** The read from `start`, whose name ends before `end`, with what follows it. */
export function completedRead(tokens: readonly Token[], start: number, end: number): EnvRead {
  return completed(tokens, start, end, false);
}

function isMethod(name: string): boolean {
  return name === 'get' || name === 'has' || name === 'toObject' || name === 'hasOwnProperty';
}

/** `process.env.X = …` and `os.environ["X"] = …` set a variable. */
function isWrite(tokens: readonly Token[], end: number): boolean {
  const after = isMark(tokens[end], ']') ? end + 1 : end;
  return isMark(tokens[after], '=') && tokens[after]?.kind === 'mark';
}

function completed(tokens: readonly Token[], start: number, end: number, strict: boolean): EnvRead {
  const name = tokens[end - 1]!.text;
  const fallback = fallbackAfter(tokens, end);
  const holder = holderBefore(tokens, start);
  const later = holder === null ? none : laterUse(tokens, end, holder);
  const optional = fallback.optional || later.optional;
  const direct = fallback.fails || (isMark(tokens[start - 1], '!') && failsSoon(tokens, end));
  return { name, line: tokens[start]!.line, default: fallback.value ?? later.value, optional, required: !optional && (strict || direct || later.fails), holder };
}

interface Fallback {
  value: string | null;
  optional: boolean;
  fails: boolean;
}
const none: Fallback = { value: null, optional: false, fails: false };
const given = (token: Token | undefined): Fallback => ({ value: literal(token), optional: true, fails: false });

function literal(token: Token | undefined): string | null {
  if (!token || token.inner?.length) return null;
  if (token.kind === 'string' || token.kind === 'number') return token.text;
  return /^(true|false|True|False)$/.test(token.text) ? token.text.toLowerCase() : null;
}

/** What stands after a read: a second argument, an operator with a default, an unwrapping. */
function fallbackAfter(tokens: readonly Token[], end: number): Fallback {
  let i = end;
  if (isMark(tokens[i], ',')) {
    let value = i + 1;
    if (tokens[value]?.kind === 'word' && isMark(tokens[value + 1], '=', ':')) value += 2;
    while (isMark(tokens[value], '(', '|', '_', '&') || (tokens[value]?.kind === 'word' && isMark(tokens[value + 1], '('))) value++;
    return /^(None|nil|null|undefined|cast)$/.test(tokens[value]?.text ?? '') ? { ...none, optional: true } : given(tokens[value]);
  }
  for (let closed = 0; closed < 4 && isMark(tokens[i], ')', ']'); closed++) i++;
  if (isMark(tokens[i], '||', '??', '?:', '||=', '??=') || tokens[i]?.text === 'or') return tokens.slice(i + 1, i + 8).some((token) => token.kind === 'word' && failing.test(token.text)) ? { ...none, fails: true } : given(defaultValue(tokens, i + 1));
  if (isMark(tokens[i], '{') && isMark(tokens[i + 2], '}')) return given(tokens[i + 1]);
  if (tokens[i]?.text === 'do' && tokens[i + 2]?.text === 'end') return given(tokens[i + 1]);
  if (isMark(tokens[i], '?')) {
    if (isMark(tokens[i + 1], ';') || isMark(tokens[i + 1], '.')) return { ...none, fails: true };
    const colon = nextMark(tokens, i + 1, i + 16, ':');
    return colon > 0 ? given(tokens[colon + 1]) : none;
  }
  if (isMark(tokens[i], '!') && !isMark(tokens[i + 1], '=')) return { ...none, fails: true };
  if (isMark(tokens[i], '.')) {
    for (let at = i; at < i + 30 && at < tokens.length; at++) {
      const text = tokens[at]!.text;
      if (text === 'unwrap' || text === 'expect' || text === 'orElseThrow' || (text === 'required' && isMark(tokens[at + 1], '('))) return { ...none, fails: true };
      if (/^(default|unwrap_or|unwrap_or_else|unwrap_or_default|orElse|getOrElse|orElseGet|ok|map_or)$/.test(text)) {
        const value = tokens.slice(at + 1, at + 10).find((token) => token.kind === 'string' || token.kind === 'number');
        return given(value);
      }
      if (isMark(tokens[at], ';')) break;
    }
  }
  if (tokens[i]?.text === 'if' && tokens[i]!.line === tokens[end - 1]!.line) return { ...none, optional: true };
  return none;
}

/** The value after an operator; a chain of further reads is followed to its end. */
function defaultValue(tokens: readonly Token[], start: number): Token | undefined {
  let i = start;
  for (; i < Math.min(tokens.length, start + 16); i++) {
    const token = tokens[i]!;
    if (token.kind === 'string' || token.kind === 'number') break;
    if (isMark(token, ';', ',', ')', '}') || /^(throw|expand_path|join|resolve|dirname|path|new)$/.test(token.text)) return undefined;
  }
  return isMark(tokens[i - 1], '[') ? undefined : tokens[i];
}

/** `const port = <read>`, `port := <read>`, `PORT: int = <read>`; a conversion around it counts as part of it. */
function holderBefore(tokens: readonly Token[], start: number): string | null {
  for (let i = start - 1, steps = 0; i > 0 && steps < 8; i--, steps++) {
    const token = tokens[i]!;
    if (isMark(token, '=', ':=')) {
      let name = i - 1;
      while (name > 0 && i - name < 6 && !(tokens[name]!.kind === 'word' && (!isMark(tokens[name - 1], ':', '.', '<', '|') || startsBlock(tokens, name)))) name--;
      if (isMark(tokens[name + 1], ',') || isMark(tokens[name - 1], ',')) name = tokens[name]!.text === 'ok' || tokens[name]!.text === 'err' || tokens[name]!.text === '_' ? name - 2 : name;
      return tokens[name]?.kind === 'word' ? tokens[name]!.text : null;
    }
    if (token.kind !== 'word' && !isMark(token, '(', '.', '+', '::', '!')) return null;
    if (token.kind === 'word' && /^(return|if|throw|await|case)$/.test(token.text)) return null;
  }
  return null;
}

/** A colon at the end of the line above opens a block of Python; it announces no type. */
function startsBlock(tokens: readonly Token[], i: number): boolean {
  return isMark(tokens[i - 1], ':') && tokens[i - 1]!.line < tokens[i]!.line;
}

/** What the file later does with the variable that holds the value: checks it and fails, or fills it in. */
function laterUse(tokens: readonly Token[], from: number, holder: string): Fallback {
  const end = Math.min(tokens.length, from + 1500);
  for (let i = from; i < end; i++) {
    if (tokens[i]!.kind !== 'word' || tokens[i]!.text !== holder) continue;
    if (isMark(tokens[i + 1], '||', '??', '||=', '??=')) return given(defaultValue(tokens, i + 2));
    const negated = isMark(tokens[i - 1], '!') || tokens[i - 1]?.text === 'not' || tokens[i - 1]?.text === 'unless';
    const compared = isMark(tokens[i + 1], '==', '===') || (tokens[i + 1]?.text === 'is' && tokens[i + 2]?.text === 'None');
    if (!negated && !compared) continue;
    for (let at = i + 1; at < i + 24 && at < end; at++) {
      const token = tokens[at]!;
      if (token.text === holder && isMark(tokens[at + 1], '=')) return given(tokens.slice(at + 2, at + 5).find((next) => next.kind === 'string' || next.kind === 'number'));
      if (fails(tokens, at)) return { ...none, fails: true };
    }
  }
  return none;
}

const failing = /^(throw|raise|panic|Fatal|Fatalf|Fatalln|exit|Exit|abort|die)$/;

/** A word that gives up, other than a good exit. */
function fails(tokens: readonly Token[], at: number): boolean {
  return tokens[at]?.kind === 'word' && failing.test(tokens[at]!.text) && tokens[at + 2]?.text !== '0';
}

function failsSoon(tokens: readonly Token[], end: number): boolean {
  return Array.from({ length: 14 }, (_, i) => end + i).some((at) => fails(tokens, at));
}

/** `const { A, B = 'x', C: c } = process.env`. */
function destructured(tokens: readonly Token[], close: number): EnvRead[] {
  const source = matchAt(tokens, close + 2, ['process', '.', 'env']) >= 0 ? close + 5 : matchAt(tokens, close + 2, ['import', '.', 'meta', '.', 'env']) >= 0 ? close + 7 : -1;
  if (source < 0 || isMark(tokens[source], '.', '[')) return [];
  const open = openerOf(tokens, close);
  if (open < 0) return [];
  const reads: EnvRead[] = [];
  for (let i = open + 1; i < close; i++) {
    const token = tokens[i]!;
    if (token.kind !== 'word' || !isMark(tokens[i - 1], '{', ',')) continue;
    const renamed = isMark(tokens[i + 1], ':') ? i + 2 : i;
    const value = isMark(tokens[renamed + 1], '=') ? tokens[renamed + 2] : undefined;
    const holder = tokens[renamed]!.text;
    const later = value ? given(value) : laterUse(tokens, close, holder);
    reads.push({ name: token.text, line: token.line, default: value ? literal(value) : later.value, optional: later.optional, required: later.fails, holder });
  }
  return reads;
}

/** `requireEnv('X')`, `config.get<string>('X')`, `env.str("X", default="y")`. */
function wrappedRead(tokens: readonly Token[], index: number): EnvRead | undefined {
  const name = tokens[index]!.text;
  if (name.length < 3 || name.length > 100 || !envName.test(name)) return undefined;
  let open = index - 1;
  if (isMark(tokens[open], ',')) {
    let pointer = open - 1;
    while (pointer > 0 && pointer > open - 8 && !isMark(tokens[pointer], '&')) pointer--;
    if (pointer > 0 && isMark(tokens[pointer], '&') && pointer > open - 8) open = pointer - 1;
  }
  if (!isMark(tokens[open], '(')) return undefined;
  let callee = open - 1;
  if (isMark(tokens[callee], '>')) while (callee > 0 && open - callee < 8 && !isMark(tokens[callee], '<')) callee--;
  if (isMark(tokens[callee], '<')) callee--;
  const called = tokens[callee];
  if (called?.kind !== 'word' || /^(func|function|def|fn)$/.test(tokens[callee - 1]?.text ?? '')) return undefined;
  const owner = isMark(tokens[callee - 1], '.') ? tokens[callee - 2]?.text ?? '' : '';
  const known = (wrapper.test(called.text) && !noReader.test(called.text)) || (configObject.test(owner) && configGetter.test(called.text)) || (owner === '' && called.text === 'config');
  if (!known || readers.some(({ pattern }) => pattern.at(-1) === 'STRING' && matchAt(tokens, index - pattern.length + 1, pattern) === index + 1)) return undefined;
  return completed(tokens, Math.max(0, callee - (owner === '' ? 0 : 2)), index + 1, strictWrapper.test(called.text));
}

/** Words by which a file shows that a schema in it is one of the environment. */
const schemaWords = /^(validationSchema|createEnv|cleanEnv|envsafe|envSchema|EnvSchema|experimental__runtimeEnv|env-schema|@fastify\/env|fastify-env)$/;

/** Variables that a schema declares: zod, envalid and the like over `process.env`. */
export function schemaReads(tokens: readonly Token[]): EnvRead[] {
  const about = tokens.some((token, i) => (token.text === 'process' && tokens[i + 2]?.text === 'env' && !isMark(tokens[i + 3], '.', '[')) || schemaWords.test(token.text));
  if (!about) return [];
  const reads: EnvRead[] = [];
  for (let i = 0; i + 3 < tokens.length; i++) {
    const key = tokens[i]!;
    if (key.kind !== 'word' || !envName.test(key.text) || !isMark(tokens[i + 1], ':') || !isMark(tokens[i - 1], '{', ',')) continue;
    const validator = tokens[i + 2]!;
    if (validator.kind !== 'word' || !/^(z|v|t|s|Joi|joi|yup|str|num|port|url|bool|host|email|json|Type|Schema)$/.test(validator.text)) continue;
    const end = valueEnd(tokens, i + 2);
    const value = tokens.slice(i + 2, end);
    const at = value.findIndex((token) => token.text === 'default' || token.text === 'catch' || token.text === 'devDefault');
    const optional = at >= 0 || value.some((token) => /^(optional|nullish|nullable)$/.test(token.text));
    reads.push({ name: key.text, line: key.line, default: at >= 0 ? literal(value[at + 2]) : null, optional, required: !optional && (!/^(Joi|joi|yup)$/.test(validator.text) || value.some((token) => token.text === 'required')), holder: null });
  }
  return reads;
}

function valueEnd(tokens: readonly Token[], start: number): number {
  for (let i = start; i < tokens.length; i++) {
    if (isMark(tokens[i], '(', '[', '{')) i = closerOf(tokens, i);
    else if (isMark(tokens[i], ',', '}')) return i;
  }
  return tokens.length;
}
